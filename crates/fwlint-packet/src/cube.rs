//! Cubes: some fields, and the values that each of them may have.

use std::{fmt, ops::Deref};

use smallvec::SmallVec;

use crate::{field::Field, packet::Packet, values::Values};

/// What a cube says of one field.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Term {
    /// The field.
    pub field: Field,
    /// The values that it may have: not all that there are.
    pub values: Values,
}

/// All packets whose fields have these values. Never empty; of no terms, it is all packets.
///
/// The terms stand in the order of their fields, one for each. What is said of a slice of terms below holds for slices of
/// this kind.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Cube(SmallVec<[Term; 8]>);

impl Cube {
    /// All packets.
    pub fn all() -> Self {
        Self::default()
    }

    /// The packets whose field has one of these values; `None` if it can have none of them.
    pub fn of(field: Field, values: Values) -> Option<Self> {
        let mut cube = Self::all();
        cube.narrow(field, values).then_some(cube)
    }

    /// Keeps the packets whose field has one of these values. `false`, and the cube as it was, if there are none.
    #[must_use = "no packet may be left"]
    pub fn narrow(&mut self, field: Field, values: Values) -> bool {
        let at = self.0.partition_point(|term| term.field < field);
        match self.0.get_mut(at) {
            Some(term) if term.field == field => {
                let Some(values) = term.values.and(values) else { return false };
                term.values = values;
            }
            _ => {
                let Some(values) = field.all().and(values) else { return false };
                if values != field.all() {
                    self.0.insert(at, Term { field, values });
                }
            }
        }
        true
    }

    /// Says nothing of the field any more.
    pub fn forget(&mut self, field: Field) {
        self.0.retain(|term| term.field != field);
    }

    /// The values that a field may have.
    pub fn get(&self, field: Field) -> Values {
        get(self, field).unwrap_or(field.all())
    }

    /// What both have.
    pub fn and(&self, other: &[Term]) -> Option<Self> {
        intersect(self, other)
    }

    /// What the other does not have, in cubes that have nothing in common.
    pub fn without(&self, other: &[Term]) -> Vec<Self> {
        let mut pieces = Vec::new();
        subtract(self, other, |piece| pieces.push(piece));
        pieces
    }

    /// Sets a field of each term to a value that the cube has, chosen by the seeds.
    pub fn pick(&self, packet: &mut Packet, mut seeds: impl FnMut() -> u32) {
        for term in &self.0 {
            packet.set(term.field, term.values.pick(seeds()));
        }
    }
}

impl Deref for Cube {
    type Target = [Term];

    fn deref(&self) -> &[Term] {
        &self.0
    }
}

impl From<&[Term]> for Cube {
    fn from(terms: &[Term]) -> Self {
        Self(SmallVec::from_slice(terms))
    }
}

impl fmt::Debug for Cube {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.0.iter().map(|term| (term.field, term.values))).finish()
    }
}

impl fmt::Debug for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {:?}", self.field, self.values)
    }
}

/// The values of a field, if the cube says anything of it.
pub(crate) fn get(cube: &[Term], field: Field) -> Option<Values> {
    cube.iter().find(|term| term.field == field).map(|term| term.values)
}

/// What both cubes have.
pub fn intersect(one: &[Term], two: &[Term]) -> Option<Cube> {
    let mut both = SmallVec::new();
    let (mut one, mut two) = (one.iter().copied().peekable(), two.iter().copied().peekable());
    loop {
        let term = match (one.peek(), two.peek()) {
            (Some(left), Some(right)) if left.field == right.field => {
                let term = Term { field: left.field, values: left.values.and(right.values)? };
                one.next();
                two.next();
                term
            }
            (Some(left), Some(right)) if left.field > right.field => {
                let term = *right;
                two.next();
                term
            }
            (Some(&left), _) => {
                one.next();
                left
            }
            (None, Some(&right)) => {
                two.next();
                right
            }
            (None, None) => return Some(Cube(both)),
        };
        both.push(term);
    }
}

/// Whether the cubes have anything in common.
pub fn overlap(one: &[Term], two: &[Term]) -> bool {
    common(one, two).all(|(left, right)| left.values.overlaps(right.values))
}

/// Whether the outer cube has all that the inner one has.
pub fn contains(outer: &[Term], inner: &[Term]) -> bool {
    let mut inner = inner.iter();
    outer.iter().all(|term| {
        let same = inner.find(|other| other.field >= term.field).filter(|other| other.field == term.field);
        same.is_some_and(|other| term.values.contains(other.values))
    })
}

