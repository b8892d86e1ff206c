//! Rules that could be missing: is there a packet whose fate would be another one, or anything else that would be noticed?

use fwlint_model::{Arena, ChainId, Policy, RuleId};
use fwlint_packet::{Cube, Values, intersect};
use rustc_hash::FxHashSet;

use super::{
    Budget, Engine, Random, Reach,
    effects::{Deed, Fate, Trace},
    number,
    onward::{Goal, Indexes, Onward, Progress, Situation},
    search::{self, Lemmas, Outcome, Search},
};
use crate::meaning::Then;

/// What may be spent on one rule, in cubes looked at.
const PER_RULE: u64 = 20_000;

/// Of how many fields a packet has a value that is tried before all are followed.
const MAX_FIELDS: usize = 24;

/// Takes rules out one by one, as long as nothing changes.
///
/// Nothing does either if only some of them are taken out, and with them any rules that no packet comes to.
#[derive(Debug)]
pub struct Removal<'e> {
    engine: &'e Engine,
    reach: &'e Arena<RuleId, Reach>,
    taken_out: FxHashSet<RuleId>,
    needed: FxHashSet<RuleId>,
    indexes: Indexes,
    lemmas: Lemmas,
}

/// What happens in a rule's stead where it is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Instead {
    /// The rules that do the same, in order.
    pub rules: Vec<RuleId>,
    /// Some packets, or all, get to the end of the chain, or to the policy, which does the same.
    pub meets_end: bool,
    /// These rules, and those that send packets to them.
    needed: Vec<RuleId>,
}

impl Engine {
    /// Begins to take rules out. `reach` is what was [decided](Engine::decide).
    pub fn removal<'e>(&'e self, reach: &'e Arena<RuleId, Reach>) -> Removal<'e> {
        Removal {
            engine: self,
            reach,
            taken_out: FxHashSet::default(),
            needed: FxHashSet::default(),
            indexes: Indexes::default(),
            lemmas: Lemmas::default(),
        }
    }
}

