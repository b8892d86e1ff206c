//! The format for people: miette's graphical report of each finding, and what all of it comes to.

mod drawing;
mod excerpt;

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::{self, Write},
};

use fwlint_lints::{Finding, Severity};
use owo_colors::Style as Paint;
use textwrap::{Options, WordSeparator, WordSplitter};

use super::{Report, Style, paint, totals::Totals};
use crate::{check::Checked, source::Source, statistics::by_lint, text};

/// How many findings of one lint are shown for each file.
const MAX_OF_A_LINT: usize = 100;

/// How many notes of one lint are shown for each file.
const MAX_NOTES_OF_A_LINT: usize = 10;

/// The widest that sentences get, so that they can be read on a wide terminal.
const MAX_TEXT_WIDTH: usize = 100;

pub(super) fn report(style: &Style) -> Full {
    Full { style: *style, totals: Totals::default() }
}

#[derive(Debug)]
pub(super) struct Full {
    style: Style,
    totals: Totals,
}

impl Report for Full {
    fn add(&mut self, file: &Checked, out: &mut dyn Write) -> io::Result<()> {
        self.totals.add(file);
        let name = text::escape(&file.source.name);
        let bold = self.style.terminal.style(Paint::new().bold());
        let totals = Totals::of(file);
        if totals.has_none() {
            if !self.style.quiet {
                writeln!(out, "{}: no findings ({})", bold.style(&name), totals.size())?;
            }
            return Ok(());
        }
        let writers = writers(file);
        if !writers.is_empty() && !self.style.quiet {
            writeln!(out, "{}: written by {}\n", bold.style(&name), writers.join(", "))?;
        }
        let matters = file.findings.kept.iter().any(|finding| finding.lint.depends_on_backend());
        if matters && file.rulesets.iter().any(|summary| summary.backend.is_none()) && !self.style.quiet {
            let name = bold.style(&name);
            writeln!(out, "{name}: taken for a dump of legacy; `--backend nft` if nft runs it\n")?;
        }
        self.findings(file, out)
    }

    fn finish(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.style.quiet || self.totals.files() == 0 {
            return Ok(());
        }
        // Of a single clean file all is said.
        if self.totals.files() > 1 || !self.totals.has_none() {
            writeln!(out, "{}", self.totals)?;
        }
        match self.totals.unmodelled() {
            Some(unmodelled) => writeln!(out, "{unmodelled}"),
            None => Ok(()),
        }
    }
}

impl Full {
    fn findings(&self, file: &Checked, out: &mut dyn Write) -> io::Result<()> {
        let is_minor = |finding: &Finding| finding.severity == Severity::Note && !self.style.notes_matter;
        let mut positions = file.source.positions();
        let mut shown: BTreeMap<(&str, bool), usize> = BTreeMap::new();
        let mut minor = Vec::new();
        for finding in &file.findings.kept {
            let is_minor = is_minor(finding);
            let shown = shown.entry((finding.lint.name, is_minor)).or_default();
            if *shown == if is_minor { MAX_NOTES_OF_A_LINT } else { MAX_OF_A_LINT } {
                continue;
            }
            *shown += 1;
            if is_minor {
                minor.push(finding);
            } else {
                writeln!(out, "{}", drawing::draw(finding, file, &mut positions, self.style.terminal))?;
            }
        }
        let is_named = shown.keys().any(|&(_, is_minor)| !is_minor) || !writers(file).is_empty() && !self.style.quiet;
        if !is_named && !minor.is_empty() {
            writeln!(out, "{}:", self.style.terminal.style(Paint::new().bold()).style(text::escape(&file.source.name)))?;
        }
        for finding in &minor {
            writeln!(out, "{}", self.line(finding, &file.source))?;
        }
        if !minor.is_empty() {
            writeln!(out)?;
        }
        for (lint, found) in by_lint(file) {
            let shown = |is_minor| shown.get(&(lint, is_minor)).copied().unwrap_or_default();
            let hidden = found.total() - shown(true) - shown(false);
            if hidden > 0 {
                let more = text::count(hidden, "more finding");
                let all = if found.omitted > 0 { format!("the first {}", found.kept) } else { "all".to_owned() };
                writeln!(out, "{more} of {lint} in this file: `--format concise --select {lint}` lists {all}\n")?;
            }
        }
        Ok(())
    }

    /// A finding that does not matter much: what, and where.
    fn line(&self, finding: &Finding, source: &Source) -> String {
        let terminal = &self.style.terminal;
        let head = format!("  {} ", terminal.style(paint(finding.severity)).style(title(finding)));
        let line = source.line(finding.primary.span.start);
        let mut text = format!("line {line}: {}", terminal.text(&finding.message));
        if !finding.primary.text.is_empty() {
            let _ = write!(text, " ({})", terminal.text(&finding.primary.text));
        }
        let options = Options::new(terminal.width.min(MAX_TEXT_WIDTH))
            .initial_indent(&head)
            .subsequent_indent("    ")
            .word_separator(WordSeparator::AsciiSpace)
            .word_splitter(WordSplitter::NoHyphenation);
        textwrap::fill(&text, options)
    }
}

/// `error[chain-loop]:`
fn title(finding: &Finding) -> String {
    format!("{}[{}]:", finding.severity.name(), finding.lint.name)
}

fn writers(file: &Checked) -> Vec<&'static str> {
    let mut writers: Vec<_> = file.rulesets.iter().flat_map(|summary| &summary.written_by).copied().collect();
    writers.sort_unstable_by_key(|name| name.to_lowercase());
    writers.dedup();
    writers
}
