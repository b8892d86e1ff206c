//! To which rules packets come: found once for all lints that ask.

use fwlint_analysis::{Engine, Limits, Reach, World};
use fwlint_model::{Arena, ChainGraph, ChainId, Node, RuleId, Ruleset, Target, syntax::Backend};

/// To which rules packets come.
#[derive(Debug)]
pub struct Reaching {
    /// What has found it, and tells more of single rules.
    pub engine: Engine,
    /// For each rule, whether a packet comes to it that may match it. Where the backend is not known, none does only if
    /// none does on either.
    pub rules: Arena<RuleId, Reach>,
    /// The chains that a hook leads to, but no packet.
    dead: Arena<ChainId, bool>,
}

impl Reaching {
    pub(crate) fn new<'d>(ruleset: &Ruleset<'d>, graph: &ChainGraph, node: Option<&Node<'d>>) -> Self {
        let engine = |backend| Engine::new(&World::new(ruleset, backend, node), graph, Limits::default());
        let first = engine(ruleset.backend.unwrap_or(Backend::Legacy));
        let mut rules = first.decide();
        let is_dead = |rule: RuleId, reach: Reach| {
            reach == Reach::None && !graph.hooks(ruleset.rules[rule].chain).is_empty()
        };
        if ruleset.backend.is_none() && rules.iter().any(|(rule, &reach)| is_dead(rule, reach)) {
            let on_nft = engine(Backend::Nft).decide();
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
    pub fn is_dead(&self, chain: ChainId) -> bool {
        self.dead[chain]
    }
}
