//! One packet.

use std::fmt;

use crate::{cube::Term, field::Field};

/// A packet: a number for each field of which one is known.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Packet {
    values: Vec<Option<u32>>,
}

impl Packet {
    /// A packet of which nothing is known.
    pub const fn new() -> Self {
        Self { values: Vec::new() }
    }

    /// The value of a field, if it is known.
    pub fn get(&self, field: Field) -> Option<u32> {
        self.values.get(field.index()).copied().flatten()
    }

    /// Says the value of a field.
    pub fn set(&mut self, field: Field, value: u32) {
        *self.slot(field) = Some(value);
    }

    /// The same with this value of a field.
    #[must_use]
    pub fn with(mut self, field: Field, value: u32) -> Self {
        self.set(field, value);
        self
    }

    /// The value of the field is no longer known.
    pub fn forget(&mut self, field: Field) {
        *self.slot(field) = None;
    }

    /// Whether it is in a cube; `None` if that depends on something that is not known.
    pub fn is_in(&self, cube: &[Term]) -> Option<bool> {
        let mut answer = Some(true);
        for term in cube {
            match self.get(term.field) {
                Some(value) if !term.values.has(value) => return Some(false),
                Some(_) => {}
                None => answer = None,
            }
        }
        answer
    }

    /// The fields with a known value, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Field, u32)> {
        self.values.iter().enumerate().filter_map(|(index, &value)| Some((Field::from_index(index)?, value?)))
    }

    fn slot(&mut self, field: Field) -> &mut Option<u32> {
        let index = field.index();
        if index >= self.values.len() {
            self.values.resize(index + 1, None);
        }
        #[expect(clippy::indexing_slicing, reason = "the vector has just been made long enough")]
        &mut self.values[index]
    }
}

impl fmt::Debug for Packet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
