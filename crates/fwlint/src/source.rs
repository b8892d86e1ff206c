//! A file that was read, with its lines found once.

use fwlint_model::syntax::{LineIndex, Position, Span, characters};

/// A file's name, its bytes and where its lines begin.
#[derive(Debug)]
pub(crate) struct Source {
    /// What it is called in what is printed.
    pub(crate) name: String,
    bytes: Vec<u8>,
    lines: LineIndex,
}

impl Source {
    pub(crate) fn new(name: String, bytes: Vec<u8>) -> Self {
        let lines = LineIndex::new(&bytes);
        Self { name, bytes, lines }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The line, from 1, that holds this byte.
    pub(crate) fn line(&self, byte: u32) -> u32 {
        self.lines.line(byte)
    }

    /// A line's first byte and its text without the line end.
    pub(crate) fn text(&self, line: u32) -> (u32, &[u8]) {
        (self.lines.span(&self.bytes, line).start, self.lines.text(&self.bytes, line))
    }

    /// Looks up lines and columns.
    pub(crate) fn positions(&self) -> Positions<'_> {
        Positions { source: self, byte: 0, position: Position { line: 1, column: 1 } }
    }
}

/// Lines and columns of bytes. Looking up one behind the last in the same line costs no more than the
/// way from there, so that many places in one long line are found in one pass.
#[derive(Debug)]
pub(crate) struct Positions<'s> {
    source: &'s Source,
    byte: u32,
    position: Position,
}

impl Positions<'_> {
    pub(crate) fn of(&mut self, byte: u32) -> Position {
        let line = self.source.line(byte);
        if line != self.position.line || byte < self.byte {
            self.byte = self.source.text(line).0;
            self.position = Position { line, column: 1 };
        }
        let passed = characters(Span { start: self.byte, end: byte }.of(self.source.bytes()));
        self.position.column += u32::try_from(passed).unwrap_or(u32::MAX);
        self.byte = byte;
        self.position
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found_in_any_order() {
        let source = Source::new("x".into(), "añb\nç d\n".into());
        let index = LineIndex::new(source.bytes());
        let mut positions = source.positions();
        for byte in [0, 1, 3, 8, 5, 3, 0, 7, 9] {
            assert_eq!(positions.of(byte), index.position(source.bytes(), byte), "{byte}");
        }
    }
}
