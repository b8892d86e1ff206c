//! What the lints are told of a dump, found once for all of them.

use fwlint_model::{Arena, ChainId, RuleId, Ruleset, resolve, syntax::Dump};

use crate::{Fingerprint, Place};

/// A dump, and what is known of it before any opinion.
#[derive(Debug)]
pub struct Facts<'d> {
    /// The text, line by line, with what could not be read.
    pub dump: &'d Dump<'d>,
    /// What the kernel would hold: one rule set for each program whose output the dump is.
    pub rulesets: Vec<RulesetFacts<'d>>,
}

/// A rule set, and what is known of it.
#[derive(Debug)]
pub struct RulesetFacts<'d> {
    /// What the kernel would hold.
    pub ruleset: Ruleset<'d>,
    /// The programs that own chains of it, by name, in alphabetical order.
    pub written_by: Vec<&'static str>,
}

/// What a finding is about.
#[derive(Debug)]
pub(crate) struct Subject {
    pub(crate) place: Place,
    pub(crate) fingerprint: Fingerprint,
}

impl<'d> Facts<'d> {
    /// Finds out what there is to know of a dump.
    pub fn new(dump: &'d Dump<'d>) -> Self {
        Self { dump, rulesets: resolve(dump).into_iter().map(RulesetFacts::new).collect() }
    }
}

impl<'d> RulesetFacts<'d> {
    fn new(ruleset: Ruleset<'d>) -> Self {
        let written_by = written_by(&ruleset);
        Self { ruleset, written_by }
    }
}

fn written_by(ruleset: &Ruleset<'_>) -> Vec<&'static str> {
    let user_chains = ruleset.chains.iter().filter(|(_, chain)| chain.hook.is_none());
    fwlint_generators::written_by(
        user_chains.map(|(_, chain)| (ruleset.tables[chain.table].name.as_str(), chain.name.as_str())),
    )
}
