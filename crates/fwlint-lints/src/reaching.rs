//! To which rules packets come: found once for all lints that ask.

use fwlint_analysis::{Engine, Limits, Reach};
use fwlint_model::{Arena, ChainId, RuleId, Target, syntax::Backend};

use crate::RulesetFacts;

/// To which rules packets come.
#[derive(Debug)]
pub(crate) struct Reaching {
    /// What has found it, and tells more of single rules.
    pub(crate) engine: Engine,
    /// For each rule, whether a packet comes to it that may match it. Where the backend is not known, none does only if
    /// none does on either.
    pub(crate) rules: Arena<RuleId, Reach>,
    /// The chains that a hook leads to, but no packet.
    dead: Arena<ChainId, bool>,
}

impl Reaching {
    pub(crate) fn new(facts: &RulesetFacts<'_>) -> Self {
        let (ruleset, graph) = (&facts.ruleset, &facts.graph);
        let engine = |backend| Engine::new(&facts.world(backend), graph, Limits::default());
        let mut first = engine(ruleset.backend);
        let mut rules = first.decide();
        let is_dead = |rule: RuleId, reach: Reach| {
            reach == Reach::None && !graph.hooks(ruleset.rules[rule].chain).is_empty()
        };
        if ruleset.backend.is_none() && rules.iter().any(|(rule, &reach)| is_dead(rule, reach)) {
            let on_nft = engine(Some(Backend::Nft)).decide();
            for (rule, &other) in on_nft.iter() {
                if rules[rule] == Reach::None {
                    rules[rule] = other;
                }
            }
        }
        let is_built_in = |(_, chain): (_, &fwlint_model::Chain<'_>)| chain.hook.is_some();
        let mut dead: Arena<ChainId, bool> = ruleset
            .chains
            .iter()
            .map(|chain| !is_built_in(chain) && !graph.hooks(chain.0).is_empty())
            .collect();
        for (rule, content) in ruleset.rules.iter() {
            if let Target::Jump(to) | Target::Goto(to) = content.target
                && rules[rule] != Reach::None
            {
                dead[to] = false;
            }
        }
        Self { engine: first, rules, dead }
    }

    /// Whether rules call the chain to which a hook leads, and yet no packet comes to it.
    pub(crate) fn is_dead(&self, chain: ChainId) -> bool {
        self.dead[chain]
    }
}