impl Removal<'_> {
    /// What happens without a rule that decides or returns, if that is the same for each packet and in every other regard;
    /// `None` if it is not, or not known to be. Counters are not regarded.
    ///
    /// `left` is how many cubes may be looked at, and then how many are left of them.
    pub fn redundant(&mut self, rule: RuleId, left: &mut u64) -> Option<Instead> {
        let goal = self.goal(rule)?;
        let code = &self.engine.program.rules[rule];
        self.follow(rule, goal, &[(code.chain, number(rule) + 1)], left)
    }

    /// What happens to the packets that a rule sends to another chain, if that is nothing: they come back as they were, or
    /// would have come to the end of their own chain anyway. `None` if something happens to any, or may.
    ///
    /// `left` is how many cubes may be looked at, and then how many are left of them.
    pub fn does_nothing(&mut self, rule: RuleId, left: &mut u64) -> Option<Instead> {
        let program = &self.engine.program;
        let code = &program.rules[rule];
        let begin = |chain| (chain, program.rules_of(chain).start);
        match code.then {
            Then::Jump(to) => self.follow(rule, Goal::Back, &[begin(to)], left),
            Then::Goto(to) => {
                self.follow(rule, Goal::Back, &[begin(to), (code.chain, number(rule) + 1)], left)
            }
            _ => None,
        }
    }

    /// Takes a rule out, now that it is known what happens instead.
    pub fn take_out(&mut self, rule: RuleId, instead: &Instead) {
        self.taken_out.insert(rule);
        self.needed.extend(&instead.needed);
    }

    /// What is to become of the packets that match a rule.
    fn goal(&self, rule: RuleId) -> Option<Goal> {
        let code = &self.engine.program.rules[rule];
        let scope = &self.engine.program.chains[code.chain];
        match (code.deed, code.then) {
            (Deed::Decides(fate), _) => Some(Goal::Fate(fate)),
            (Deed::Sends, Then::Return) if self.engine.entries[code.chain].is_some() => match scope.policy? {
                Policy::Accept => Some(Goal::Fate(Fate::Accept)),
                Policy::Drop => Some(Goal::Fate(Fate::Drop)),
                Policy::Return => None,
            },
            (Deed::Sends, Then::Return) => Some(Goal::Back),
            _ => None,
        }
    }

    /// Follows all packets that match a rule from these places on.
    fn follow(
        &mut self,
        rule: RuleId,
        goal: Goal,
        places: &[(ChainId, u32)],
        left: &mut u64,
    ) -> Option<Instead> {
        let engine = self.engine;
        let program = &engine.program;
        let code = &program.rules[rule];
        let is_loop = program.chains[code.chain].is_in_loop;
        if is_loop
            || code.trace == Trace::Any
            || self.reach[rule] != Reach::Some
            || self.needed.contains(&rule)
        {
            return None;
        }
        let rule_budget = PER_RULE.min(*left);
        let mut budget = Budget { rule: rule_budget, left: rule_budget };
        let domain = engine.domains.of(code.chain);
        let cubes: Vec<Cube> =
            program.cubes(code.may).filter_map(|matching| intersect(matching, domain)).collect();
        let given = Situation { maps: engine.maps(), reach: self.reach, gone: rule, goal };
        // Mostly a single packet shows that the rule is needed.
        let mut random = Random(u64::from(number(rule)));
        let tried = cubes.first().map(|cube| self.some_packet(cube, &mut random));
        let may_be_alike = tried.is_none_or(|packet| {
            let mut onward = Onward::new(given, &self.taken_out, &mut self.indexes);
            for &(chain, at) in places {
                onward.begin(chain, at, packet.clone());
            }
            is_alike(engine, rule, &mut onward, &mut self.lemmas, &mut budget)
        });
        let mut onward = Onward::new(given, &self.taken_out, &mut self.indexes);
        for &(chain, at) in places {
            for cube in &cubes {
                onward.begin(chain, at, cube.clone());
            }
        }
        let is_alike = may_be_alike && is_alike(engine, rule, &mut onward, &mut self.lemmas, &mut budget);
        *left = left.saturating_sub(budget.spent());
        if !is_alike {
            return None;
        }
        let Onward { deciding: mut rules, met: mut needed, meets_end, .. } = onward;
        for rules in [&mut rules, &mut needed] {
            rules.sort_unstable();
            rules.dedup();
        }
        Some(Instead { rules, meets_end, needed })
    }

    /// A cube of few packets of this one: one value of each of the fields that are asked for first.
    fn some_packet(&self, cube: &Cube, random: &mut Random) -> Cube {
        let mut packet = cube.clone();
        for &field in self.engine.program.fields().iter().take(MAX_FIELDS) {
            let value = packet.get(field).pick(random.next());
            let values = match field.all() {
                Values::OneOf(_) => 1_u32.checked_shl(value).and_then(Values::one_of),
                _ => Some(Values::exactly(value)),
            };
            // A value of its own is always left.
            let _ = values.is_some_and(|values| packet.narrow(field, values));
        }
        packet
    }
}

/// Whether the same becomes of all packets that really come to the rule.
fn is_alike(
    engine: &Engine,
    rule: RuleId,
    onward: &mut Onward<'_, '_>,
    lemmas: &mut Lemmas,
    budget: &mut Budget,
) -> bool {
    loop {
        match onward.progress(budget) {
            Progress::Alike => return true,
            Progress::Spent => return false,
            Progress::Otherwise(cube) => {
                let mut search = Search::new(engine.maps(), &[], engine.limits.learns).within(cube);
                let found = search.run(search::Goal::Rule(rule), lemmas, budget);
                if !matches!(found, Outcome::Nothing(..)) {
                    return false;
                }
            }
        }
    }
}
