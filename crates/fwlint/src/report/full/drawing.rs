//! A finding as miette draws it, over an [`Excerpt`] of the source.

use std::fmt;

use fwlint_lints::{Finding, Label, Severity};
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode, ThemeStyles};
use owo_colors::Style as Paint;
use textwrap::{WordSeparator, WordSplitter};

use super::{
    MAX_TEXT_WIDTH,
    excerpt::{Excerpt, MAX_LABELS},
    title,
};
use crate::{
    check::Checked,
    report::paint,
    source::Positions,
    terminal::Terminal,
    text,
};

/// Draws a finding.
pub(super) fn draw(
    finding: &Finding,
    file: &Checked,
    positions: &mut Positions<'_>,
    terminal: Terminal,
) -> String {
    let source = &file.source;
    let is_here = |label: &&Label| label.companion == finding.primary.companion;
    let related: Vec<Label> = finding.related.iter().filter(is_here).cloned().collect();
    let elsewhere = finding.related.iter().filter(|label| !is_here(label)).map(|label| place(label, file));
    let elsewhere = elsewhere.collect();
    // miette puts the line's number and a bar in front of each line.
    let digits = source.line(finding.primary.span.start).to_string().len();
    let inside = Terminal { width: terminal.width.saturating_sub(digits + 4), ..terminal };
    let excerpt = Excerpt::new(&finding.primary, &related, source, positions, inside);
    let handler = GraphicalReportHandler::new_themed(theme(finding, &excerpt, terminal))
        .with_width(terminal.width.min(MAX_TEXT_WIDTH))
        .with_context_lines(0)
        .with_links(false)
        .with_word_separator(WordSeparator::AsciiSpace)
        .with_word_splitter(WordSplitter::NoHyphenation)
        .without_syntax_highlighting();
    let mut drawn = String::new();
    match handler.render_report(&mut drawn, &Drawing { finding, excerpt, related: related.len(), elsewhere, terminal }) {
        Ok(()) => drawn,
        // A string takes all that is written, so a label has no place in the excerpt.
        Err(fmt::Error) => format!("  {} {}\n", title(finding), terminal.text(&finding.message)),
    }
}

/// A label in another file, in one line.
fn place(label: &Label, file: &Checked) -> String {
    let source = file.source_of(label);
    let line = source.line(label.span.start);
    format!("{}:{line}: {}", source.name, label.text)
}

/// The finding's severity and lint stand where miette has a symbol; the primary label has the colour
/// of the severity.
fn theme(finding: &Finding, excerpt: &Excerpt, terminal: Terminal) -> GraphicalTheme {
    let mut theme = if terminal.unicode { GraphicalTheme::unicode() } else { GraphicalTheme::none() };
    theme.styles = ThemeStyles::none();
    let (symbol, style) = match finding.severity {
        Severity::Error => (&mut theme.characters.error, &mut theme.styles.error),
        Severity::Warning => (&mut theme.characters.warning, &mut theme.styles.warning),
        Severity::Note => (&mut theme.characters.advice, &mut theme.styles.advice),
    };
    *symbol = title(finding);
    if terminal.color {
        let (bold, dimmed) = (Paint::new().bold(), Paint::new().dimmed());
        *style = paint(finding.severity);
        let labels = excerpt.are_primary().map(|is_primary| if is_primary { *style } else { bold });
        theme.styles.highlights = labels.collect();
        theme.styles.linum = dimmed;
        theme.styles.link = bold;
        theme.styles.help = bold;
    }
    theme
}

/// A finding in miette's terms.
#[derive(Debug)]
struct Drawing<'f> {
    finding: &'f Finding,
    excerpt: Excerpt,
    /// How many related labels are in the same file.
    related: usize,
    /// Those in other files.
    elsewhere: Vec<String>,
    terminal: Terminal,
}

impl fmt::Display for Drawing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.terminal.text(&self.finding.message))
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
        let mut lines: Vec<_> = self.finding.help.iter().flat_map(|help| help.lines()).collect();
        lines.extend(self.elsewhere.iter().map(String::as_str));
        let unshown = (self.related + 1).saturating_sub(MAX_LABELS);
        let places = format!("{} not shown; `--format json` has all", text::count(unshown, "more place"));
        let packet = self.finding.witness.as_ref().map(|packet| format!("packet: {packet}"));
        lines.extend(packet.as_deref());
        if unshown > 0 {
            lines.push(&places);
        }
        let lines: Vec<_> = lines.into_iter().map(|line| self.terminal.text(line)).collect();
        if lines.is_empty() { None } else { Some(Box::new(lines.join("\n"))) }
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.excerpt.labels()))
    }
}
