//! Rule sets and packets: what each rule means, what a packet meets, and what no packet reaches. Has no opinions.

mod choices;
mod devices;
mod engine;
mod interpret;
mod meaning;
mod path;
#[cfg(test)]
mod testing;
mod world;

pub use choices::{Choices, explore};
pub use devices::Devices;
pub use engine::{
    Blockers, Contradiction, EarlierTables, Engine, Instead, Limits, NewConnections, Reach, Removal, Why,
    Witness,
};
pub use fwlint_model as model;
pub use fwlint_packet as packet;
pub use interpret::{Change, End, MAX_RULES, MAX_STEPS, Met, Passage, Step, interpret};
pub use meaning::{
    Action, Meaning, Meanings, NOT_LOOKED_INTO, Nat, Passes, Sight, Test, Then, Verdict, Write, sight,
};
pub use path::{
    CONNTRACK, Fate, Leg, Route, Routing, Start, Station, Stop, Way, address, address_type, first_state,
    set_address, stations, walk,
};
pub use world::{Tracking, World};
