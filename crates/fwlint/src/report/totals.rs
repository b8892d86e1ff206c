//! What all files together come to.

use std::fmt;

use fwlint_lints::Severity;

use crate::{
    check::{Checked, Summary},
    text::count,
};

/// Sums over files.
#[derive(Debug, Default)]
pub(super) struct Totals {
    files: usize,
    /// In the order of [`Severity::ALL`].
    findings: [usize; 3],
    rules: usize,
    chains: usize,
    tables: usize,
    unmodelled: usize,
}

impl Totals {
    pub(super) fn of(file: &Checked) -> Self {
        let sum = |part: fn(&Summary) -> usize| file.rulesets.iter().map(part).sum();
        Self {
            files: 1,
            findings: Severity::ALL.map(|severity| file.findings.count(severity)),
            rules: sum(|summary| summary.rules),
            chains: sum(|summary| summary.chains),
            tables: sum(|summary| summary.tables),
            unmodelled: sum(|summary| summary.unmodelled),
        }
    }

    pub(super) fn add(&mut self, file: &Checked) {
        let more = Self::of(file);
        self.files += more.files;
        for (sum, more) in self.findings.iter_mut().zip(more.findings) {
            *sum += more;
        }
        self.rules += more.rules;
        self.chains += more.chains;
        self.tables += more.tables;
        self.unmodelled += more.unmodelled;
    }

    pub(super) fn has_none(&self) -> bool {
        self.findings == [0; 3]
    }

    pub(super) fn files(&self) -> usize {
        self.files
    }

    /// How many findings are of this severity.
    pub(super) fn count(&self, severity: Severity) -> usize {
        let counted = Severity::ALL.into_iter().zip(self.findings);
        counted.filter(|&(of, _)| of == severity).map(|(_, count)| count).sum()
    }

    /// `2 errors, 1 note`, or `no findings`.
    pub(super) fn findings(&self) -> String {
        let counted = Severity::ALL.into_iter().zip(self.findings).filter(|&(_, count)| count > 0);
        let parts: Vec<_> = counted.map(|(severity, found)| count(found, severity.name())).collect();
        if parts.is_empty() { "no findings".to_owned() } else { parts.join(", ") }
    }

    /// `1,204 rules, 57 chains, 4 tables`.
    pub(super) fn size(&self) -> String {
        if self.tables == 0 {
            return "nothing was loaded".to_owned();
        }
        let (rules, chains, tables) =
            (count(self.rules, "rule"), count(self.chains, "chain"), count(self.tables, "table"));
        format!("{rules}, {chains}, {tables}")
    }

    /// How much of it is not understood; `None` if all is.
    pub(super) fn unmodelled(&self) -> Option<String> {
        let verb = if self.unmodelled == 1 { "uses" } else { "use" };
        let rules = count(self.unmodelled, "rule");
        (self.unmodelled > 0).then(|| format!("{rules} {verb} matches or targets that fwlint does not model"))
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {} ({})", self.findings(), count(self.files, "file"), self.size())
    }
}
