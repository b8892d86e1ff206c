//! Rules that say what an earlier rule of their chain says.

use std::{cell::LazyCell, hash::BuildHasher};

use fwlint_model::{Canonical, ChainId, Fields, RuleId, Writes, canonical, nature};
use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::RulesetFacts;

/// What rules may write and others read, one by one.
const FIELDS: [Fields; 6] = Fields::EACH;

/// Looks for rules that say what an earlier rule of their chain says.
pub(crate) struct Duplicates<'r, 'd> {
    rules: &'r RulesetFacts<'d>,
    writes: Option<Writes>,
    spelling: Canonical,
    candidates: Vec<RuleId>,
}

impl<'r, 'd> Duplicates<'r, 'd> {
    /// Nothing found yet.
    pub(crate) fn new(rules: &'r RulesetFacts<'d>) -> Self {
        Self { rules, writes: None, spelling: Canonical::default(), candidates: Vec::new() }
    }

    /// The rules of a chain that can match nothing any more because an earlier one says the same, each behind that one.
    pub(crate) fn of(&mut self, chain: ChainId) -> Vec<(RuleId, RuleId)> {
        let rules = self.rules;
        let target = |rule| rules.ruleset.rules[rule].target;
        self.candidates.clear();
        self.candidates.extend(decisive_rules(rules, chain));
        // Most rules of a big chain lead elsewhere than the others: so few have to be spelled out.
        self.candidates.sort_by_key(|&rule| target(rule));
        let mut found = Vec::new();
        for alike in self.candidates.chunk_by(|&one, &other| target(one) == target(other)) {
            found.extend(pairs(rules, alike, &mut self.spelling));
        }
        if found.is_empty() {
            return found;
        }
        let writes =
            self.writes.get_or_insert_with(|| Writes::new(&rules.ruleset, &rules.graph, &rules.flow));
        let writers = LazyCell::new(|| Writers::new(rules, chain, writes));
        found.retain(|&(earlier, rule)| {
            let nature = nature(&rules.ruleset, rule);
            nature.pure && !writers.write(nature.reads, earlier, rule)
        });
        found
    }
}

/// The rules that say what one before them says, each with the last of those.
fn pairs(rules: &RulesetFacts<'_>, alike: &[RuleId], spelling: &mut Canonical) -> Vec<(RuleId, RuleId)> {
    let mut pairs = Vec::new();
    if alike.len() < 2 {
        return pairs;
    }
    let mut met: FxHashMap<u64, RuleId> = FxHashMap::default();
    for &rule in alike {
        let Some(text) = spelling.of(&rules.ruleset, rule) else { continue };
        let earlier = met.insert(FxBuildHasher.hash_one(text), rule);
        let same = |&earlier: &RuleId| canonical(&rules.ruleset, earlier) == canonical(&rules.ruleset, rule);
        pairs.extend(earlier.filter(same).map(|earlier| (earlier, rule)));
    }
    pairs
}

/// The rules of a chain that keep every packet they match from the rules behind them: so a rule that says the same can
/// match nothing any more. Those that are dead are left out.
fn decisive_rules(rules: &RulesetFacts<'_>, chain: ChainId) -> impl Iterator<Item = RuleId> {
    let stop = rules.last_stop(chain);
    let alive = rules.ruleset.rules_of(chain).take_while(move |&rule| stop.is_none_or(|stop| rule <= stop));
    alive.filter(|&rule| rules.flow.end(rule).is_some())
}

/// The rules of a chain that write, for each of [`FIELDS`].
struct Writers([Vec<RuleId>; FIELDS.len()]);

impl Writers {
    fn new(rules: &RulesetFacts<'_>, chain: ChainId, writes: &Writes) -> Self {
        Self(FIELDS.map(|field| {
            rules.ruleset.rules_of(chain).filter(|&rule| writes.of(rule).overlaps(field)).collect()
        }))
    }

    /// Whether something of these fields is written between two rules.
    fn write(&self, fields: Fields, earlier: RuleId, later: RuleId) -> bool {
        let mut of_fields = FIELDS.iter().zip(&self.0).filter(|(field, _)| fields.overlaps(**field));
        of_fields.any(|(_, writers)| {
            let next = writers.partition_point(|&writer| writer <= earlier);
            writers.get(next).is_some_and(|&writer| writer < later)
        })
    }
}
