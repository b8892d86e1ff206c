//! Many cubes in one long vector.

use fwlint_packet::{Cube, Term};

/// Cubes one behind the other.
#[derive(Debug, Default)]
pub(super) struct Cubes {
    terms: Vec<Term>,
    /// Where the terms of each cube stand.
    ends: Vec<(u32, u32)>,
}

/// Some neighbours among [`Cubes`].
pub(super) type Span = (u32, u32);

impl Cubes {
    /// With room for so many cubes of usual size.
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self { terms: Vec::with_capacity(capacity * 4), ends: Vec::with_capacity(capacity) }
    }

    /// Adds some.
    pub(super) fn keep<'c>(&mut self, cubes: impl IntoIterator<Item = &'c [Term]>) -> Span {
        let start = number(self.ends.len());
        for cube in cubes {
            let first = number(self.terms.len());
            self.terms.extend_from_slice(cube);
            self.ends.push((first, number(self.terms.len())));
        }
        (start, number(self.ends.len()))
    }

    /// Those of a span.
    pub(super) fn of(&self, (start, end): Span) -> impl ExactSizeIterator<Item = &[Term]> {
        let ends = self.ends.get(start as usize..end as usize).unwrap_or_default();
        ends.iter().map(|&(start, end)| self.terms.get(start as usize..end as usize).unwrap_or_default())
    }

    /// All that any of them says, in order.
    pub(super) fn terms(&self) -> &[Term] {
        &self.terms
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// The cubes as slices.
pub(super) fn slices(cubes: &[Cube]) -> impl Iterator<Item = &[Term]> {
    cubes.iter().map(|cube| &**cube)
}
