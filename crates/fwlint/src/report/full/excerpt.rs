//! The lines of a source that a finding points at, made fit for a terminal: escaped, and cut around
//! the labels where they are too long. What miette draws is this, and never the source itself.

mod cut;

use std::ops::{Range, RangeInclusive};

use fwlint_lints::{Label, text::count};
use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use textwrap::{Options, WordSplitter};
use unicode_width::UnicodeWidthStr;

use crate::{
    source::{Positions, Source},
    terminal::Terminal,
};

/// How many lines of a label are shown.
const MAX_LINES: u32 = 5;

/// How many labels are shown.
pub(super) const MAX_LABELS: usize = 24;

/// How many columns a label's text gets at least, even if it then leaves the width.
const MIN_TEXT_WIDTH: usize = 16;

/// Some lines, and where the labels are in them.
#[derive(Debug)]
pub(super) struct Excerpt {
    name: String,
    text: String,
    lines: Vec<Line>,
    /// In the order of their places.
    labels: Vec<Shown>,
}

/// A line's number, from 1, and where it stands in the text, with its line end.
#[derive(Debug)]
struct Line {
    number: u32,
    range: Range<usize>,
}

/// A label's place in the text, and its column in the source, from 1.
#[derive(Debug)]
struct Shown {
    range: Range<usize>,
    column: u32,
    text: String,
    is_primary: bool,
}

impl Excerpt {
    /// The lines of these labels, as wide as the terminal.
    pub(super) fn new(
        primary: &Label,
        related: &[Label],
        source: &Source,
        positions: &mut Positions<'_>,
        terminal: Terminal,
    ) -> Self {
        let all = std::iter::once((primary, true)).chain(related.iter().map(|label| (label, false)));
        let mut marks: Vec<_> =
            all.take(MAX_LABELS).map(|(label, is_primary)| Mark::new(label, is_primary, source)).collect();
        marks.sort_by_key(|mark| (mark.start, mark.end));

        let mut numbers: Vec<u32> = marks.iter().flat_map(|mark| mark.lines.clone()).collect();
        numbers.sort_unstable();
        numbers.dedup();

        let name = terminal.text(&source.name).into_owned();
        let mut excerpt = Self { name, text: String::new(), lines: Vec::new(), labels: Vec::new() };
        let mut ranges = vec![0..0; marks.len()];
        for number in numbers {
            excerpt.push_line(number, source, &marks, &mut ranges, terminal);
        }
        for (mark, range) in marks.iter().zip(ranges) {
            excerpt.labels.push(Shown {
                column: positions.of(mark.start).column,
                text: excerpt.wrapped(mark, &range, terminal),
                range,
                is_primary: mark.is_primary,
            });
        }
        excerpt
    }

    /// Adds a line, and notes where marks begin and end in it.
    fn push_line(
        &mut self,
        number: u32,
        source: &Source,
        marks: &[Mark<'_>],
        ranges: &mut [Range<usize>],
        terminal: Terminal,
    ) {
        let (first, line) = source.text(number);
        let within = |byte: u32| (byte.saturating_sub(first) as usize).min(line.len());
        let begins = |mark: &Mark<'_>| *mark.lines.start() == number;
        let ends = |mark: &Mark<'_>| *mark.lines.end() == number;

        let whole = marks.iter().filter(|mark| begins(mark) && ends(mark));
        let spans: Vec<_> = whole
            .map(|mark| cut::Span {
                bytes: within(mark.start)..within(mark.end),
                text_width: mark.label.text.width(),
            })
            .collect();
        let starts = marks.iter().filter(|mark| begins(mark)).map(|mark| within(mark.start));
        let ends_at = marks.iter().filter(|mark| ends(mark)).map(|mark| within(mark.end));
        let mut points: Vec<_> = starts.chain(ends_at).collect();
        points.sort_unstable();

        let start = self.text.len();
        let pieces = cut::pieces(line, &points, &spans, terminal.width);
        let places = cut::push(line, &pieces, &points, &terminal.text("…"), &mut self.text);
        let place = |byte: usize| {
            let index = points.partition_point(|&point| point < byte);
            places.get(index).copied().unwrap_or(self.text.len())
        };
        for (mark, range) in marks.iter().zip(ranges) {
            if begins(mark) {
                range.start = place(within(mark.start));
            }
            if ends(mark) {
                range.end = place(within(mark.end)).max(range.start);
            }
        }
        self.text.push('\n');
        self.lines.push(Line { number, range: start..self.text.len() });
    }

    /// A label's text, in as many lines as it takes to stay within the width.
    fn wrapped(&self, mark: &Mark<'_>, range: &Range<usize>, terminal: Terminal) -> String {
        let mut text = terminal.text(&mark.label.text).into_owned();
        if mark.lines_unshown > 0 {
            let more = format!("{} not shown", count(mark.lines_unshown as usize, "more line"));
            text = if text.is_empty() { more } else { format!("{text} ({more})") };
        }
        // miette begins the text three columns behind the middle of what is underlined.
        let is_in_one_line = mark.lines.start() == mark.lines.end();
        let width_of = |range: Range<usize>| self.text.get(range).map_or(0, UnicodeWidthStr::width);
        let line_start = self.line_at(range.start).map_or(0, |line| line.range.start);
        let middle = width_of(line_start..range.start) + width_of(range.clone()) / 2;
        let indent = if is_in_one_line { middle + 4 } else { 8 };
        let width = terminal.width.saturating_sub(indent).max(MIN_TEXT_WIDTH);
        textwrap::fill(&text, Options::new(width).word_splitter(WordSplitter::NoHyphenation))
    }

    fn line_at(&self, place: usize) -> Option<&Line> {
        let index = self.lines.partition_point(|line| line.range.start <= place).checked_sub(1)?;
        self.lines.get(index)
    }

    /// The labels, in the order in which miette draws them.
    pub(super) fn labels(&self) -> impl Iterator<Item = LabeledSpan> {
        self.labels.iter().map(|shown| {
            let text = (!shown.text.is_empty()).then(|| shown.text.clone());
            let range = (shown.range.start, shown.range.len());
            if shown.is_primary {
                LabeledSpan::new_primary_with_span(text, range)
            } else {
                LabeledSpan::new_with_span(text, range)
            }
        })
    }

    /// For each of the labels whether it is the primary one.
    pub(super) fn are_primary(&self) -> impl Iterator<Item = bool> {
        self.labels.iter().map(|shown| shown.is_primary)
    }
}

impl SourceCode for Excerpt {
    /// The whole lines of the span, whatever context is asked for.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        _: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let first = self.line_at(span.offset()).ok_or(MietteError::OutOfBounds)?;
        let last = self.line_at(span.offset() + span.len().saturating_sub(1)).unwrap_or(first);
        let range = first.range.start..last.range.end;
        let text = self.text.get(range.clone()).ok_or(MietteError::OutOfBounds)?;
        let label = self.labels.iter().find(|shown| shown.range.start == span.offset());
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            text.as_bytes(),
            (range.start, range.len()).into(),
            first.number.saturating_sub(1) as usize,
            label.map_or(0, |shown| shown.column.saturating_sub(1) as usize),
            last.number.abs_diff(first.number) as usize + 1,
        )))
    }
}

