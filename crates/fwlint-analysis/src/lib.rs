//! Rule sets and packets: what each rule means, what a packet meets, and what no packet reaches. Has no opinions.

mod devices;
mod engine;
mod meaning;
#[cfg(test)]
mod testing;
mod world;

pub use devices::Devices;
pub use engine::{Blockers, Engine, Limits, Reach, Why, Witness};
pub use fwlint_model as model;
pub use fwlint_packet as packet;
pub use meaning::{Action, Meaning, Meanings, Nat, Passes, Test, Then, Verdict, Write};
pub use world::{Tracking, World};
