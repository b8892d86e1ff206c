//! Rules that say again what an earlier rule of their chain has said.

use std::{cell::LazyCell, hash::BuildHasher};

use fwlint_model::{Canonical, ChainId, Fields, RuleId, Writes, canonical, nature};
use rustc_hash::{FxBuildHasher, FxHashMap};

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
        let all_writes = LazyCell::new(|| Writes::new(&rules.ruleset, &rules.graph, &rules.flow));
        let target = |rule| rules.ruleset.rules[rule].target;
        let mut spelling = Canonical::default();
        let mut candidates = Vec::new();
        for chain in rules.ruleset.chains.ids() {
            let writers = LazyCell::new(|| Writers::new(rules, chain, &all_writes));
            candidates.clear();
            candidates.extend(decisive_rules(rules, chain));
            // Most rules of a big chain lead elsewhere than the others: so few have to be spelled out.
            candidates.sort_by_key(|&rule| target(rule));
            for alike in candidates.chunk_by(|&one, &other| target(one) == target(other)) {
                for (earlier, rule) in pairs(rules, alike, &mut spelling) {
                    let nature = nature(&rules.ruleset, rule);
                    if nature.pure && !writers.write(nature.reads, earlier, rule) {
                        report(rules, earlier, rule, sink);
                    }
                }
            }
        }
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

fn report(rules: &RulesetFacts<'_>, earlier: RuleId, rule: RuleId, sink: &mut Sink) {
    match rules.idle_rules(rules.ruleset.rules[rule].chain) {
        Some(reason) => sink.report(Severity::Note, || finding(rules, earlier, rule).help(reason)),
        None => sink.report(LINT.severity, || finding(rules, earlier, rule).help("delete one of the two")),
    }
}

fn finding(rules: &RulesetFacts<'_>, earlier: RuleId, rule: RuleId) -> Finding {
    let position = |rule| rules.ruleset.rules[rule].position;
    let chain = code(rules.name(rules.ruleset.rules[rule].chain).0);
    let message = format!("rule {} of chain {chain} says what rule {} says", position(rule), position(earlier));
    Finding::new(&LINT, message, Label::new(rules.span(rule), "never matches"))
        .related(Label::new(rules.span(earlier), "the same rule"))
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

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::testing::told;

    #[test]
    fn the_earlier_rule_is_shown() {
        let dump = "*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp --dport 22 -j ACCEPT\n-A INPUT -p udp -j DROP\n\
            -A INPUT -p tcp -m tcp --dport ssh -j ACCEPT -m comment --comment again\nCOMMIT\n";
        insta::assert_snapshot!(told(&LINT, dump), @"
        warning (proved): rule 3 of chain `INPUT` says what rule 1 says
          in filter INPUT 3
          5:1 -A INPUT -p tcp -m tcp --dport ssh -j ACCEPT -m comment --comment again <- never matches
          3:1 -A INPUT -p tcp --dport 22 -j ACCEPT <- the same rule
          help: delete one of the two
        ");
    }

    #[test]
    fn what_is_asked_must_not_change_in_between() {
        let dump = |between: &str| {
            let rule = "-A PREROUTING -m mark --mark 0x2/0x2 -j DROP\n";
            format!("*mangle\n:PREROUTING ACCEPT [0:0]\n:SETS - [0:0]\n{rule}{between}{rule}-A SETS -j MARK --set-xmark 0x2/0x2\nCOMMIT\n")
        };
        assert_eq!(told(&LINT, &dump("-A PREROUTING -p tcp -j ACCEPT\n")).matches("never matches").count(), 1);
        assert_eq!(told(&LINT, &dump("-A PREROUTING -p tcp -j MARK --set-xmark 0x2/0x2\n")), "");
        assert_eq!(told(&LINT, &dump("-A PREROUTING -p tcp -j SETS\n")), "");
    }
}
