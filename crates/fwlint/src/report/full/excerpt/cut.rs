//! Cuts a line down to a width: what is shown is its beginning and what is around the labels.

use std::{fmt::Write, ops::Range};

use crate::text;

/// How many columns of a label's text should find room beside where it begins.
const TEXT_WIDTH: usize = 32;

/// How much is left out for neatness at most.
const MAX_PART: usize = 16;

/// What is underlined in a line, and how wide the text is that will stand below its middle.
pub(super) struct Span {
    pub(super) bytes: Range<usize>,
    pub(super) text_width: usize,
}

/// Which parts of a line to show: all of it if it fits, else its beginning and what is around these
/// points, which are in order. A byte is taken for a column.
pub(super) fn pieces(line: &[u8], points: &[usize], spans: &[Span], width: usize) -> Vec<Range<usize>> {
    let whole = 0..line.len();
    if fits(std::slice::from_ref(&whole), spans, width) {
        return vec![whole];
    }
    let around = |reach: usize| {
        let mut pieces: Vec<Range<usize>> = Vec::new();
        for &point in std::iter::once(&0).chain(points) {
            let (start, end) = (point.saturating_sub(reach), (point + reach).min(line.len()));
            match pieces.last_mut() {
                // A gap of a few bytes is no wider than what stands for it.
                Some(last) if start <= last.end + 3 => last.end = last.end.max(end),
                _ => pieces.push(start..end),
            }
        }
        pieces
    };
    let widest = (1..=width).map(around).take_while(|pieces| fits(pieces, spans, width)).last();
    let pieces = widest.unwrap_or_else(|| around(1));
    pieces.into_iter().map(|piece| at_words(line, piece, points)).collect()
}

/// Whether the pieces fit the width, and so does the text below each span.
fn fits(pieces: &[Range<usize>], spans: &[Span], width: usize) -> bool {
    let shown: usize = pieces.iter().map(|piece| piece.len() + 1).sum();
    let column = |byte: usize| -> usize {
        let before = pieces.iter().take_while(|piece| piece.start <= byte);
        before.map(|piece| piece.end.min(byte) - piece.start + 1).sum()
    };
    shown <= width + 1
        && spans.iter().all(|Span { bytes, text_width }| {
            let middle = usize::midpoint(column(bytes.start), column(bytes.end));
            *text_width == 0 || middle + 4 + (*text_width).min(TEXT_WIDTH) <= width
        })
}

/// The piece without the parts of words at its ends, and without an option or a value alone, if these
/// are short and no point is in them.
fn at_words(line: &[u8], piece: Range<usize>, points: &[usize]) -> Range<usize> {
    let is_blank = |at: usize| line.get(at).is_some_and(u8::is_ascii_whitespace);
    let is_option = |at: usize| is_blank(at) && matches!(line.get(at + 1), Some(b'-' | b'!'));
    let is_free = |range: Range<usize>| !points.iter().any(|point| range.contains(point));

    let mut at_start = piece.start..piece.end.min(piece.start + MAX_PART);
    let first = at_start.clone().find(|&at| is_option(at)).or_else(|| at_start.find(|&at| is_blank(at)));
    let first = first.filter(|&first| piece.start > 0 && is_free(piece.start..first + 1));
    let start = first.unwrap_or(piece.start);

    let mut at_end = start.max(piece.end.saturating_sub(MAX_PART))..piece.end;
    let last = at_end.clone().rev().find(|&at| is_option(at)).or_else(|| at_end.rfind(|&at| is_blank(at)));
    let last = last.filter(|&last| piece.end < line.len() && is_free(last + 1..piece.end + 1));
    start..last.map_or(piece.end, |last| last + 1)
}

/// Appends pieces of a line, escaped, with `gap` for what is between them. Returns where in the text the
/// points are.
pub(super) fn push(
    line: &[u8],
    pieces: &[Range<usize>],
    points: &[usize],
    gap: &str,
    out: &mut String,
) -> Vec<usize> {
    let mut places = Vec::with_capacity(points.len());
    let mut tell = |byte: usize, here: usize| {
        while points.get(places.len()).is_some_and(|&point| point <= byte) {
            places.push(here);
        }
    };
    let mut shown = 0;
    for piece in pieces {
        out.push_str(if piece.start > shown { gap } else { "" });
        // A piece may begin or end within a character.
        let is_continuation = |at: &usize| line.get(*at).is_some_and(|byte| byte & 0xc0 == 0x80);
        let begin = (piece.start..piece.start + 3).find(|at| !is_continuation(at)).unwrap_or(piece.start);
        shown = (piece.end..piece.end + 3).find(|at| !is_continuation(at)).unwrap_or(piece.end);
        let mut at = begin;
        for chunk in line.get(begin..shown).unwrap_or_default().utf8_chunks() {
            for character in chunk.valid().chars() {
                tell(at, out.len());
                match character {
                    '\t' => out.push(' '),
                    character => text::push_escaped(character, out),
                }
                at += character.len_utf8();
            }
            for byte in chunk.invalid() {
                tell(at, out.len());
                let _ = write!(out, "\\x{byte:02x}");
                at += 1;
            }
        }
        tell(at, out.len());
    }
    out.push_str(if shown < line.len() { gap } else { "" });
    tell(line.len(), out.len());
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The line as it is shown, and the points in it as `^`.
    fn cut(line: &str, points: &[usize], text_width: usize, width: usize) -> (String, String) {
        let span = Span { bytes: points[0]..points[points.len() - 1], text_width };
        let pieces = pieces(line.as_bytes(), points, &[span], width);
        let mut shown = String::new();
        let places = push(line.as_bytes(), &pieces, points, "…", &mut shown);
        let marks = (0..=places[places.len() - 1]).filter(|&at| at == 0 || shown.is_char_boundary(at));
        let marks = marks.map(|at| if places.contains(&at) { '^' } else { ' ' }).collect();
        (shown, marks)
    }

    const RULE: &str = r#"-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m comment --comment "default/kubernetes:https cluster IP" -m tcp --dport 443 -j KUBE-SVC-NPX46M4PTMTKRN6Y"#;

    #[test]
    fn what_fits_is_shown_whole() {
        assert_eq!(cut(RULE, &[0, RULE.len()], 0, RULE.len()).0, RULE);
    }

    #[test]
    fn of_a_whole_rule_its_ends_are_shown() {
        let (shown, marks) = cut(RULE, &[0, RULE.len()], 0, 70);
        assert_eq!(shown, "-A KUBE-SERVICES -d 10.96.0.1/32 … -j KUBE-SVC-NPX46M4PTMTKRN6Y");
        assert_eq!(marks.matches('^').count(), 2);
    }

    #[test]
    fn a_word_is_shown_with_what_is_around_it() {
        let at = RULE.find("443").unwrap();
        let (shown, marks) = cut(RULE, &[at, at + 3], 20, 70);
        assert_eq!(shown, "-A KUBE-SERVICES … -m tcp --dport 443 -j KUBE-SVC-NPX46M4P…");
        assert_eq!(marks, "                                  ^  ^");
    }

    #[test]
    fn a_line_without_end_costs_no_more_than_what_is_shown_of_it() {
        let line = "x".repeat(1 << 26);
        for _ in 0..1_000 {
            let (shown, _) = cut(&line, &[1 << 25, (1 << 25) + 5], 40, 80);
            assert!(shown.chars().count() <= 82, "{shown}");
        }
    }
}