/// Gives out what one cube has and the other has not, in cubes that have nothing in common.
pub fn subtract(from: &[Term], other: &[Term], mut give: impl FnMut(Cube)) {
    if !overlap(from, other) {
        give(Cube::from(from));
        return;
    }
    let mut rest = Cube::from(from);
    for term in other {
        let at = rest.0.partition_point(|own| own.field < term.field);
        let is_there = rest.0.get(at).is_some_and(|own| own.field == term.field);
        if !is_there {
            rest.0.insert(at, Term { field: term.field, values: term.field.all() });
        }
        let Some(slot) = rest.0.get(at).map(|own| own.values) else { continue };
        for values in slot.without(term.values) {
            let mut piece = rest.clone();
            if let Some(own) = piece.0.get_mut(at) {
                own.values = values;
            }
            give(piece);
        }
        if let (Some(own), Some(both)) = (rest.0.get_mut(at), slot.and(term.values)) {
            own.values = both;
        }
    }
}

/// The terms of both cubes that are about the same field.
fn common<'a>(one: &'a [Term], two: &'a [Term]) -> impl Iterator<Item = (&'a Term, &'a Term)> {
    let mut two = two.iter().peekable();
    one.iter().filter_map(move |left| {
        while two.next_if(|right| right.field < left.field).is_some() {}
        two.next_if(|right| right.field == left.field).map(|right| (left, right))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FIELDS: [Field; 3] = [Field::SRC, Field::FRAGMENT, Field::MARK];

    /// Cubes over three fields, with values small enough to try all packets.
    pub(crate) fn small_cube() -> impl Strategy<Value = Cube> {
        let range = (0_u32..8, 0_u32..8).prop_filter_map("empty", |(low, high)| Values::range(low, high));
        let mark =
            (0_u32..8, 1_u32..8).prop_filter_map("empty", |(value, mask)| Values::masked(value & mask, mask));
        let fragment = (1_u32..8).prop_filter_map("empty", Values::one_of);
        (prop::option::of(range), prop::option::of(fragment), prop::option::of(mark)).prop_map(
            |(src, fragment, mark)| {
                let mut cube = Cube::all();
                for (field, values) in FIELDS.into_iter().zip([src, fragment, mark]) {
                    assert!(values.is_none_or(|values| cube.narrow(field, values)));
                }
                cube
            },
        )
    }

    fn packets() -> impl Iterator<Item = Packet> {
        (0..8).flat_map(|src| {
            (0..3).flat_map(move |fragment| {
                (0..8).map(move |mark| {
                    Packet::new()
                        .with(Field::SRC, src)
                        .with(Field::FRAGMENT, fragment)
                        .with(Field::MARK, mark)
                })
            })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn cubes_are_the_packets_in_them(one in small_cube(), two in small_cube()) {
            let both = one.and(&two);
            let rest = one.without(&two);
            for packet in packets() {
                let is_in = |cube: &Cube| packet.is_in(cube).unwrap();
                let (in_one, in_two) = (is_in(&one), is_in(&two));
                prop_assert_eq!(both.as_ref().is_some_and(is_in), in_one && in_two);
                let holding = rest.iter().filter(|piece| is_in(piece)).count();
                prop_assert_eq!(holding, usize::from(in_one && !in_two), "{:?} {:?}", packet, rest);
            }
            prop_assert_eq!(overlap(&one, &two), both.is_some());
            prop_assert_eq!(contains(&one, &two), two.without(&one).is_empty());
            prop_assert!(rest.iter().chain(&both).all(|piece| contains(&one, piece)));
            for seed in 0..8 {
                let mut packet = Packet::new();
                one.pick(&mut packet, || seed);
                prop_assert_eq!(packet.is_in(&one), Some(true));
            }
        }
    }

    #[test]
    fn a_term_that_all_packets_pass_is_none() {
        let ports = Cube::of(Field::SPORT, Values::range(0, 65_535).unwrap());
        assert_eq!(ports, Some(Cube::all()));
        assert_eq!(Cube::of(Field::SPORT, Values::exactly(65_536)), None);
        assert_eq!(
            Cube::all().without(&Cube::of(Field::SPORT, Values::range(1, 65_535).unwrap()).unwrap()).len(),
            1
        );
    }

    #[test]
    fn what_is_not_known_may_be_either() {
        let cube = Cube::of(Field::SRC, Values::exactly(1)).unwrap();
        assert_eq!(Packet::new().is_in(&cube), None);
        assert_eq!(Packet::new().is_in(&[]), Some(true));
        let both = cube.and(&Cube::of(Field::MARK, Values::exactly(1)).unwrap()).unwrap();
        assert_eq!(Packet::new().with(Field::MARK, 2).is_in(&both), Some(false));
    }
}
