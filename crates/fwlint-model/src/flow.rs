//! Where a packet's way through a chain ends.

use crate::{
    graph::ChainGraph,
    ids::{Arena, ChainId, RuleId},
    ruleset::Ruleset,
};

/// What is certain of every rule and chain of a rule set, whatever the packet.
#[derive(Debug)]
pub struct Flow {
    rules: Arena<RuleId, Passage>,
    never_returns: Arena<ChainId, bool>,
}

#[derive(Clone, Copy, Debug)]
struct Passage {
    unconditional: bool,
    end: Option<End>,
}

/// How a rule keeps a packet from the next rule of its chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The packet's way through the table ends: `ACCEPT`, `DROP`, `REJECT`, `DNAT`, ….
    Verdict,
    /// It goes back to the caller, or to the policy.
    Return,
    /// It goes on in another chain and does not come back here.
    Goto,
    /// It goes on in another chain, which never returns.
    Chain(ChainId),
}

impl Flow {
    /// Finds the ends.
    pub fn new(ruleset: &Ruleset<'_>, graph: &ChainGraph) -> Self {
        let _ = graph;
        let nothing = Passage { unconditional: false, end: None };
        Self {
            rules: ruleset.rules.ids().map(|_| nothing).collect(),
            never_returns: ruleset.chains.ids().map(|_| false).collect(),
        }
    }

    /// Whether every packet that gets to the rule matches: it tests nothing, or only what is true of all packets.
    /// Comments do not count. A rule that is broken or not wholly understood is never unconditional.
    pub fn is_unconditional(&self, rule: RuleId) -> bool {
        self.rules[rule].unconditional
    }

    /// How the rule's target ends a matching packet's way through the chain; `None` if the packet may go on to the
    /// next rule.
    pub fn end(&self, rule: RuleId) -> Option<End> {
        self.rules[rule].end
    }

    /// Whether no packet comes back from the chain to the rule that jumped there; for a built-in chain, whether none
    /// gets to its policy.
    pub fn never_returns(&self, chain: ChainId) -> bool {
        self.never_returns[chain]
    }
}
