//! Random rule sets and packets for fwlint's tests, the same for the same seed. Knows nothing else of fwlint.

#![expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "made of numbers whose ranges are seen beside them, and for tests only"
)]

mod bridge;
mod dump;
mod feature;
mod matches;
mod packet;
mod packets;
mod place;
mod random;
mod ruleset;
mod sets;
mod targets;
mod words;

pub use dump::{Chain, Dump, Table};
pub use feature::Feature;
pub use packet::{Fragment, Packet, Path, State};
pub use random::Random;
pub use ruleset::{Family, Sample, Shape, TRACKS};
pub use words::DEVICES;
