//! The dumps of `corpus/`: what is found in them, and that nothing stops a lint.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests read the corpus, and fail by panicking"
)]

mod common;

use std::{
    collections::BTreeSet,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use common::{findings, line_of};
use fwlint_lints::{Facts, Group, Severity, run};
use fwlint_model::syntax::{Backends, Family, Options, parse};

/// Lines of `broken/` that are right by themselves.
const READ: &[(&str, u32)] = &[("wrapped-lines.rules", 9)];

#[test]
fn every_line_said_to_be_broken_is_found_and_no_other() {
    let mut wrong = Vec::new();
    for path in dumps("handwritten/broken") {
        let source = fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        // Whose rules these two are is the question that they pose.
        let family = match name {
            "ip4-in-ip6.rules" => Some(Family::Ipv6),
            "ip6-in-ip4.rules" => Some(Family::Ipv4),
            _ => None,
        };
        let dump = parse(&source, Options { family, threads: 1 });
        let found: BTreeSet<_> = run(&Facts::new(&dump), &|_| true)
            .kept
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .filter(|finding| matches!(finding.lint.group, Group::Syntax | Group::Load))
            .map(|finding| line_of(&source, finding))
            .collect();
        let mut said = lines_said(&source, "Broken");
        said.retain(|&line| !READ.contains(&(name, line)));
        if found != said {
            let missed: Vec<_> = said.difference(&found).collect();
            let invented: Vec<_> = found.difference(&said).collect();
            wrong.push(format!("{name}: missed {missed:?}, invented {invented:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_line_said_to_be_refused_is_found_and_no_other() {
    for path in dumps("handwritten/refused") {
        let source = fs::read(&path).unwrap();
        let said = lines_said(&source, "Refused");
        let found = findings(&source).kept.into_iter().filter(|finding| finding.refused_by != Backends::NONE);
        let found: BTreeSet<_> = found.map(|finding| line_of(&source, &finding)).collect();
        // Whether a host has an address is not asked.
        let is_known = !path.ends_with("host-name-unresolved.rules");
        assert_eq!(found, if is_known { said } else { BTreeSet::new() }, "{}", path.display());
    }
}

#[test]
fn graphs_are_judged_as_ever() {
    let mut judged = String::new();
    for path in dumps("handwritten/graph") {
        let source = fs::read(&path).unwrap();
        _ = writeln!(judged, "{}", path.file_name().unwrap().to_string_lossy());
        for finding in findings(&source).kept {
            let line = line_of(&source, &finding);
            _ = writeln!(
                judged,
                "  {line:2} {} {}: {}",
                finding.severity.name(),
                finding.lint.name,
                finding.message
            );
        }
    }
    insta::assert_snapshot!(judged);
}

#[test]
fn tools_write_nothing_wrong() {
    let mut faults = Vec::new();
    for path in dumps("tools") {
        let source = fs::read(&path).unwrap();
        let name = path.strip_prefix(corpus()).unwrap().to_string_lossy().into_owned();
        for finding in findings(&source).kept {
            if finding.severity > Severity::Note {
                faults.push(format!(
                    "{name}:{} {}: {}",
                    line_of(&source, &finding),
                    finding.lint.name,
                    finding.message
                ));
            }
        }
    }
    insta::assert_snapshot!(faults.join("\n"));
}

#[test]
fn planted_faults_are_found_and_nothing_else() {
    let worth_fixing = |name: &str| -> Vec<_> {
        let source = fs::read(corpus().join("kubernetes").join(name)).unwrap();
        let found = findings(&source).kept.into_iter().filter(|finding| finding.severity > Severity::Note);
        found.map(|finding| (finding.lint.name, line_of(&source, &finding), finding.message)).collect()
    };
    assert_eq!(worth_fixing("node-small.rules"), []);
    insta::assert_debug_snapshot!(worth_fixing("node-planted-bugs.rules"));
}

#[test]
fn every_dump_is_checked_to_the_end() {
    let dumps = dumps("");
    assert!(dumps.len() > 200, "{}", dumps.len());
    for path in dumps {
        findings(&fs::read(path).unwrap());
    }
}

/// The numbers of the lines that the header says something of.
fn lines_said(source: &[u8], what: &str) -> BTreeSet<u32> {
    let text = String::from_utf8_lossy(source);
    let header = text.lines().find_map(|line| line.strip_prefix(&format!("# {what}: line"))).unwrap();
    let numbers = header.trim_start_matches('s').trim_end_matches('.').split(',');
    numbers.map(|number| number.trim().parse().unwrap()).collect()
}

/// All dumps below a folder of the corpus, in order.
fn dumps(folder: &str) -> Vec<PathBuf> {
    let mut dumps = Vec::new();
    let mut open = vec![corpus().join(folder)];
    while let Some(path) = open.pop() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rules")
            || name.contains("tables-save")
        {
            dumps.push(path);
        }
    }
    dumps.sort();
    dumps
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus")
}
