//! Runs rules in the format of iptables' extension tests through reader and printer: what must be taken, what
//! must be refused, and what must be printed.
//!
//! A file's lines: `:CHAIN,CHAIN` and `*table` say where the following rules stand; a rule is `rule;what is
//! printed;OK|FAIL`, with `=` for the same words. Where the backends differ, a fourth field names the one that does
//! so, and a fifth may say what the other does; the answer of either is right.

mod case;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, ensure};
use fwlint_lints::{Facts, Group, Severity};
use fwlint_syntax::{
    Family, Options, parse,
    print::{Style, rule},
};

use self::case::{Case, Outcome, families};

/// Where the lines stand that fwlint answers otherwise, with a reason each.
const EXPLAINED: &str = "docs/conformance.md";

/// One in so many lines may be explained away.
const TOLERANCE: usize = 100;

/// Fails if a line is answered otherwise than the file says, and nothing explains that.
pub(crate) fn run(root: &Path, folder: &Path) -> Result<()> {
    let mut explained = explained(root)?;
    let mut total = Total::default();
    let mut unexplained = Vec::new();
    println!("{:<24} {:>5} {:>6} {:>5} {:>7}", "file", "rules", "right", "wrong", "explained");
    for path in files(folder)? {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let mut own = Total::default();
        for case in case::cases(&text) {
            own.rules += 1;
            let reason = explained.remove(&(file.clone(), case.line));
            match (answer(&case, families(&file)), reason) {
                (Ok(()), None) => own.right += 1,
                (Err(_), Some(_)) => own.explained += 1,
                (Ok(()), Some(_)) => {
                    unexplained.push(format!("{file}:{}: explained, but it is right", case.line));
                }
                (Err(wrong), None) => unexplained.push(format!("{file}:{}: {wrong}", case.line)),
            }
        }
        println!("{file:<24} {own}");
        total.add(&own);
    }
    println!("{:<24} {total}\n", "all");
    unexplained.extend(explained.keys().map(|(file, line)| format!("{file}:{line}: explained, but no rule")));
    for line in &unexplained {
        println!("{line}");
    }
    ensure!(unexplained.is_empty(), "{} lines are answered otherwise than they should be", unexplained.len());
    ensure!(
        total.explained * TOLERANCE <= total.rules,
        "{} of {} lines are explained away, which is more than one in {TOLERANCE}",
        total.explained,
        total.rules
    );
    Ok(())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "t"));
    files.sort();
    ensure!(!files.is_empty(), "no file named *.t in {}", folder.display());
    Ok(files)
}

/// The rows `| file | line | reason |` of the document; those of a file that is not there are stale as well.
fn explained(root: &Path) -> Result<BTreeMap<(String, usize), String>> {
    let text = fs::read_to_string(root.join(EXPLAINED)).context(EXPLAINED)?;
    let row = |line: &str| {
        let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
        let (file, number, reason) = (cells.next()?, cells.next()?, cells.next()?);
        Some(((file.trim_matches('`').to_owned(), number.parse().ok()?), reason.to_owned()))
    };
    Ok(text.lines().filter_map(row).collect())
}

/// What is wrong with fwlint's answer, in words.
fn answer(case: &Case<'_>, families: &[Family]) -> Result<(), String> {
    for &family in families {
        for chain in &case.chains {
            let wrong = answer_one(case, family, chain);
            wrong.map_err(|wrong| format!("{} in {chain}: {wrong}", family.program()))?;
        }
    }
    Ok(())
}

fn answer_one(case: &Case<'_>, family: Family, chain: &str) -> Result<(), String> {
    let text = format!("*{}\n:{chain} ACCEPT [0:0]\n-A {chain} {}\nCOMMIT\n", case.table, case.rule);
    let dump = parse(text.as_bytes(), Options { family: Some(family), ..Options::default() });
    let findings = fwlint_lints::run(&Facts::new(&dump), &|_| true);
    let refused = findings.kept.iter().find(|finding| {
        matches!(finding.lint.group, Group::Syntax | Group::Load) && finding.severity == Severity::Error
    });
    let mut printed = Vec::new();
    dump.rules.iter().for_each(|read| rule(&dump, read, Style::default(), &mut printed));
    let printed = String::from_utf8_lossy(&printed);
    let right = |&outcome: &Outcome<'_>| match (refused, outcome) {
        (Some(finding), Outcome::Saved(_)) => Err(format!("`{}`: {}", case.rule, finding.message)),
        (Some(_), Outcome::Refused) => Ok(()),
        (None, Outcome::Refused) => Err(format!("`{}` must be refused", case.rule)),
        (None, Outcome::Saved(saved)) => {
            let (printed, expected) = (printed.trim_end(), expected(family, chain, saved));
            let wrong = || format!("\n    printed   {printed}\n    must be   {expected}");
            if printed == expected { Ok(()) } else { Err(wrong()) }
        }
    };
    let mut answers = case.outcomes.iter().map(right);
    let first = answers.next().unwrap_or(Ok(()));
    first.or_else(|wrong| if answers.any(|answer| answer.is_ok()) { Ok(()) } else { Err(wrong) })
}

fn expected(family: Family, chain: &str, saved: &str) -> String {
    // The tests leave out what ebtables always says.
    let target = if family == Family::Bridge && !saved.contains("-j") { " -j CONTINUE" } else { "" };
    format!("-A {chain} {}{target}", saved.trim_end()).trim_end().to_owned()
}

#[derive(Default)]
struct Total {
    rules: usize,
    right: usize,
    explained: usize,
}

impl Total {
    fn add(&mut self, other: &Self) {
        self.rules += other.rules;
        self.right += other.right;
        self.explained += other.explained;
    }
}

impl std::fmt::Display for Total {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { rules, right, explained } = self;
        write!(f, "{rules:>5} {right:>6} {:>5} {explained:>7}", rules - right - explained)
    }
}
