//! Words as `iptables-restore` cuts them: blanks between, `"` around, `\` before.
//!
//! Source: `add_param_to_argv` of iptables' `xshared.c`. A closing quote ends the word, an
//! unterminated one ends with the line, and single quotes are ordinary characters.

use std::borrow::Cow;

use nom::{IResult, Parser, bytes::complete::take_till, combinator::recognize};

use crate::Span;

/// What every parser of this crate returns: what is left, and what was read.
pub(crate) type Parsed<'s, T> = IResult<&'s [u8], T, ()>;

pub(crate) fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

/// Whether a byte ends a word that is not quoted, looked up: most bytes of a dump are asked for.
#[expect(clippy::indexing_slicing, reason = "a byte is an index of an array of 256")]
const ENDS_WORD: [bool; 256] = {
    let mut ends = [false; 256];
    ends[b' ' as usize] = true;
    ends[b'\t' as usize] = true;
    ends[b'"' as usize] = true;
    ends
};

fn ends_word(byte: u8) -> bool {
    ENDS_WORD.get(usize::from(byte)).copied().unwrap_or_default()
}

/// Any number of blanks.
#[expect(clippy::unnecessary_wraps, reason = "nom's parsers all return a result")]
pub(crate) fn blanks(input: &[u8]) -> Parsed<'_, &[u8]> {
    Ok(cut(input, |byte| !is_blank(byte)))
}

/// One word as it stands, quotes and all. Fails at the end of the line.
pub(crate) fn word(input: &[u8]) -> Parsed<'_, &[u8]> {
    let (rest, bare) = cut(input, ends_word);
    if rest.first() == Some(&b'"') {
        return recognize((take_till(|byte| byte == b'"'), quoted)).parse(input);
    }
    if bare.is_empty() {
        return Err(nom::Err::Error(()));
    }
    Ok((rest, bare))
}

/// What is left from the first byte of this kind on, and what stands before it: `take_till` in fewer instructions, which
/// counts where every byte of a dump passes.
fn cut(input: &[u8], is_end: impl Fn(u8) -> bool) -> (&[u8], &[u8]) {
    let length = input.iter().position(|&byte| is_end(byte)).unwrap_or(input.len());
    let (before, rest) = input.split_at(length);
    (rest, before)
}

/// From an opening quote to the closing one, or to the end of the line.
fn quoted(input: &[u8]) -> Parsed<'_, &[u8]> {
    let mut end = 1;
    loop {
        let tail = input.get(end..).unwrap_or_default();
        match memchr::memchr2(b'"', b'\\', tail) {
            None => return Ok((input.get(input.len()..).unwrap_or_default(), input)),
            Some(at) if tail.get(at) == Some(&b'"') => {
                let (word, rest) = input.split_at(end + at + 1);
                return Ok((rest, word));
            }
            Some(at) => end += at + 2,
        }
    }
}

/// The words of a line, one after the other, each with where it stands in the source.
#[derive(Clone, Debug)]
pub(crate) struct Words<'s> {
    rest: &'s [u8],
    end: usize,
}

impl<'s> Words<'s> {
    /// The words of the bytes that end at this offset of the source.
    pub(crate) fn new(text: &'s [u8], end: usize) -> Self {
        Self { rest: text, end }
    }

    /// Where the line ends.
    pub(crate) fn end(&self) -> usize {
        self.end
    }

    /// Where the next word, or the end of the line, begins.
    pub(crate) fn at(&self) -> usize {
        self.end - self.rest.len()
    }
}

impl<'s> Iterator for Words<'s> {
    type Item = (Span, &'s [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (rest, found) = blanks(self.rest).and_then(|(rest, _)| word(rest)).ok()?;
        self.rest = rest;
        let end = self.at();
        Some((Span::new(end - found.len(), end), found))
    }
}

/// What a word says: without its quotes, with escapes resolved.
pub fn unquote(word: &[u8]) -> Cow<'_, [u8]> {
    // A quote stands at the front or nowhere, and words are short: a loop beats a search by vectors.
    let Some(open) = word.iter().position(|&byte| byte == b'"') else {
        return Cow::Borrowed(word);
    };
    let (before, quoted) = word.split_at_checked(open).unwrap_or((word, &[]));
    let inside = quoted.strip_prefix(b"\"").unwrap_or_default();
    if before.is_empty() && !inside.contains(&b'\\') {
        return Cow::Borrowed(inside.strip_suffix(b"\"").unwrap_or(inside));
    }
    let mut text = before.to_vec();
    let mut bytes = inside.iter();
    while let Some(&byte) = bytes.next() {
        match byte {
            b'"' => break,
            b'\\' => text.extend(bytes.next()),
            _ => text.push(byte),
        }
    }
    Cow::Owned(text)
}

