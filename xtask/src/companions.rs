//! Reads folders of companions from elsewhere: what `ipset save`, `ip`, `ipvsadm-save` and `sysctl` printed on other
//! people's machines has to be read without an error, or the error has to be a true one.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, ensure};
use fwlint_model::node::{Companion, Content, Kind};
use fwlint_syntax::LineIndex;

/// Errors that are true ones: the end of a path, tab, reason. No text of the files.
const EXPLAINED: &str = include_str!("companions/explained.tsv");

/// What was read of one kind.
#[derive(Default)]
struct Total {
    files: usize,
    items: usize,
    errors: usize,
}

/// Fails if something cannot be read, and nothing explains that.
pub(crate) fn run(folders: &[PathBuf]) -> Result<()> {
    let explained: Vec<_> = EXPLAINED.lines().filter_map(|line| line.split_once('\t')).collect();
    let mut totals: BTreeMap<Kind, Total> = BTreeMap::new();
    let mut unexplained = 0;
    for path in files(folders)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let source = fs::read(&path).with_context(|| path.display().to_string())?;
        let kind = Kind::named(&name).map(|(kind, _)| kind).or_else(|| Kind::told_by(&source));
        let Some((kind, companion)) =
            kind.and_then(|kind| Some((kind, Companion::read(&source, kind, None)?)))
        else {
            continue;
        };
        let total = totals.entry(kind).or_default();
        total.files += 1;
        total.items += items(&companion.content);
        total.errors += companion.errors.len() + companion.errors_omitted;
        if companion.errors.is_empty() {
            continue;
        }
        let path = path.to_string_lossy();
        let reason = explained.iter().find(|(end, _)| path.ends_with(end)).map(|&(_, reason)| reason);
        unexplained += usize::from(reason.is_none());
        println!("{path}: {}", reason.unwrap_or("NOT EXPLAINED"));
        let lines = LineIndex::new(&source);
        for error in &companion.errors {
            let at = lines.position(&source, error.span.start);
            println!("    {}:{}: expected {}", at.line, at.column, error.expected);
        }
    }
    for (kind, Total { files, items, errors }) in &totals {
        println!("{:24} {files:4} files {items:6} items {errors:4} errors", kind.command());
    }
    ensure!(unexplained == 0, "{unexplained} companions could not be read whole");
    Ok(())
}

/// All files below these folders that are no dumps, in order.
fn files(folders: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut open: Vec<_> = folders.to_vec();
    let mut found = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).with_context(|| path.display().to_string())?;
            for entry in entries {
                open.push(entry?.path());
            }
        } else if !is_dump(&path) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn is_dump(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let is_named = ["rules", "rules6", "list", "nft", "sh", "py", "md", "tsv"]
        .iter()
        .any(|end| path.extension().is_some_and(|extension| extension == *end));
    is_named || name.contains("tables-save")
}

fn items(content: &Content<'_>) -> usize {
    match content {
        Content::Sets(sets) => sets.sets.len() + sets.entries.len(),
        Content::RoutingRules(rules) => rules.len(),
        Content::Routes(routes) => routes.routes.len(),
        Content::Interfaces(all) => all.interfaces.len() + all.addresses.len(),
        Content::VirtualServers(all) => all.virtual_servers.len() + all.real_servers.len(),
        Content::Settings(settings) => settings.len(),
        Content::Kubernetes(objects) => objects.len(),
    }
}
