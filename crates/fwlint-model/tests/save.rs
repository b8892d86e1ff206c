//! What is printed of the dumps of the corpus is loaded as the same rules.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests read files, and fail by panicking"
)]

use std::{
    fs,
    path::{Path, PathBuf},
};

use fwlint_model::{
    Ruleset, canonical, resolve, save,
    syntax::{Options, parse},
};

#[test]
fn what_is_printed_is_loaded_as_the_same_rules() {
    let mut compared = 0;
    for path in corpus() {
        let source = fs::read(&path).unwrap();
        let dump = parse(&source, Options::default());
        let rulesets = resolve(&dump);
        // Without headers it is not told where one family ends and another begins.
        let [ruleset] = rulesets.as_slice() else { continue };
        let mut printed = Vec::new();
        save(&dump, &mut printed);
        let again = parse(&printed, Options { family: Some(ruleset.family), ..Options::default() });
        let again = resolve(&again);
        let [again] = again.as_slice() else { panic!("{}: printed as several runs", path.display()) };
        let (before, after) = (meaning(ruleset), meaning(again));
        for (before, after) in before.iter().zip(&after) {
            let is_same = before.meaning.is_none() || before == after;
            assert!(is_same, "{}:\n{before:?}\n{after:?}", path.display());
        }
        assert_eq!(before.len(), after.len(), "{}", path.display());
        compared += before.iter().filter(|rule| rule.meaning.is_some()).count();
    }
    assert!(compared > 5_000, "{compared}");
}

/// Matches that are printed by other options, or in another order of repeated ones, than were written: `! --connlimit-upto`
/// by `--connlimit-above`.
const RESPELT: [&str; 5] = ["-m cluster", "-m connlimit", "-m hashlimit", "-m policy", "-m time"];

/// A rule of the kernel.
#[derive(Clone, Debug, PartialEq)]
struct Rule {
    table: String,
    chain: String,
    /// `None` where it is not understood, or where its line stands for several rules.
    meaning: Option<Vec<u8>>,
}

/// The rules in the order in which they are printed.
fn meaning(ruleset: &Ruleset<'_>) -> Vec<Rule> {
    let mut rules = Vec::new();
    for (rule, content) in ruleset.rules.iter() {
        let text = String::from_utf8_lossy(ruleset.line(rule).span.of(ruleset.dump.source));
        let is_exact = content.copies == 1 && !RESPELT.iter().any(|name| text.contains(name));
        let meaning = canonical(ruleset, rule).filter(|_| is_exact);
        let table = ruleset.table_name(content.chain).to_string();
        let chain = ruleset.chains[content.chain].name.to_string();
        rules.extend(std::iter::repeat_n(Rule { table, chain, meaning }, content.copies as usize));
    }
    rules.sort_by(|one, other| (&one.table, &one.chain).cmp(&(&other.table, &other.chain)));
    rules
}

fn corpus() -> Vec<PathBuf> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            let is_dump = path.extension().is_some_and(|extension| extension == "rules")
                || name.contains("tables-save");
            if path.is_dir() {
                folders.push(path);
            // Of this one the kernel cuts prefixes and comments.
            } else if is_dump && name != "long-comment.rules" {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}
