//! `fwlint check --statistics`: how many findings each lint has.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use crate::{check::Checked, report::Report};

/// How many findings a lint has.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Found {
    /// At hand.
    pub(crate) kept: usize,
    /// Only counted.
    pub(crate) omitted: usize,
}

impl Found {
    pub(crate) fn total(self) -> usize {
        self.kept + self.omitted
    }
}

/// How many findings each lint has that has any, by its name.
pub(crate) fn by_lint(file: &Checked) -> BTreeMap<&'static str, Found> {
    let mut found: BTreeMap<_, Found> = BTreeMap::new();
    for finding in &file.findings.kept {
        found.entry(finding.lint.name).or_default().kept += 1;
    }
    for omitted in &file.findings.omitted {
        found.entry(omitted.lint.name).or_default().omitted += omitted.count;
    }
    found
}

/// Counts, and shows no finding.
#[derive(Debug, Default)]
pub(crate) struct Statistics {
    found: BTreeMap<&'static str, usize>,
}

impl Report for Statistics {
    fn add(&mut self, file: &Checked, _: &mut dyn Write) -> io::Result<()> {
        for (lint, found) in by_lint(file) {
            *self.found.entry(lint).or_default() += found.total();
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let mut found: Vec<_> = self.found.iter().collect();
        found.sort_by_key(|&(lint, count)| (std::cmp::Reverse(*count), *lint));
        let width = found.first().map_or(0, |(_, count)| count.to_string().len());
        for (lint, count) in found {
            writeln!(out, "{count:>width$}  {lint}")?;
        }
        Ok(())
    }
}
