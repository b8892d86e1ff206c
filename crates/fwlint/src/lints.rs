//! `fwlint lints`: every lint in a line.

use std::io::{self, IsTerminal, Write};

use clap::ColorChoice;
use fwlint_lints::LINTS;
use textwrap::{Options, WordSplitter};

use crate::terminal::Terminal;

pub(crate) fn print(out: &mut dyn Write) -> io::Result<()> {
    let widest = |lengths: &mut dyn Iterator<Item = usize>| lengths.max().unwrap_or_default();
    let name_width = widest(&mut LINTS.iter().map(|lint| lint.name.len()));
    let group_width = widest(&mut LINTS.iter().map(|lint| lint.group.name().len()));
    let severity_width = widest(&mut LINTS.iter().map(|lint| lint.severity.name().len()));
    let indent = " ".repeat(name_width + group_width + severity_width + 6);
    let is_terminal = io::stdout().is_terminal();
    let width = Terminal::stdout(ColorChoice::Auto).width;
    for lint in LINTS {
        let (name, group, severity) = (lint.name, lint.group.name(), lint.severity.name());
        let head = format!("{name:name_width$}  {group:group_width$}  {severity:severity_width$}  ");
        let summary = lint.summary();
        if is_terminal {
            let options = Options::new(width)
                .initial_indent(&head)
                .subsequent_indent(&indent)
                .word_splitter(WordSplitter::NoHyphenation);
            writeln!(out, "{}", textwrap::fill(&summary, options))?;
        } else {
            writeln!(out, "{head}{summary}")?;
        }
    }
    Ok(())
}
