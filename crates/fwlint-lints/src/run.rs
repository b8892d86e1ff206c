//! Runs the lints and brings what they find into order.

use fwlint_model::CompanionId;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::{Confidence, Facts, Finding, Group, LINTS, Lint, NodeFacts, Severity, lints::OF_COMPANIONS};

/// How many findings are kept of each lint; the rest is counted.
pub const MAX_FINDINGS: usize = 10_000;

/// What the lints found.
#[derive(Debug, Default)]
pub struct Findings {
    /// The findings, by the place of their primary label, then by the name of the lint.
    pub kept: Vec<Finding>,
    /// What was found beyond [`MAX_FINDINGS`], in the order of [`LINTS`], the worst first.
    pub omitted: Vec<Omitted>,
}

/// How many findings of a lint were counted and not kept.
#[derive(Clone, Copy, Debug)]
pub struct Omitted {
    /// Which lint.
    pub lint: &'static Lint,
    /// How bad they are.
    pub severity: Severity,
    /// How many.
    pub count: usize,
}

/// Where a lint's findings go.
#[derive(Debug)]
pub struct Sink {
    kept: Vec<Finding>,
    /// By [`Severity`].
    omitted: [usize; 3],
}

/// Runs the lints that are selected on a dump, on as many threads as the pool has that it is called in.
pub fn run(facts: &Facts<'_>, selected: &dyn Fn(&Lint) -> bool) -> Findings {
    let checks = LINTS.iter().copied().filter(|lint| selected(lint));
    let mut findings = collect(checks.map(|lint| (lint, |sink: &mut Sink| (lint.check)(facts, sink))));
    // Where a command was not carried out, the rules may be others than those that were looked at.
    if facts.rulesets.iter().any(|rules| rules.ruleset.unfollowed > 0) {
        for finding in &mut findings.kept {
            if finding.lint.group != Group::Syntax {
                finding.confidence = Confidence::Likely;
            }
        }
    }
    findings
}

/// Runs the lints that are selected on one companion of a node.
pub fn run_companion(
    facts: &NodeFacts<'_>,
    companion: CompanionId,
    selected: &dyn Fn(&Lint) -> bool,
) -> Findings {
    let checks = OF_COMPANIONS.iter().filter(|(lint, _)| selected(lint));
    collect(checks.map(|&(lint, check)| (lint, move |sink: &mut Sink| check(facts, companion, sink))))
}

fn collect<C: FnOnce(&mut Sink) + Send>(checks: impl Iterator<Item = (&'static Lint, C)>) -> Findings {
    let mut findings = Findings::default();
    let checks: Vec<_> = checks.collect();
    let check = |(lint, check): (&'static Lint, C)| {
        let mut sink = Sink::new();
        check(&mut sink);
        (lint, sink)
    };
    let sinks: Vec<_> = checks.into_par_iter().with_max_len(1).map(check).collect();
    for (lint, mut sink) in sinks {
        findings.omitted.extend(sink.omissions(lint));
        findings.kept.append(&mut sink.kept);
    }
    findings.kept.sort_by_key(|finding| (finding.primary.span, finding.lint.name));
    tell_apart(&mut findings.kept);
    findings
}

/// Findings about just the same get fingerprints of their own.
fn tell_apart(findings: &mut [Finding]) {
    let mut met = FxHashMap::default();
    for finding in findings {
        let before = met.entry(finding.fingerprint).or_insert(0_u32);
        finding.fingerprint = finding.fingerprint.repeated(*before);
        *before += 1;
    }
}

impl Sink {
    /// Nothing found yet.
    pub(crate) fn new() -> Self {
        Self { kept: Vec::new(), omitted: [0; 3] }
    }

    /// Whether there is a finding.
    pub(crate) fn has_findings(&self) -> bool {
        !self.kept.is_empty()
    }

    /// Takes a finding, and gives it this severity. Past [`MAX_FINDINGS`] it is only counted, not made.
    pub(crate) fn report(&mut self, severity: Severity, finding: impl FnOnce() -> Finding) {
        if self.kept.len() < MAX_FINDINGS {
            self.kept.push(Finding { severity, ..finding() });
        } else {
            self.omit(severity, 1);
        }
    }

    /// Counts findings that nobody can describe any more.
    pub(crate) fn omit(&mut self, severity: Severity, count: usize) {
        if let Some(omitted) = self.omitted.get_mut(severity as usize) {
            *omitted += count;
        }
    }

    fn omissions(&self, lint: &'static Lint) -> impl Iterator<Item = Omitted> {
        Severity::ALL.into_iter().filter_map(move |severity| {
            let count = self.omitted.get(severity as usize).copied().filter(|&count| count > 0)?;
            Some(Omitted { lint, severity, count })
        })
    }
}

impl Findings {
    /// How many findings of this severity there are, with those that were not kept.
    pub fn count(&self, severity: Severity) -> usize {
        let kept = self.kept.iter().filter(|finding| finding.severity == severity).count();
        let omitted = self.omitted.iter().filter(|omitted| omitted.severity == severity);
        kept + omitted.map(|omitted| omitted.count).sum::<usize>()
    }
}