/// Writes a word as `iptables-save` does: bare if every character is a letter, a digit,
/// `_` or `-`, else in quotes with `"`, `\` and `'` escaped.
pub fn quote(text: &[u8], out: &mut Vec<u8>) {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if !text.is_empty() && text.iter().all(plain) {
        out.extend_from_slice(text);
        return;
    }
    out.push(b'"');
    for &byte in text {
        if matches!(byte, b'"' | b'\\' | b'\'') {
            out.push(b'\\');
        }
        out.push(byte);
    }
    out.push(b'"');
}

/// Writes a word in quotes, whether it needs them or not, so that it is read again as it is.
pub(crate) fn in_quotes(word: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for &byte in word {
        if matches!(byte, b'"' | b'\\') {
            out.push(b'\\');
        }
        out.push(byte);
    }
    out.push(b'"');
}

/// Writes a word as it is, but in quotes where it would be read as another: iptables writes the names of chains and
/// devices as they are, and cannot read the odd ones again.
pub(crate) fn whole(word: &[u8], out: &mut Vec<u8>) {
    if word.iter().any(|&byte| ends_word(byte) || byte.is_ascii_whitespace()) {
        quote(word, out);
    } else {
        out.extend_from_slice(word);
    }
}

/// Writes words as they stand, but each as one that stands alone: with a blank behind a closing quote, and with the
/// quote that an open one lacks.
pub(crate) fn apart(words: &[u8], out: &mut Vec<u8>) {
    let mut end = 0;
    for (span, word) in Words::new(words, words.len()) {
        let start = span.start as usize;
        match words.get(end..start) {
            Some(b"") if end > 0 => out.push(b' '),
            between => out.extend_from_slice(between.unwrap_or_default()),
        }
        out.extend_from_slice(word);
        end = span.end as usize;
        match left_open(word) {
            Open::No => {}
            Open::Quote => out.push(b'"'),
            Open::Escape => {
                out.pop();
                out.push(b'"');
            }
        }
    }
}

/// Whether a word lacks its closing quote.
enum Open {
    No,
    Quote,
    /// And ends with a `\` that has nothing to escape.
    Escape,
}

fn left_open(word: &[u8]) -> Open {
    let mut bytes = word.iter().skip_while(|&&byte| byte != b'"');
    if bytes.next().is_none() {
        return Open::No;
    }
    while let Some(&byte) = bytes.next() {
        match byte {
            b'"' => return Open::No,
            b'\\' if bytes.next().is_none() => return Open::Escape,
            _ => {}
        }
    }
    Open::Quote
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(mut line: &[u8]) -> Vec<String> {
        let mut found = Vec::new();
        loop {
            let (rest, _) = blanks(line).unwrap();
            let Ok((rest, raw)) = word(rest) else {
                return found;
            };
            found.push(String::from_utf8(unquote(raw).into_owned()).unwrap());
            line = rest;
        }
    }

    #[test]
    fn words_are_cut_as_iptables_restore_cuts_them() {
        assert_eq!(words(b" -A  INPUT\t-j x "), ["-A", "INPUT", "-j", "x"]);
        assert_eq!(words(br#"a "b c" d"#), ["a", "b c", "d"]);
        assert_eq!(words(br#""a\nb""#), ["anb"]);
        assert_eq!(words(br#""a\"b\\c\'d""#), [r#"a"b\c'd"#]);
        assert_eq!(words(br#""a""b""#), ["a", "b"]);
        assert_eq!(words(br#"foo"bar baz"x"#), ["foobar baz", "x"]);
        assert_eq!(words(b"'a b'"), ["'a", "b'"]);
        assert_eq!(words(br#""runs to the end"#), ["runs to the end"]);
        assert_eq!(words(br#""" x"#), ["", "x"]);
        assert_eq!(words(br#""a\"#), ["a"]);
    }

    #[test]
    fn words_are_told_apart() {
        let apart = |text: &str| {
            let mut out = Vec::new();
            apart(text.as_bytes(), &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(apart(r#"a "b c" d"#), r#"a "b c" d"#);
        assert_eq!(apart(r#"a "b c"#), r#"a "b c""#);
        assert_eq!(apart(r#"a b"c\""#), r#"a b"c\"""#);
        assert_eq!(apart(r#""a\"#), r#""a""#);
        assert_eq!(apart(r#"a""  "b"c"#), r#"a""  "b" c"#);
        assert_eq!(apart(""), "");
    }

    #[test]
    fn words_are_quoted_as_iptables_save_quotes_them() {
        let quoted = |text: &str| {
            let mut out = Vec::new();
            quote(text.as_bytes(), &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(quoted("x_y-1"), "x_y-1");
        assert_eq!(quoted("a/b"), r#""a/b""#);
        assert_eq!(quoted(""), r#""""#);
        assert_eq!(quoted(r#"it's "x\""#), r#""it\'s \"x\\\"""#);
    }
}
