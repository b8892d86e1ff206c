//! A dump, and what is known of it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use fwlint_syntax::Backend;

/// Folders beside the dumps that hold something else.
const NO_DUMPS: [&str; 2] = ["companions/", "excerpts/"];

pub(super) struct Sample {
    /// From the folder that was asked for.
    pub(super) path: String,
    /// The folder and the one below it.
    pub(super) group: String,
    /// How many lines of it are rules.
    pub(super) rules: usize,
    /// Whether some restore program reads it without an error.
    pub(super) is_read: bool,
    /// Whether each backend's restore program loads it, or its kernel held it, where that is known.
    pub(super) loads: Vec<(Backend, bool)>,
    /// Whether a save program printed it, so that it is printed the same.
    pub(super) is_saved: bool,
    full: PathBuf,
}

/// All dumps of a folder, by path: those in its `MANIFEST.tsv`, or every file that is named like
/// the output of a save program.
pub(super) fn all(folder: &Path) -> Result<Vec<Sample>> {
    let manifest = folder.join("MANIFEST.tsv");
    if manifest.exists() { listed(folder, &fs::read_to_string(manifest)?) } else { found(folder) }
}

impl Sample {
    pub(super) fn text(&self) -> Result<Vec<u8>> {
        fs::read(&self.full).with_context(|| self.full.display().to_string())
    }

    fn new(folder: &Path, path: String) -> Self {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let below = path.split_once('/').map_or("", |(below, _)| below);
        Self {
            group: format!("{name}/{below}"),
            full: folder.join(&path),
            path,
            rules: 0,
            is_read: true,
            loads: Vec::new(),
            is_saved: false,
        }
    }
}

fn listed(folder: &Path, manifest: &str) -> Result<Vec<Sample>> {
    let mut lines = manifest.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let names = lines.next().unwrap_or_default();
    let column = |name: &str| {
        names
            .iter()
            .position(|&known| known == name)
            .with_context(|| format!("the manifest has no column {name}"))
    };
    let (path, rules) = (column("path")?, column("rules")?);
    let (nft, legacy) = (column("loads_nft")?, column("loads_legacy")?);
    let mut samples = Vec::new();
    for fields in lines {
        let field = |column: usize| fields.get(column).copied().unwrap_or_default();
        if NO_DUMPS.iter().any(|folder| field(path).starts_with(folder)) {
            continue;
        }
        // Both columns hold exit statuses.
        let backends = [(Backend::Legacy, field(legacy)), (Backend::Nft, field(nft))];
        let known = backends.into_iter().filter(|(_, status)| !status.is_empty());
        let loads: Vec<_> = known.map(|(backend, status)| (backend, status == "0")).collect();
        samples.push(Sample {
            rules: field(rules).parse().with_context(|| field(path).to_owned())?,
            is_read: loads.iter().any(|&(_, loads)| loads),
            loads,
            ..Sample::new(folder, field(path).to_owned())
        });
    }
    samples.sort_unstable_by(|one, other| one.path.cmp(&other.path));
    Ok(samples)
}

fn found(folder: &Path) -> Result<Vec<Sample>> {
    let mut samples = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).with_context(|| next.display().to_string())? {
            let full = entry?.path();
            if full.is_dir() {
                folders.push(full);
            } else if is_saved(&full) {
                let path = full.strip_prefix(folder)?.display().to_string();
                let text = fs::read(&full)?;
                let rules = text.split(|&byte| byte == b'\n').filter(|line| is_rule(line)).count();
                let loads = held_by(&path);
                samples.push(Sample { rules, loads, is_saved: true, ..Sample::new(folder, path) });
            }
        }
    }
    samples.sort_unstable_by(|one, other| one.path.cmp(&other.path));
    Ok(samples)
}

/// The backend whose kernel held what was saved, if the path tells.
fn held_by(path: &str) -> Vec<(Backend, bool)> {
    let backend = path.split('/').find_map(|folder| match folder {
        "legacy" => Some(Backend::Legacy),
        "nft" => Some(Backend::Nft),
        _ => None,
    });
    backend.map(|backend| (backend, true)).into_iter().collect()
}

/// Whether the name is that of a save program's output.
fn is_saved(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "txt")
        && path.file_name().is_some_and(|name| name.to_string_lossy().contains("tables-save"))
}

/// What a save program prints for a rule: `-A`, perhaps with counters in front of it.
fn is_rule(line: &[u8]) -> bool {
    let rule = match line {
        [b'[', rest @ ..] => {
            rest.iter().position(|&byte| byte == b']').and_then(|end| rest.get(end + 2..)).unwrap_or_default()
        }
        _ => line,
    };
    rule.starts_with(b"-A ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_tells_what_is_known() {
        let manifest = "path\trules\tloads_nft\tloads_legacy\n\
                        b/two.rules\t7\t0\t2\n\
                        companions/no-dump\t0\t\t\n\
                        a/one.rules\t3\t0\t0\n";
        let samples = listed(Path::new("/x/set"), manifest).unwrap();
        let known: Vec<_> = samples
            .iter()
            .map(|sample| (&*sample.path, &*sample.group, sample.rules, sample.is_read, &*sample.loads))
            .collect();
        let loads = |legacy, nft| [(Backend::Legacy, legacy), (Backend::Nft, nft)];
        assert_eq!(
            known,
            [
                ("a/one.rules", "set/a", 3, true, &loads(true, true)[..]),
                ("b/two.rules", "set/b", 7, true, &loads(false, true)[..])
            ]
        );
        assert!(listed(Path::new("/x"), "path\tlines\n").is_err(), "a column is missing");
    }

    #[test]
    fn rules_are_counted_by_their_beginning() {
        for line in ["-A INPUT -j DROP", "[12:3456] -A INPUT -j DROP", "-A X"] {
            assert!(is_rule(line.as_bytes()), "{line}");
        }
        for line in ["", "# -A INPUT", ":INPUT ACCEPT [0:0]", "[", "[1:2]", "COMMIT"] {
            assert!(!is_rule(line.as_bytes()), "{line}");
        }
    }
}
