//! Regions: unions of cubes.

use std::fmt;

use crate::{
    cube::{self, Cube, Term},
    field::Field,
    packet::Packet,
    values::Values,
};

/// A set of packets: the union of some cubes, which may overlap. Of no cubes, it is empty.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Region {
    cubes: Vec<Cube>,
}

impl Region {
    /// No packet.
    pub const fn none() -> Self {
        Self { cubes: Vec::new() }
    }

    /// All packets.
    pub fn all() -> Self {
        Self { cubes: vec![Cube::all()] }
    }

    /// The packets whose field has one of these values.
    pub fn of(field: Field, values: Values) -> Self {
        Self { cubes: Cube::of(field, values).into_iter().collect() }
    }

    /// The cubes.
    pub fn cubes(&self) -> &[Cube] {
        &self.cubes
    }

    /// Whether there is no packet in it.
    pub fn is_empty(&self) -> bool {
        self.cubes.is_empty()
    }

    /// Adds what another has.
    pub fn add(&mut self, other: Self) {
        self.cubes.extend(other.cubes);
    }

    /// What either has.
    #[must_use]
    pub fn or(mut self, other: Self) -> Self {
        self.add(other);
        self
    }

    /// What both have.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let pairs = self.cubes.iter().flat_map(|one| other.cubes.iter().map(move |two| (one, two)));
        pairs.filter_map(|(one, two)| cube::intersect(one, two)).collect()
    }

    /// What a cube has not.
    #[must_use]
    pub fn without_cube(&self, cube: &[Term]) -> Self {
        let mut cubes = Vec::new();
        for own in &self.cubes {
            cube::subtract(own, cube, |piece| cubes.push(piece));
        }
        Self { cubes }
    }

    /// What the other has not.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        other.cubes.iter().fold(self.clone(), |rest, cube| rest.without_cube(cube))
    }

    /// All packets that it has not.
    #[must_use]
    pub fn complement(&self) -> Self {
        Self::all().without(self)
    }

    /// Whether a packet is in it; `None` if that depends on something that is not known.
    pub fn has(&self, packet: &Packet) -> Option<bool> {
        let mut answer = Some(false);
        for cube in &self.cubes {
            match packet.is_in(cube) {
                Some(true) => return Some(true),
                Some(false) => {}
                None => answer = None,
            }
        }
        answer
    }
}

impl From<Cube> for Region {
    fn from(cube: Cube) -> Self {
        Self { cubes: vec![cube] }
    }
}

impl FromIterator<Cube> for Region {
    fn from_iter<T: IntoIterator<Item = Cube>>(cubes: T) -> Self {
        Self { cubes: cubes.into_iter().collect() }
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.cubes).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_and_its_complement_are_all_and_have_nothing_in_common() {
        let ports =
            Region::of(Field::DPORT, Values::exactly(80)).or(Region::of(Field::DPORT, Values::exactly(443)));
        let tcp = Region::of(Field::PROTOCOL, Values::exactly(6));
        let both = ports.and(&tcp);
        let rest = both.complement();
        assert!(both.and(&rest).is_empty());
        assert!(Region::all().without(&both.or(rest)).is_empty());
        assert!(Region::none().complement().has(&Packet::new()) == Some(true));
        assert_eq!(ports.has(&Packet::new()), None);
        assert_eq!(ports.has(&Packet::new().with(Field::DPORT, 443)), Some(true));
    }
}
