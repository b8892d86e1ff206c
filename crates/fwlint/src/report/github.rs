//! Workflow commands of GitHub Actions, which shows them at the lines of a change.
//!
//! Source: "Workflow commands for GitHub Actions", and `toolkit/packages/core/src/command.ts` for
//! what is escaped.

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use fwlint_lints::Severity;

use super::{Report, Style};
use crate::check::Checked;

pub(super) fn report(_: &Style) -> Github {
    Github
}

#[derive(Debug)]
pub(super) struct Github;

impl Report for Github {
    fn add(&mut self, file: &Checked, out: &mut dyn Write) -> io::Result<()> {
        let name = property(&file.source.name);
        let mut positions = file.source.positions();
        for finding in &file.findings.kept {
            let (start, end) =
                (positions.of(finding.primary.span.start), positions.of(finding.primary.span.end));
            let command = match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "notice",
            };
            let mut message = data(&finding.message);
            if let Some(help) = &finding.help {
                let _ = write!(message, "%0Ahelp: {}", data(help));
            }
            let (title, line, end_line) = (finding.lint.name, start.line, end.line);
            // The columns say nothing if there is more than one line.
            let columns = if line == end_line {
                format!(",col={},endColumn={}", start.column, end.column)
            } else {
                String::new()
            };
            let place = format!("file={name},line={line},endLine={end_line}{columns}");
            writeln!(out, "::{command} {place},title={title}::{message}")?;
        }
        Ok(())
    }

    fn finish(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
