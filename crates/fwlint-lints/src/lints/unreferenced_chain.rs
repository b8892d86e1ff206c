//! Chains that nothing leads to.

use fwlint_model::{Arena, ChainId, Hook, TableId};

use crate::{
    Facts, Finding, Group, Label, Lint, RulesetFacts, Severity, Sink,
    text::{code, count},
};

pub(super) static LINT: Lint = Lint {
    name: "unreferenced-chain",
    group: Group::Redundancy,
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("unreferenced_chain.md"),
    check,
};

/// How many of the chains below an unreferenced one a finding shows.
const SHOWN: usize = 3;

fn check(facts: &Facts<'_>, sink: &mut Sink) {
    for rules in &facts.rulesets {
        let mut met: Arena<ChainId, bool> = rules.ruleset.chains.ids().map(|_| false).collect();
        for table in rules.ruleset.tables.ids().filter(|&table| has_hooks(rules, table)) {
            for chain in rules.ruleset.chains_of(table).filter(|&chain| is_uncalled(rules, chain)) {
                let below = chains_below(rules, chain, &mut met);
                if !facts.is_in_unread_line(rules.name(chain)) {
                    check_chain(rules, chain, &below, sink);
                }
            }
        }
    }
}

/// Whether the table has a built-in chain at all. One without is an excerpt, in which nothing can lead anywhere.
fn has_hooks(rules: &RulesetFacts<'_>, table: TableId) -> bool {
    rules.ruleset.chains_of(table).any(|chain| rules.ruleset.chains[chain].hook.is_some())
}

fn is_uncalled(rules: &RulesetFacts<'_>, chain: ChainId) -> bool {
    rules.ruleset.chains[chain].hook.is_none() && rules.graph.calls_to(chain).next().is_none()
}

/// The chains that only uncalled chains lead to, this one among them. Those of several go to the first of these.
fn chains_below(rules: &RulesetFacts<'_>, chain: ChainId, met: &mut Arena<ChainId, bool>) -> Vec<ChainId> {
    let mut below = Vec::new();
    let mut open = vec![chain];
    while let Some(chain) = open.pop() {
        for call in rules.graph.calls_from(chain) {
            if rules.graph.hooks(call.to).is_empty() && !met[call.to] {
                met[call.to] = true;
                below.push(call.to);
                open.push(call.to);
            }
        }
    }
    below.sort_unstable();
    below
}

fn check_chain(rules: &RulesetFacts<'_>, chain: ChainId, below: &[ChainId], sink: &mut Sink) {
    let owner = rules.owner(chain);
    let is_empty = rules.ruleset.rules_of(chain).len() == 0;
    match owner.and_then(|owner| Some((owner, owner.chain.uncalled?))) {
        // One finding is enough: `empty-chain` tells of it.
        Some((owner, _)) if is_empty && owner.chain.when_empty.is_some() => {}
        Some((owner, reason)) => sink.report(Severity::Note, || {
            let label = format!("not called by {}: {reason}", owner.generator.name);
            Finding::new(&LINT, message(rules, chain), Label::new(rules.name_span(chain), label))
                .at(rules.about_chain(chain))
        }),
        None => sink.report(LINT.severity, || {
            let finding = dead_chain(rules, chain, below);
            match owner {
                Some(owner) => finding.help(format!(
                    "chains of this name are {}'s: a leftover of it, or a call that somebody deleted",
                    owner.generator.name
                )),
                None if is_hook_name(rules, chain) => finding.help(format!(
                    "table {} has no built-in chain of this name: it is an ordinary chain here",
                    code(rules.ruleset.table_name(chain).0)
                )),
                None => finding.help("delete it with all its rules, or add the rule that is to call it"),
            }
        }),
    }
}

fn message(rules: &RulesetFacts<'_>, chain: ChainId) -> String {
    format!("nothing calls chain {}", code(rules.name(chain).0))
}

fn dead_chain(rules: &RulesetFacts<'_>, chain: ChainId, below: &[ChainId]) -> Finding {
    let itself = match rules.ruleset.rules_of(chain).len() {
        0 => "and it is empty".to_owned(),
        1 => "no packet meets its rule".to_owned(),
        rules => format!("no packet meets its {}", count(rules, "rule")),
    };
    let label = match below.len() {
        0 => itself,
        below => format!("{itself}, nor those of {} below it", count(below, "chain")),
    };
    let finding = Finding::new(&LINT, message(rules, chain), Label::new(rules.name_span(chain), label));
    let shown = below.iter().take(SHOWN);
    shown
        .fold(finding, |finding, &below| {
            finding.related(Label::new(rules.name_span(below), "called only from there"))
        })
        .at(rules.about_chain(chain))
}

fn is_hook_name(rules: &RulesetFacts<'_>, chain: ChainId) -> bool {
    Hook::ALL.iter().any(|hook| hook.chain_name().as_bytes() == rules.name(chain).0)
}
