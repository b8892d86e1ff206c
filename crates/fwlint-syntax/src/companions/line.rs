//! A companion's lines and their words, with where they stand.

use std::borrow::Cow;

use nom::{Parser, bytes::complete::take_till1};

use super::Misread;
use crate::{
    Span,
    words::{Parsed, blanks, is_blank},
};

/// How a line is cut into words: reads one, of a text that begins with none of the blanks before it.
pub(super) type Cut = for<'s> fn(&'s [u8]) -> Parsed<'s, &'s [u8]>;

/// What is left of a line.
#[derive(Clone, Debug)]
pub(super) struct Line<'s> {
    rest: &'s [u8],
    end: usize,
    cut: Cut,
}

/// A word, and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'s> {
    pub(super) text: &'s [u8],
    pub(super) span: Span,
}

/// The lines of a source without the blanks around them; not the empty ones, nor those of which the first
/// character is `#`. `between` ends a line as a newline does.
pub(super) fn lines(source: &[u8], between: u8, cut: Cut) -> impl Iterator<Item = Line<'_>> {
    let mut start = 0;
    let ends = memchr::memchr2_iter(b'\n', between, source).chain([source.len()]);
    ends.filter_map(move |end| {
        let whole = source.get(start..end)?;
        let rest = whole.trim_ascii();
        let end = end - (whole.len() - whole.trim_ascii_end().len());
        start = start.max(end).max(start + whole.len() + 1);
        (!rest.is_empty() && !rest.starts_with(b"#")).then_some(Line { rest, end, cut })
    })
}

/// A word of anything but blanks.
pub(super) fn bare(input: &[u8]) -> Parsed<'_, &[u8]> {
    take_till1(is_blank).parse(input)
}

impl<'s> Line<'s> {
    /// What is left of it, without blanks around it.
    pub(super) fn span(&self) -> Span {
        Span::new(self.end - self.rest.len(), self.end)
    }

    /// The text of [`Self::span`].
    pub(super) fn text(&self) -> &'s [u8] {
        self.rest
    }

    /// The next word, if there is one.
    pub(super) fn next(&mut self) -> Option<Word<'s>> {
        let (rest, _) = blanks(self.rest).ok()?;
        let (rest, text) = (self.cut)(rest).ok()?;
        self.rest = rest;
        let end = self.end - rest.len();
        Some(Word { text, span: Span::new(end - text.len(), end) })
    }

    /// The next word, which stays.
    pub(super) fn peek(&self) -> Option<Word<'s>> {
        self.clone().next()
    }

    /// Takes the next word if it is this one.
    pub(super) fn takes(&mut self, word: &[u8]) -> bool {
        let is_next = self.peek().is_some_and(|next| next.text == word);
        if is_next {
            self.next();
        }
        is_next
    }

    /// The next word, which has to be there.
    pub(super) fn word(&mut self, expected: &'static str) -> Result<Word<'s>, Misread> {
        self.next().ok_or_else(|| self.lacks(expected))
    }

    /// What to say if something is missing at its end.
    pub(super) fn lacks(&self, expected: &'static str) -> Misread {
        Misread { span: Span::new(self.end, self.end), expected: Cow::Borrowed(expected) }
    }

    /// The next word, which has to be there and to be such a value.
    pub(super) fn value<T>(
        &mut self,
        expected: &'static str,
        read: impl FnOnce(&'s [u8]) -> Option<T>,
    ) -> Result<T, Misread> {
        let word = self.word(expected)?;
        read(word.text).ok_or(word.misread(expected))
    }
}

impl Word<'_> {
    pub(super) fn misread(self, expected: &'static str) -> Misread {
        Misread { span: self.span, expected: Cow::Borrowed(expected) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_words_have_their_places() {
        let source = b"one two\n\n # three\r\n  four\\ five \n";
        let words: Vec<Vec<_>> = lines(source, b'\\', bare)
            .map(|mut line| std::iter::from_fn(|| line.next()).map(|word| word.span.of(source)).collect())
            .collect();
        assert_eq!(words, [vec![&b"one"[..], b"two"], vec![b"four"], vec![b"five"]]);
    }

    #[test]
    fn what_is_missing_is_missing_at_the_end() {
        let mut line = lines(b"\n a \n", b'\n', bare).next().unwrap();
        line.next();
        assert_eq!(line.word("more").unwrap_err().span, Span::new(3, 3));
    }
}
