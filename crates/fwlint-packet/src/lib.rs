//! Packets and sets of packets: intersection, difference, emptiness, a witness. Knows no rules.
//!
//! A packet is a number for each [`Field`]; a [`Cube`] says of some fields which values they have, and holds all packets
//! that agree; a [`Region`] is a union of cubes.

mod cube;
mod field;
mod packet;
mod region;
mod values;

pub use cube::{Cube, Term, contains, intersect, overlap, subtract};
pub use field::{Field, Kind};
pub use packet::Packet;
pub use region::Region;
pub use values::Values;
