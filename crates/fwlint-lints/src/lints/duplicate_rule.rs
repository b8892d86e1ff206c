//! Rules that say again what an earlier rule of their chain has said.

use std::{
    cell::OnceCell,
    hash::{Hash, Hasher},
};

use fwlint_model::{Canonical, ChainId, Fields, RuleId, Writes, canonical, nature};
use rustc_hash::{FxHashMap, FxHasher};

use crate::{Facts, Finding, Group, Label, Lint, RulesetFacts, Severity, Sink, text::code};

pub(super) static LINT: Lint = Lint {
    name: "duplicate-rule",
    group: Group::Redundancy,
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("duplicate_rule.md"),
    check,
};

/// What rules may write and others read, one by one.
const FIELDS: [Fields; 6] = Fields::EACH;

fn check(facts: &Facts<'_>, sink: &mut Sink) {
    for rules in &facts.rulesets {
        let mut spelling = Canonical::default();
        let mut met: FxHashMap<u64, RuleId> = FxHashMap::default();
        let all_writes = OnceCell::new();
        for chain in rules.ruleset.chains.ids() {
            let writers = OnceCell::new();
            let find_writers =
                || Writers::new(rules, chain, all_writes.get_or_init(|| Writes::new(&rules.ruleset, &rules.graph, &rules.flow)));
            for rule in decisive_rules(rules, chain) {
                let Some(text) = spelling.of(&rules.ruleset, rule) else { continue };
                let Some(earlier) = met.insert(hash(chain, text), rule) else { continue };
                let nature = nature(&rules.ruleset, rule);
                if nature.pure
                    && says_the_same(rules, earlier, rule)
                    && !writers.get_or_init(find_writers).write(nature.reads, earlier, rule)
                {
                    sink.report(LINT.severity, || finding(rules, earlier, rule));
                }
            }
        }
    }
}

/// The rules of a chain that keep every packet they match from the rules behind them: so a rule that says the same can
/// match nothing any more. Those that are dead are left out.
fn decisive_rules(rules: &RulesetFacts<'_>, chain: ChainId) -> impl Iterator<Item = RuleId> {
    let stop = rules.last_stop(chain);
    let alive = rules.ruleset.rules_of(chain).take_while(move |&rule| stop.is_none_or(|stop| rule <= stop));
    alive.filter(|&rule| rules.flow.end(rule).is_some())
}

fn hash(chain: ChainId, text: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    chain.hash(&mut hasher);
    hasher.write(text);
    hasher.finish()
}

fn says_the_same(rules: &RulesetFacts<'_>, one: RuleId, other: RuleId) -> bool {
    let chain = |rule| rules.ruleset.rules[rule].chain;
    chain(one) == chain(other) && canonical(&rules.ruleset, one) == canonical(&rules.ruleset, other)
}

fn finding(rules: &RulesetFacts<'_>, earlier: RuleId, rule: RuleId) -> Finding {
    let position = rules.ruleset.rules[earlier].position;
    let chain = code(rules.name(rules.ruleset.rules[rule].chain).0);
    let message = format!("this rule says what rule {position} of chain {chain} says");
    Finding::new(&LINT, message, Label::new(rules.span(rule), "never matches"))
        .related(Label::new(rules.span(earlier), "the same rule"))
        .help("delete one of the two")
        .at(rules.about_rule(rule))
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
