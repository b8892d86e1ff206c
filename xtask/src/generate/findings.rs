//! `corpus/findings.txt`: what fwlint says of each of our own dumps, so that a finding that comes,
//! goes or changes shows in review.

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use anyhow::Result;
use fwlint_lints::text::count;
use serde::Deserialize;

use super::{File, program};

const PATH: &str = "corpus/findings.txt";

pub(super) fn file(root: &Path) -> Result<File> {
    let report: Report =
        serde_json::from_str(&program::output(root, &["check", "--format", "json", "corpus"])?)?;
    Ok((PATH.into(), list(&report)))
}

#[derive(Deserialize)]
struct Report {
    files: Vec<Ruleset>,
    findings: Vec<Finding>,
}

/// One rule set of a file.
#[derive(Deserialize)]
struct Ruleset {
    path: String,
    family: String,
    tables: usize,
    chains: usize,
    rules: usize,
    unmodelled: usize,
    written_by: Vec<String>,
}

#[derive(Deserialize)]
struct Finding {
    path: String,
    line: u32,
    column: u32,
    severity: String,
    confidence: String,
    lint: String,
    message: String,
}

/// File by file: what was read, and what was found.
fn list(report: &Report) -> String {
    let mut by_file: BTreeMap<&str, String> = BTreeMap::new();
    for Ruleset { path, family, tables, chains, rules, unmodelled, written_by } in &report.files {
        let text = by_file.entry(path).or_default();
        let counted =
            [(rules, "rule"), (chains, "chain"), (tables, "table")].map(|(&n, noun)| count(n, noun));
        let _ = write!(text, "  {family}: {}", counted.join(", "));
        if *unmodelled > 0 {
            let _ = write!(text, ", {} not modelled", count(*unmodelled, "rule"));
        }
        if !written_by.is_empty() {
            let _ = write!(text, "; {}", written_by.join(", "));
        }
        text.push('\n');
    }
    for findings in report.findings.chunk_by(|one, next| one.path == next.path) {
        let Some(Finding { path, .. }) = findings.first() else { continue };
        print(findings, by_file.entry(path).or_default());
    }
    by_file.iter().fold(String::new(), |list, (path, text)| list + path + "\n" + text)
}

/// The findings of one file. A program leaves dozens of placeholders: of the notes of a lint the
/// first one is printed, and of the others the lines.
fn print(findings: &[Finding], text: &mut String) {
    let mut notes: BTreeMap<&str, (String, Vec<String>)> = BTreeMap::new();
    for finding in findings {
        let Finding { line, column, severity, confidence, lint, message, .. } = finding;
        let printed = format!("  {line}:{column}: {severity} {lint}, {confidence}: {message}\n");
        if severity != "note" {
            text.push_str(&printed);
        } else if let Some((_, more)) = notes.get_mut(lint.as_str()) {
            more.push(line.to_string());
        } else {
            notes.insert(lint, (printed, Vec::new()));
        }
    }
    for (first, more) in notes.values() {
        text.push_str(first);
        if !more.is_empty() {
            let _ = writeln!(text, "    and in lines {}", more.join(" "));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_stand_below_what_was_read() {
        let report = r#"{
            "files": [
                {"path": "b", "family": "ipv4", "tables": 1, "chains": 3, "rules": 9, "unmodelled": 2,
                 "written_by": ["Docker", "ufw"]},
                {"path": "a", "family": "ipv6", "tables": 0, "chains": 0, "rules": 0, "unmodelled": 0,
                 "written_by": []}
            ],
            "findings": [
                {"path": "b", "line": 4, "column": 1, "severity": "note", "confidence": "proved",
                 "lint": "empty-chain", "message": "chain `X` is empty"},
                {"path": "b", "line": 5, "column": 1, "severity": "note", "confidence": "proved",
                 "lint": "empty-chain", "message": "chain `Y` is empty"},
                {"path": "b", "line": 6, "column": 9, "severity": "error", "confidence": "likely",
                 "lint": "undefined-chain", "message": "no `Z`"}
            ]
        }"#;
        assert_eq!(
            list(&serde_json::from_str(report).unwrap()),
            "a\n  ipv6: 0 rules, 0 chains, 0 tables\n\
             b\n  ipv4: 9 rules, 3 chains, 1 table, 2 rules not modelled; Docker, ufw\n  \
             6:9: error undefined-chain, likely: no `Z`\n  \
             4:1: note empty-chain, proved: chain `X` is empty\n    and in lines 5\n"
        );
    }
}
