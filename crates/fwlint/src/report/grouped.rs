//! One line for each finding below the name of its file, in columns.

use std::io::{self, Write};

use fwlint_lints::Severity;
use owo_colors::Style as Paint;

use super::{Report, Style, paint, totals::Totals};
use crate::{check::Checked, text};

pub(super) fn report(style: &Style) -> Grouped {
    Grouped { style: *style, totals: Totals::default() }
}

#[derive(Debug)]
pub(super) struct Grouped {
    style: Style,
    totals: Totals,
}

impl Report for Grouped {
    fn add(&mut self, file: &Checked, out: &mut dyn Write) -> io::Result<()> {
        self.totals.add(file);
        let findings = &file.findings.kept;
        if findings.is_empty() {
            return Ok(());
        }
        let bold = self.style.terminal.style(Paint::new().bold());
        writeln!(out, "{}:", bold.style(text::escape(&file.source.name)))?;
        let mut positions = file.source.positions();
        let places: Vec<_> = findings
            .iter()
            .map(|finding| {
                let at = positions.of(finding.primary.span.start);
                format!("{}:{}", at.line, at.column)
            })
            .collect();
        let place_width = places.iter().map(String::len).max().unwrap_or_default();
        let lint_width = findings.iter().map(|finding| finding.lint.name.len()).max().unwrap_or_default();
        let severity_width = Severity::ALL.map(|severity| severity.name().len()).into_iter().max().unwrap_or_default();
        for (finding, place) in findings.iter().zip(places) {
            let style = self.style.terminal.style(paint(finding.severity));
            let severity = format!("{:severity_width$}", finding.severity.name());
            let (severity, lint) = (style.style(severity), finding.lint.name);
            let message = text::escape(&finding.message);
            writeln!(out, "  {place:>place_width$}  {severity}  {lint:lint_width$}  {message}")?;
        }
        writeln!(out)
    }

    fn finish(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.style.quiet || self.totals.files() == 0 {
            return Ok(());
        }
        writeln!(out, "{}", self.totals)?;
        match self.totals.unmodelled() {
            Some(unmodelled) => writeln!(out, "{unmodelled}"),
            None => Ok(()),
        }
    }
}