/// A label, and the lines of it that are shown.
struct Mark<'l> {
    label: &'l Label,
    is_primary: bool,
    start: u32,
    end: u32,
    lines: RangeInclusive<u32>,
    lines_unshown: u32,
}

impl<'l> Mark<'l> {
    fn new(label: &'l Label, is_primary: bool, source: &Source) -> Self {
        let (start, end) = (label.span.start, label.span.end.max(label.span.start));
        let first = source.line(start);
        let last = source.line(end.saturating_sub(1).max(start));
        let shown = last.min(first + MAX_LINES - 1);
        Self { label, is_primary, start, end, lines: first..=shown, lines_unshown: last - shown }
    }
}

#[cfg(test)]
mod tests {
    use fwlint_model::syntax::Span;

    use super::*;

    /// What is shown of these labels, each line with its number, and what is underlined for each.
    fn show(text: &str, spans: &[(usize, usize)], width: usize) -> (String, Vec<String>) {
        let source = Source::new("x".into(), text.as_bytes().to_vec());
        let labels: Vec<_> =
            spans.iter().map(|&(start, end)| Label::new(Span::new(start, end), "")).collect();
        let terminal = Terminal { color: false, unicode: true, width };
        let excerpt = Excerpt::new(&labels[0], &labels[1..], &source, &mut source.positions(), terminal);
        let text = |range: &Range<usize>| excerpt.text.get(range.clone()).unwrap().to_owned();
        let lines = excerpt.lines.iter().map(|line| format!("{} {}", line.number, text(&line.range)));
        let marked = excerpt.labels.iter().map(|shown| text(&shown.range));
        (lines.collect(), marked.collect())
    }

    #[test]
    fn only_lines_with_labels_are_shown_each_once() {
        let (text, marked) = show("one\ntwo\r\nthree\nfour\n", &[(15, 18), (4, 7), (4, 5)], 80);
        assert_eq!(text, "2 two\n4 four\n");
        assert_eq!(marked, ["t", "two", "fou"]);
    }

    #[test]
    fn a_label_on_many_lines_is_shown_in_part() {
        let text = "line\n".repeat(100);
        let (text, marked) = show(&text, &[(2, 499)], 80);
        assert_eq!(text, "1 line\n2 line\n3 line\n4 line\n5 line\n");
        assert_eq!(marked, ["ne\nline\nline\nline\nline"]);
    }

    #[test]
    fn a_label_at_the_end_has_a_place() {
        assert_eq!(show("a\nb", &[(3, 3)], 80).0, "2 b\n");
        assert_eq!(show("a\nb\n", &[(4, 4)], 80).0, "3 \n");
        assert_eq!(show("", &[(0, 0)], 80).0, "1 \n");
    }

    #[test]
    fn marks_are_where_they_were_in_what_is_escaped_and_cut() {
        let long = format!("{} \u{1b}[31mDROP\u{7} {}", "ä".repeat(500), "y".repeat(500));
        let start = long.find("DROP").unwrap();
        let (text, marked) = show(&long, &[(start, start + 4)], 60);
        assert_eq!(marked, ["DROP"]);
        assert!(text.contains(r"… \u{1b}[31mDROP\u{7} …") || text.contains(r"\u{1b}[31mDROP\u{7}"), "{text}");
        assert!(text.width() < 80, "{text}");
    }
}
