//! Rules that could be missing: found once for all lints that tell of them.

use fwlint_analysis::{Engine, Instead, Limits, Reach, Removal};
use fwlint_generators::writes_whole_firewalls;
use fwlint_model::{Arena, ChainId, RuleId, Ruleset, Target, syntax::Backend};

use crate::{RulesetFacts, duplicates::Duplicates, told::Told};

/// How many sets of packets are looked at, for all rules of a rule set.
const MAX_LOOKED_AT: u64 = 10_000_000;

/// How many chains below a call are looked at.
const MAX_CHAINS: usize = 256;

/// Rules that could be missing, all of them or any, and nothing would change. Those of programs are not among them, nor those
/// that other lints tell of.
#[derive(Debug, Default)]
pub(crate) struct Spare {
    /// Rules that decide or return, each with those that do the same in its stead. In order.
    pub(crate) redundant: Vec<(RuleId, Vec<RuleId>)>,
    /// Rules that send packets to a chain which does nothing to them. In order.
    pub(crate) calls: Vec<RuleId>,
}

impl Spare {
    pub(crate) fn new(rules: &RulesetFacts<'_>) -> Self {
        if rules.written_by.iter().any(|program| writes_whole_firewalls(program)) {
            return Self::default();
        }
        let is_owned: Arena<ChainId, bool> =
            rules.ruleset.chains.ids().map(|chain| rules.owner(chain).is_some()).collect();
        let reaching = rules.reaching();
        // Of those as well that only other tables keep packets from it is told already.
        let mut reach = reaching.rules.clone();
        reaching.cut_off.iter().for_each(|&rule| reach[rule] = Reach::None);
        let mut left = MAX_LOOKED_AT;
        let removal = reaching.engine.removal(&reach);
        let mut taker = Taker { rules, is_owned: &is_owned, removal, left: &mut left };
        let found = taker.take_out(rules.ruleset.rules.ids().rev(), rules.ruleset.rules.ids());
        if rules.ruleset.backend.is_some() || (found.redundant.is_empty() && found.calls.is_empty()) {
            return found.sorted();
        }
        // What could be missing on one backend only is needed.
        let mut engine = Engine::new(&rules.world(Some(Backend::Nft)), &rules.graph, Limits::default());
        engine.decide();
        let mut taker =
            Taker { rules, is_owned: &is_owned, removal: engine.removal(&reach), left: &mut left };
        let redundant = found.redundant.iter().map(|(rule, _)| *rule);
        taker.take_out(redundant, found.calls.iter().copied()).sorted()
    }

    fn sorted(mut self) -> Self {
        self.redundant.sort_unstable();
        self.calls.sort_unstable();
        self
    }
}

/// Takes rules out that people wrote.
struct Taker<'e, 'r, 'd> {
    rules: &'r RulesetFacts<'d>,
    is_owned: &'r Arena<ChainId, bool>,
    removal: Removal<'e>,
    left: &'r mut u64,
}

impl Taker<'_, '_, '_> {
    /// Takes out what it can of rules that decide or return, and then of those that call. What is behind goes first: what is
    /// told of it is more often what decides for many.
    fn take_out(
        &mut self,
        deciding: impl Iterator<Item = RuleId>,
        calling: impl Iterator<Item = RuleId>,
    ) -> Spare {
        let mut spare = Spare::default();
        let mut duplicates = Duplicates::new(self.rules);
        // The rules of a chain come one after the other.
        let mut told: Option<(ChainId, Told)> = None;
        for rule in deciding.filter(|&rule| decides(&self.rules.ruleset, rule)) {
            let chain = self.chain(rule);
            if self.is_owned[chain] {
                continue;
            }
            let Some(instead) = self.removal.redundant(rule, self.left) else { continue };
            if !self.is_worth_telling(rule, &instead) {
                continue;
            }
            let (_, told) = match told.take().filter(|(of, _)| *of == chain) {
                Some(known) => told.insert(known),
                None => told.insert((chain, Told::of(self.rules, chain, &mut duplicates))),
            };
            if !told.has(rule) {
                self.removal.take_out(rule, &instead);
                spare.redundant.push((rule, instead.rules));
            }
        }
        for rule in calling {
            if self.is_own_call(rule)
                && let Some(instead) = self.removal.does_nothing(rule, self.left)
            {
                self.removal.take_out(rule, &instead);
                spare.calls.push(rule);
            }
        }
        spare
    }

    /// Whether other rules do the same that people wrote, and no default does: neither the policy, nor a rule without
    /// conditions that stands for one.
    fn is_worth_telling(&self, rule: RuleId, instead: &Instead) -> bool {
        let ruleset = &self.rules.ruleset;
        let is_default = |other: RuleId| {
            let chain = self.chain(other);
            let is_near = chain == self.chain(rule) || ruleset.chains[chain].hook.is_some();
            is_near && self.rules.flow.is_unconditional(other)
        };
        let is_plain = |&other: &RuleId| !self.is_owned[self.chain(other)] && !is_default(other);
        !instead.meets_end && !instead.rules.is_empty() && instead.rules.iter().all(is_plain)
    }

    /// Whether it is a call in a chain and to a chain that people fill, where something is done to packets. What none comes
    /// to is told of as such, and so are empty chains and `RETURN`s that change nothing; and where rules only count, that is
    /// what they are called for.
    fn is_own_call(&self, rule: RuleId) -> bool {
        let ruleset = &self.rules.ruleset;
        let (Target::Jump(to) | Target::Goto(to)) = ruleset.rules[rule].target else { return false };
        if self.is_owned[self.chain(rule)] {
            return false;
        }
        let mut below = vec![to];
        let mut acts = false;
        let mut next = 0;
        while let Some(&chain) = below.get(next) {
            next += 1;
            if self.is_owned[chain] || next > MAX_CHAINS {
                return false;
            }
            for rule in ruleset.rules_of(chain) {
                let is_met = self.rules.reaching().rules[rule] == Reach::Some;
                match ruleset.rules[rule].target {
                    _ if !is_met => return false,
                    Target::None | Target::Continue => return false,
                    Target::Jump(to) | Target::Goto(to) if below.contains(&to) => {}
                    Target::Jump(to) | Target::Goto(to) => below.push(to),
                    Target::Return => {}
                    _ => acts = true,
                }
            }
        }
        acts
    }

    fn chain(&self, rule: RuleId) -> ChainId {
        self.rules.ruleset.rules[rule].chain
    }
}

fn decides(ruleset: &Ruleset<'_>, rule: RuleId) -> bool {
    match ruleset.rules[rule].target {
        Target::Accept | Target::Drop | Target::Return => true,
        Target::Extension(id) => id.extension().name == "REJECT",
        _ => false,
    }
}
