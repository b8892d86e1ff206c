//! Settings from `fwlint.toml`, for what the command line does not say; and `fwlint config`.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

use fwlint_model::syntax::LineIndex;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    cli::{self, BackendName, ConfigFile, Threshold},
    input::{Failure, Reason},
    print,
    select::Selector,
};

/// The file that is looked for.
const NAME: &str = "fwlint.toml";

/// What can be set. A key that is not known is an error: it may be a known one, misspelt.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Config {
    #[serde(skip_serializing_if = "Option::is_none")]
    backend: Option<BackendName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    select: Option<Vec<Selector>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ignore: Option<Vec<Selector>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fail_on: Option<Threshold>,
}

/// The options with what a file says where the command line says nothing.
pub(crate) fn complete(mut options: cli::Check) -> Result<cli::Check, Failure> {
    let Some((_, config)) = find(&options.config, options.paths.first().map(PathBuf::as_path))? else {
        return Ok(options);
    };
    options.backend = options.backend.or(config.backend);
    options.fail_on = options.fail_on.or(config.fail_on);
    if options.select.is_empty() {
        options.select = config.select.unwrap_or_default();
    }
    if options.ignore.is_empty() {
        options.ignore = config.ignore.unwrap_or_default();
    }
    Ok(options)
}

/// `fwlint config`.
pub(crate) fn run(options: &cli::Config) -> Result<ExitCode, Failure> {
    if options.schema {
        return print(|out| {
            serde_json::to_writer_pretty(&mut *out, &schema())?;
            writeln!(out)
        });
    }
    let found = find(&options.file, options.path.as_deref())?;
    let (from, config) = match found {
        Some((path, config)) => (path.display().to_string(), config),
        None => (format!("no {NAME}"), Config::default()),
    };
    let settings = toml::to_string(&config.with_defaults()).map_err(io::Error::other);
    let settings = settings.map_err(|error| Failure::new("cannot show the settings", error))?;
    print(|out| write!(out, "# {from}\n{settings}"))
}

impl Config {
    /// All settings; the backend has no default but what each dump tells.
    fn with_defaults(self) -> Self {
        Self {
            backend: self.backend,
            select: self.select.or_else(|| Some(vec![Selector::All])),
            ignore: self.ignore.or_else(|| Some(Vec::new())),
            fail_on: self.fail_on.or_else(|| Some(Threshold::default())),
        }
    }
}

/// The settings' file and what it says; for a dump it is looked for in its directory, then in the one above, and so on.
fn find(file: &ConfigFile, path: Option<&Path>) -> Result<Option<(PathBuf, Config)>, Failure> {
    if file.isolated {
        return Ok(None);
    }
    if let Some(path) = &file.config {
        return read(path).map(|config| Some((path.clone(), config)));
    }
    let path = path.filter(|path| *path != Path::new("-")).unwrap_or(Path::new("."));
    let start = std::path::absolute(path).map_err(|error| Failure::new(path.to_string_lossy(), error))?;
    let found = start.ancestors().map(|directory| directory.join(NAME)).find(|path| path.is_file());
    found.map(|path| read(&path).map(|config| (path, config))).transpose()
}

fn read(path: &Path) -> Result<Config, Failure> {
    let name = path.to_string_lossy();
    let text = fs::read_to_string(path).map_err(|error| Failure::new(&*name, error))?;
    toml::from_str(&text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let index = LineIndex::new(text.as_bytes());
        let place = index.position(text.as_bytes(), u32::try_from(start).unwrap_or(u32::MAX));
        let message = error.message().replace('\n', ", ");
        Failure::new(format!("{name}:{}:{}", place.line, place.column), Reason::BadConfig(message))
    })
}

/// What an editor needs to know to help with a file of settings.
fn schema() -> serde_json::Value {
    let one_of = |names: &[&str], text: &str| json!({ "description": text, "enum": names });
    let names = Selector::names().collect::<Vec<_>>();
    let some_of = |text: &str| json!({ "description": text, "type": "array", "items": { "enum": &names } });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": NAME,
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "backend": one_of(
                &["legacy", "nft"],
                "Which half of the kernel will run the rules, whatever a dump says",
            ),
            "select": some_of("Only look for these; for all if there are none"),
            "ignore": some_of("Do not look for these"),
            "fail-on": one_of(
                &["error", "warning", "note", "never"],
                "The least severity that makes the exit status 1",
            ),
        },
    })
}
