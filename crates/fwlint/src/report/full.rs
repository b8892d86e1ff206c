//! The format for people: miette's graphical report of each finding, and what all of it comes to.

use std::{
    collections::BTreeMap,
    fmt::{self, Write as _},
    io::{self, Write},
};

use fwlint_lints::{Finding, Severity};
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode, ThemeStyles};
use owo_colors::Style as Paint;
use textwrap::{WordSeparator, WordSplitter};

use super::{
    Report, Style,
    excerpt::{Excerpt, MAX_LABELS, Room},
    totals::Totals,
};
use crate::{
    check::Checked,
    source::{Positions, Source},
    statistics::by_lint,
    terminal::Terminal,
    text,
};

/// How many findings of one lint are shown for each file.
const MAX_OF_A_LINT: usize = 100;

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
        let mut positions = file.source.positions();
        let mut shown: BTreeMap<&str, usize> = BTreeMap::new();
        for finding in &file.findings.kept {
            let shown = shown.entry(finding.lint.name).or_default();
            if *shown < MAX_OF_A_LINT {
                *shown += 1;
                out.write_all(self.draw(finding, &file.source, &mut positions).as_bytes())?;
                writeln!(out)?;
            }
        }
        for (lint, found) in by_lint(file) {
            if found.total() > MAX_OF_A_LINT {
                let hidden = text::count(found.total() - MAX_OF_A_LINT, "more finding");
                let all = if found.omitted > 0 { format!("the first {}", found.kept) } else { "all".to_owned() };
                let how = format!("`--format concise --select {lint}` lists {all}");
                writeln!(out, "{hidden} of {lint} in this file: {how}\n")?;
            }
        }
        Ok(())
    }

    /// The finding as miette draws it.
    fn draw(&self, finding: &Finding, source: &Source, positions: &mut Positions<'_>) -> String {
        let Terminal { width, unicode, .. } = self.style.terminal;
        // miette puts the line's number and a bar in front of each line.
        let digits = source.line(finding.primary.span.start).to_string().len();
        let room = Room { width: width.saturating_sub(digits + 4), unicode };
        let excerpt = Excerpt::new(&finding.primary, &finding.related, source, positions, room);
        let handler = GraphicalReportHandler::new_themed(self.theme(finding, &excerpt))
            .with_width(width.min(MAX_TEXT_WIDTH))
            .with_context_lines(0)
            .with_links(false)
            .with_word_separator(WordSeparator::AsciiSpace)
            .with_word_splitter(WordSplitter::NoHyphenation)
            .without_syntax_highlighting();
        let mut drawn = String::new();
        match handler.render_report(&mut drawn, &Drawing { finding, excerpt }) {
            Ok(()) => drawn,
            // Writing to a string cannot fail, so the excerpt does not have what it should.
            Err(fmt::Error) => format!("  {}\n", finding.message),
        }
    }

    /// The finding's severity and lint stand where miette has a symbol; the primary label has the colour
    /// of the severity.
    fn theme(&self, finding: &Finding, excerpt: &Excerpt) -> GraphicalTheme {
        let terminal = &self.style.terminal;
        let mut theme = if terminal.unicode { GraphicalTheme::unicode() } else { GraphicalTheme::none() };
        theme.styles = ThemeStyles::none();

        let title = format!("{}[{}]:", finding.severity.name(), finding.lint.name);
        let (symbol, paint) = match finding.severity {
            Severity::Error => (&mut theme.characters.error, &mut theme.styles.error),
            Severity::Warning => (&mut theme.characters.warning, &mut theme.styles.warning),
            Severity::Note => (&mut theme.characters.advice, &mut theme.styles.advice),
        };
        *symbol = title;
        if terminal.color {
            *paint = severity_paint(finding.severity);
            let labels = excerpt.are_primary().map(|is_primary| if is_primary { *paint } else { Paint::new().bold() });
            theme.styles.highlights = labels.collect();
            theme.styles.linum = Paint::new().dimmed();
            theme.styles.link = Paint::new().bold();
            theme.styles.help = Paint::new().bold();
        }
        theme
    }
}

/// Colours that can be read on black and on white, which yellow, green and blue cannot.
pub(super) fn severity_paint(severity: Severity) -> Paint {
    match severity {
        Severity::Error => Paint::new().red().bold(),
        Severity::Warning => Paint::new().magenta().bold(),
        Severity::Note => Paint::new().cyan().bold(),
    }
}

fn writers(file: &Checked) -> Vec<&'static str> {
    let mut writers: Vec<_> = file.rulesets.iter().flat_map(|summary| &summary.written_by).copied().collect();
    writers.sort_unstable_by_key(|name| name.to_lowercase());
    writers.dedup();
    writers
}

/// A finding in miette's terms.
#[derive(Debug)]
struct Drawing<'f> {
    finding: &'f Finding,
    excerpt: Excerpt,
}

impl fmt::Display for Drawing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::escape(&self.finding.message))
    }
}

impl std::error::Error for Drawing<'_> {}

impl Diagnostic for Drawing<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.finding.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let unshown = (self.finding.related.len() + 1).saturating_sub(MAX_LABELS);
        let mut help = self.finding.help.clone().unwrap_or_default();
        if unshown > 0 {
            help.push_str(if help.is_empty() { "" } else { "\n" });
            let places = text::count(unshown, "more place");
            let _ = write!(help, "{places} not shown; `--format json` has all");
        }
        (!help.is_empty()).then(|| Box::new(help.split('\n').map(text::escape).collect::<Vec<_>>().join("\n")) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.excerpt.labels()))
    }
}
