//! Places in a source: byte ranges, and the lines and columns people see.

/// A half-open byte range of the source. Eight bytes, so every node carries one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span from byte offsets. Sources are below 4 GiB ([`crate::MAX_SOURCE`]).
    pub fn new(start: usize, end: usize) -> Self {
        Self { start: offset(start), end: offset(end) }
    }

    /// Whether it covers no byte at all: what is not there has an empty span.
    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// How many bytes it covers.
    pub fn len(self) -> usize {
        self.end.saturating_sub(self.start) as usize
    }

    /// The bytes it covers; none if it lies outside of this source.
    pub fn of(self, source: &[u8]) -> &[u8] {
        source.get(self.start as usize..self.end as usize).unwrap_or_default()
    }

    /// The smallest span that covers both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Where a span begins, as editors count: from 1, columns in Unicode characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The column: bytes that are not UTF-8 count one character each.
    pub column: u32,
}

/// The starts of all lines of a source, found once.
#[derive(Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Finds the lines.
    pub fn new(source: &[u8]) -> Self {
        let newlines = memchr::memchr_iter(b'\n', source).map(|at| offset(at + 1));
        Self { starts: std::iter::once(0).chain(newlines).collect() }
    }

    /// The line, from 1, that holds this byte.
    pub fn line(&self, byte: u32) -> u32 {
        offset(self.starts.partition_point(|&start| start <= byte))
    }

    /// The bytes of a line, from 1, without its line end.
    pub fn text<'s>(&self, source: &'s [u8], line: u32) -> &'s [u8] {
        let span = self.span(source, line);
        let start = span.start as usize;
        let text = source.get(start..span.end as usize).unwrap_or_default();
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        text.strip_suffix(b"\r").unwrap_or(text)
    }

    /// The bytes of a line, from 1, with its line end.
    pub fn span(&self, source: &[u8], line: u32) -> Span {
        let index = (line as usize).saturating_sub(1);
        let end = || offset(source.len());
        Span {
            start: self.starts.get(index).copied().unwrap_or_else(end),
            end: self.starts.get(index + 1).copied().unwrap_or_else(end),
        }
    }

    /// Line and column of a byte.
    pub fn position(&self, source: &[u8], byte: u32) -> Position {
        let line = self.line(byte);
        let start = self.span(source, line).start;
        let before = Span { start, end: byte }.of(source);
        Position { line, column: offset(characters(before) + 1) }
    }
}

/// How many Unicode characters these bytes are; a byte that is none counts as one.
pub fn characters(bytes: &[u8]) -> usize {
    bytes.utf8_chunks().map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_count_from_one() {
        let source = "a\nö\u{1f600}x\n".as_bytes();
        let index = LineIndex::new(source);
        let at = |byte| {
            let Position { line, column } = index.position(source, byte);
            (line, column)
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(2), (2, 1));
        assert_eq!(at(4), (2, 2));
        assert_eq!(at(8), (2, 3));
        assert_eq!(at(10), (3, 1));
        assert_eq!(index.text(source, 2), "ö\u{1f600}x".as_bytes());
    }
}
