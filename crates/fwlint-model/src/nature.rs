//! What a rule's tests depend on and what its target does.

use crate::{
    graph::ChainGraph,
    ids::{Arena, ChainId, RuleId},
    ruleset::Ruleset,
};

/// What a rule depends on and what it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nature {
    /// Whether the same packet gets the same answer each time, as long as nothing of [`reads`](Self::reads) is
    /// written in between. Never so where part of the rule is broken or kept word for word.
    pub pure: bool,
    /// What its tests look at that a rule may write.
    pub reads: Fields,
    /// What it writes itself: not what is written in a chain it calls.
    pub writes: Fields,
    /// What its target does.
    pub effect: Effect,
}

/// What a target does with a packet that matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: it only counts.
    Nothing,
    /// It decides where the packet goes, and does nothing else.
    Verdict,
    /// The packet goes through another chain.
    Call,
    /// It writes, and the packet goes on.
    Write,
    /// Something happens outside of the packet (a line in the log, a reply, a set's new member, a program that is
    /// asked), or it is not known what.
    Other,
}

/// Things that rules may write and other rules may read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Fields(u16);

impl Fields {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// Everything: what is not understood may write anything.
    pub const ALL: Self = Self(u16::MAX);
    /// The packet's mark.
    pub const MARK: Self = Self(1);
    /// The connection's mark.
    pub const CONNMARK: Self = Self(1 << 1);
    /// What connection tracking knows of the packet.
    pub const CONNTRACK: Self = Self(1 << 2);
    /// Members of ipsets.
    pub const SETS: Self = Self(1 << 3);

    /// Both together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether they have anything in common.
    pub const fn overlaps(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// What a rule's tests depend on and what its target does.
pub fn nature(ruleset: &Ruleset<'_>, rule: RuleId) -> Nature {
    let _ = ruleset.line(rule);
    Nature { pure: false, reads: Fields::ALL, writes: Fields::ALL, effect: Effect::Other }
}

/// What is written where packets go through a rule or a chain, with all the chains that are called from there.
#[derive(Debug)]
pub struct Writes {
    chains: Arena<ChainId, Fields>,
    rules: Arena<RuleId, Fields>,
}

impl Writes {
    /// Finds what is written.
    pub fn new(ruleset: &Ruleset<'_>, graph: &ChainGraph) -> Self {
        let _ = graph;
        Self {
            chains: ruleset.chains.ids().map(|_| Fields::ALL).collect(),
            rules: ruleset.rules.ids().map(|_| Fields::ALL).collect(),
        }
    }

    /// What a packet that goes through the rule may find changed behind it.
    pub fn of(&self, rule: RuleId) -> Fields {
        self.rules[rule]
    }

    /// What a packet that goes through the chain may find changed behind it.
    pub fn below(&self, chain: ChainId) -> Fields {
        self.chains[chain]
    }
}
