//! Reads folders of dumps from elsewhere, and compares what was read with what is known of them:
//! how many rules there are, and whether the restore programs load them.

mod sample;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, ensure};
use fwlint_lints::{Facts, Findings, Severity, would_load};
use fwlint_syntax::{Command, Dump, LineIndex, Options, Span, parse};

use self::sample::Sample;

/// Where the dumps stand that differ for a reason: a row each, `| path | reason |`, and no text of the dump.
const EXPLAINED: &str = "docs/corpus.md";

/// Fails if a dump differs from what is known of it, and nothing explains that.
pub(crate) fn run(root: &Path, folders: &[PathBuf]) -> Result<()> {
    let explained = fs::read_to_string(root.join(EXPLAINED)).context(EXPLAINED)?;
    let explained: BTreeMap<_, _> = explained.lines().filter_map(row).collect();
    let mut totals: BTreeMap<String, Total> = BTreeMap::new();
    let mut unexplained = 0;
    let samples = folders.iter().map(|folder| sample::all(folder)).collect::<Result<Vec<_>>>()?;
    for sample in samples.iter().flatten() {
        let text = sample.text()?;
        let dump = parse(&text, Options::default());
        let findings = fwlint_lints::run(&Facts::new(&dump), &|_| true);
        totals.entry(sample.group.clone()).or_default().add(sample, &dump, &findings);

        let differences = differences(sample, &dump, &findings);
        match (differences.as_slice(), explained.get(sample.path.as_str())) {
            ([], None) => {}
            ([], Some(_)) => {
                println!("{}: explained, but there is no difference", sample.path);
                unexplained += 1;
            }
            (differences, Some(reason)) => {
                println!("{}: {} ({reason})", sample.path, differences.join("; "));
            }
            (differences, None) => {
                println!("{}: NOT EXPLAINED", sample.path);
                for difference in differences {
                    println!("    {difference}");
                }
                unexplained += 1;
            }
        }
    }
    print(&totals);
    ensure!(unexplained == 0, "{unexplained} dumps differ from what is known of them");
    Ok(())
}

/// The path and the reason of a row.
fn row(line: &str) -> Option<(&str, &str)> {
    let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
    Some((cells.next()?.trim_matches('`'), cells.next()?))
}

/// What is not as it should be, in words.
fn differences(sample: &Sample, dump: &Dump<'_>, findings: &Findings) -> Vec<String> {
    let lines = LineIndex::new(dump.source);
    let line = |span: Span| lines.line(span.start);
    let mut differences = Vec::new();
    let read = rules(dump);
    if read != sample.rules {
        differences.push(format!("{read} rules read of {}", sample.rules));
        differences.extend(dump.stray.iter().map(|&stray| format!("line {}: left out", line(stray))));
    }
    if sample.is_read || read != sample.rules {
        differences.extend(
            dump.errors.iter().map(|error| format!("line {}: {:?}", line(error.span), error.problem)),
        );
    }
    for &(backend, loads) in &sample.loads {
        if would_load(dump, findings, backend) == loads {
            continue;
        }
        if !loads {
            differences.push(format!("{backend} refuses it"));
            continue;
        }
        differences.push(format!("{backend} loads it"));
        let refusing = findings.kept.iter().filter(|finding| finding.refused_by.has(backend));
        differences.extend(refusing.map(|finding| {
            format!("line {}: {}: {}", line(finding.primary.span), finding.lint.name, finding.message)
        }));
    }
    if sample.is_saved {
        differences.extend(first_changed_line(dump).map(|line| format!("line {line}: printed otherwise")));
    }
    differences
}

/// The first line of a dump that is not printed as it is, if there is one.
fn first_changed_line(dump: &Dump<'_>) -> Option<usize> {
    let mut saved = Vec::new();
    fwlint_model::save(dump, &mut saved);
    let lines = |text: &[u8]| text.split(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>();
    let (before, after) = (lines(dump.source), lines(&saved));
    let same = before.iter().zip(&after).take_while(|(before, after)| before == after).count();
    (same < before.len().max(after.len())).then_some(same + 1)
}

/// How many rules were read; a line that deletes one is none.
fn rules(dump: &Dump<'_>) -> usize {
    dump.rules.iter().filter(|rule| !matches!(rule.command, Command::Delete | Command::DeleteAt(_))).count()
}

/// What a group of dumps holds.
#[derive(Default)]
struct Total {
    dumps: usize,
    known: usize,
    rules: usize,
    verbatim: usize,
    unreadable: usize,
    /// By [`Severity::ALL`].
    findings: [usize; 3],
}

impl Total {
    fn add(&mut self, sample: &Sample, dump: &Dump<'_>, findings: &Findings) {
        self.dumps += 1;
        self.known += sample.rules;
        self.rules += rules(dump);
        self.verbatim += dump.rules.iter().filter(|rule| rule.verbatim).count();
        self.unreadable += dump.errors.len() + dump.errors_omitted;
        for (total, severity) in self.findings.iter_mut().zip(Severity::ALL) {
            *total += findings.count(severity);
        }
    }
}

fn print(totals: &BTreeMap<String, Total>) {
    println!(
        "\n{:<44} {:>5} {:>7} {:>7} {:>8} {:>10} {:>7} {:>8} {:>7}",
        "dumps", "files", "rules", "read", "verbatim", "unreadable", "errors", "warnings", "notes"
    );
    for (group, Total { dumps, known, rules, verbatim, unreadable, findings: [errors, warnings, notes] }) in
        totals
    {
        println!(
            "{group:<44} {dumps:>5} {known:>7} {rules:>7} {verbatim:>8} {unreadable:>10} {errors:>7} {warnings:>8} \
             {notes:>7}"
        );
    }
}
