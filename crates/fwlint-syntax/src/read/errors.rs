//! What could not be read, collected with a bound.

use crate::tree::{MAX_ERRORS, SyntaxError};

/// At most [`MAX_ERRORS`] errors, and how many more there were.
#[derive(Debug, Default)]
pub(super) struct Errors {
    kept: Vec<SyntaxError>,
    omitted: usize,
}

impl Errors {
    pub(super) fn push(&mut self, error: SyntaxError) {
        if self.kept.len() < MAX_ERRORS {
            self.kept.push(error);
        } else {
            self.omitted += 1;
        }
    }

    pub(super) fn last(&self) -> Option<&SyntaxError> {
        self.kept.last()
    }

    /// Takes the errors of another part of the source; [`Self::finish`] cuts them.
    pub(super) fn extend(&mut self, other: Self) {
        self.kept.extend(other.kept);
        self.omitted += other.omitted;
    }

    /// The first errors in the order of the source, and how many were left out.
    pub(super) fn finish(mut self) -> (Vec<SyntaxError>, usize) {
        self.kept.sort_by_key(|error| error.span);
        let cut = self.kept.len().saturating_sub(MAX_ERRORS);
        self.kept.truncate(MAX_ERRORS);
        (self.kept, self.omitted + cut)
    }
}
