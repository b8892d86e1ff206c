//! What the lints are told of a dump.

use fwlint_model::{Ruleset, syntax::Dump};

/// A dump, and what is known of it before any opinion.
#[derive(Debug)]
pub struct Facts<'d> {
    /// The text, line by line, with what could not be read.
    pub dump: &'d Dump<'d>,
    /// What the kernel would hold: one rule set for each program whose output the dump is.
    pub rulesets: Vec<Ruleset<'d>>,
}
