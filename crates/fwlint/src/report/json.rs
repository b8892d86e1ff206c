//! One JSON object for all files.

use std::io::{self, Write};

use fwlint_lints::Severity;
use serde::Serialize;

use super::{
    Report, Style,
    records::{FileRecord, FindingRecord, files, findings},
    totals::Totals,
};
use crate::check::Checked;

/// Raised when a field changes its meaning or goes.
const VERSION: u32 = 1;

pub(super) fn report(_: &Style) -> Json {
    Json::default()
}

#[derive(Debug, Default)]
pub(super) struct Json {
    files: Vec<FileRecord>,
    findings: Vec<FindingRecord>,
    omitted: usize,
    totals: Totals,
}

#[derive(Serialize)]
struct Document<'r> {
    version: u32,
    files: &'r [FileRecord],
    findings: &'r [FindingRecord],
    summary: Summary,
}

/// How many there are; those that were counted and not kept are among them.
#[derive(Serialize)]
struct Summary {
    error: usize,
    warning: usize,
    note: usize,
    suppressed: usize,
    baselined: usize,
    /// Counted above, and not among the findings: there are too many.
    omitted: usize,
}

impl Report for Json {
    fn add(&mut self, file: &Checked, _: &mut dyn Write) -> io::Result<()> {
        self.files.extend(files(file));
        self.findings.extend(findings(file));
        self.omitted += file.findings.omitted.iter().map(|omitted| omitted.count).sum::<usize>();
        self.totals.add(file);
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let summary = Summary {
            error: self.totals.count(Severity::Error),
            warning: self.totals.count(Severity::Warning),
            note: self.totals.count(Severity::Note),
            suppressed: 0,
            baselined: 0,
            omitted: self.omitted,
        };
        let document =
            Document { version: VERSION, files: &self.files, findings: &self.findings, summary };
        serde_json::to_writer_pretty(&mut *out, &document)?;
        writeln!(out)
    }
}
