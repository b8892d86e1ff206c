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
    /// Rules that packets come to as far as their own table goes, but that the tables before it let none come to; in order.
    pub(crate) cut_off: Vec<RuleId>,
    /// Built-in chains with rules that the tables before theirs let no packet come to.
    closed: Vec<ChainId>,
}

/// How many sets of packets are looked at, to find out what the tables before let through.
const MAX_BEFORE: u64 = 20_000_000;

impl Reaching {
    pub(crate) fn new(facts: &RulesetFacts<'_>) -> Self {
        let (ruleset, graph) = (&facts.ruleset, &facts.graph);
        let engine = |backend| Engine::new(&facts.world(backend), graph, Limits::default());
        let mut first = engine(ruleset.backend);
        let mut rules = first.decide();
        let is_dead = |rule: RuleId, reach: Reach| {
            reach == Reach::None && !graph.hooks(ruleset.rules[rule].chain).is_empty()
        };
        let mut on_nft = None;
        if ruleset.backend.is_none() && rules.iter().any(|(rule, &reach)| is_dead(rule, reach)) {
            let mut engine = engine(Some(Backend::Nft));
            for (rule, &other) in engine.decide().iter() {
                if rules[rule] == Reach::None {
                    rules[rule] = other;
                }
            }
            on_nft = Some(engine);
        }
        let (mut cut_off, mut closed) = cut_off(facts, &first, &rules);
        if ruleset.backend.is_none() && !cut_off.is_empty() {
            let engine = on_nft.unwrap_or_else(|| engine(Some(Backend::Nft)));
            let mut earlier = engine.earlier_tables(MAX_BEFORE);
            cut_off.retain(|&rule| earlier.reach(rule) == Reach::None);
            closed.retain(|&root| earlier.reach_chain(root) == Reach::None);
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
        Self { engine: first, rules, dead, cut_off, closed }
    }

    /// Whether rules call the chain to which a hook leads, and yet no packet comes to it.
    pub(crate) fn is_dead(&self, chain: ChainId) -> bool {
        self.dead[chain]
    }

    /// Whether the tables before its own let no packet come to the built-in chain, though it has rules.
    pub(crate) fn is_closed(&self, root: ChainId) -> bool {
        self.closed.binary_search(&root).is_ok()
    }

    /// Whether the tables before its own let no packet come to the rule, though it would come there otherwise.
    pub(crate) fn is_cut_off(&self, rule: RuleId) -> bool {
        self.cut_off.binary_search(&rule).is_ok()
    }
}

/// The rules that tables before let no packet come to, of those that packets come to, and built-in chains likewise.
fn cut_off(
    facts: &RulesetFacts<'_>,
    engine: &Engine,
    rules: &Arena<RuleId, Reach>,
) -> (Vec<RuleId>, Vec<ChainId>) {
    let ruleset = &facts.ruleset;
    let mut earlier = engine.earlier_tables(MAX_BEFORE);
    let cut_off = earlier.cut_off(rules);
    let has_any = |root: ChainId| ruleset.rules_of(root).any(|rule| cut_off.binary_search(&rule).is_ok());
    let roots = ruleset.chains.iter().filter(|(_, chain)| chain.hook.is_some()).map(|(root, _)| root);
    let closed = roots.filter(|&root| has_any(root) && earlier.reach_chain(root) == Reach::None).collect();
    (cut_off, closed)
}
