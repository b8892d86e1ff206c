//! Puts into `fuzz/corpus/` what the fuzz targets begin with: the project's own corpus, cut to what each target reads,
//! and the words of the language as a dictionary.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use fwlint_model::node::Kind;
use fwlint_syntax::{Family, Options, extensions, parse};

/// Longer files only slow a target down.
const LONGEST: usize = 16 << 10;

/// Prints how many seeds each target has.
pub(crate) fn run(root: &Path) -> Result<()> {
    let folder = root.join("fuzz/corpus");
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for path in files(root.join("corpus"))? {
        let source = fs::read(&path).with_context(|| path.display().to_string())?;
        for (target, seed) in seeds(&path, &source) {
            if seed.len() > LONGEST {
                continue;
            }
            let count = counts.entry(target).or_default();
            *count += 1;
            let folder = folder.join(target);
            fs::create_dir_all(&folder)?;
            fs::write(folder.join(format!("seed-{count}")), seed)?;
        }
    }
    fs::write(folder.join("words.dict"), dictionary()).context("words.dict")?;
    for (target, count) in counts {
        println!("{target:16} {count:5} seeds");
    }
    Ok(())
}

/// The targets that a file is for, each with the bytes that it takes: some want a first byte that chooses.
fn seeds(path: &Path, source: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let chosen = |choice: u8, text: &[u8]| [&[choice], text].concat();
    if name.contains("tables-save") || path.extension().is_some_and(|extension| extension == "rules") {
        let dump = parse(source, Options::default());
        let mut seeds = vec![("lint", source.to_vec()), ("save", source.to_vec())];
        seeds.extend(dump.rules.iter().map(|rule| {
            let family = Family::ALL.iter().position(|&family| family == rule.family).unwrap_or_default();
            let family = u8::try_from(family).unwrap_or_default();
            ("round_trip", chosen(family, rule.span.of(source)))
        }));
        return seeds;
    }
    let kind = Kind::named(&name).map(|(kind, _)| kind);
    match kind {
        Some(Kind::Sets) => vec![("companions", chosen(0, source))],
        Some(Kind::RoutingRules) => vec![("companions", chosen(1, source))],
        Some(Kind::Routes) => vec![("companions", chosen(2, source))],
        Some(Kind::Interfaces) => vec![("companions", chosen(3, source))],
        Some(Kind::VirtualServers) => vec![("companions", chosen(4, source))],
        Some(Kind::Settings) => vec![("companions", chosen(5, source))],
        Some(Kind::Kubernetes) => vec![("json", chosen(1, source))],
        None => Vec::new(),
    }
}

/// The names of all matches, targets and options, as libFuzzer wants them: one in quotes a line.
fn dictionary() -> String {
    let mut words = BTreeSet::new();
    for extension in extensions::all() {
        words.insert(extension.name.to_owned());
        words.extend(extension.options.iter().map(|option| format!("--{} ", option.name)));
    }
    words.iter().filter(|word| !word.is_empty()).fold(String::new(), |text, word| text + "\"" + word + "\"\n")
}

/// All files below a folder, in order.
fn files(folder: PathBuf) -> Result<Vec<PathBuf>> {
    let mut open = vec![folder];
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    Ok(found)
}
