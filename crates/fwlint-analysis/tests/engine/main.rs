//! The engine against the interpreter: random rule sets that nearly collide, and every packet of a small space.
//! `FWLINT_SEEDS=0..10000` tries more rule sets than a usual run does.

#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test reads which seeds to try, may fail, and says what it did"
)]

mod reach;
mod removal;
mod small;
