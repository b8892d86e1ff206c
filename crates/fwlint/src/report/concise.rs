//! `path:line:column: severity lint: message`, as compilers print it and editors read it.

use std::io::{self, Write};

use super::{Report, Style, paint};
use crate::{check::Checked, terminal::Terminal, text};

pub(super) fn report(style: &Style) -> Concise {
    Concise { terminal: style.terminal }
}

#[derive(Debug)]
pub(super) struct Concise {
    terminal: Terminal,
}

impl Report for Concise {
    fn add(&mut self, file: &Checked, out: &mut dyn Write) -> io::Result<()> {
        let name = text::escape(&file.source.name);
        let mut positions = file.source.positions();
        for finding in &file.findings.kept {
            let at = positions.of(finding.primary.span.start);
            let style = self.terminal.style(paint(finding.severity));
            let (severity, lint) = (finding.severity.name(), finding.lint.name);
            let (severity, message) = (style.style(severity), text::escape(&finding.message));
            writeln!(out, "{name}:{}:{}: {severity} {lint}: {message}", at.line, at.column)?;
        }
        Ok(())
    }

    fn finish(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}
