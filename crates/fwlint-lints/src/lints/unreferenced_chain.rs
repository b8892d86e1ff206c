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
                if !facts.is_known_in_part(rules, chain) {
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

/// What is not even declared is for `undefined-chain`.
fn is_uncalled(rules: &RulesetFacts<'_>, chain: ChainId) -> bool {
    let content = &rules.ruleset.chains[chain];
    content.hook.is_none() && content.declared.is_some() && rules.graph.calls_to(chain).next().is_none()
}

/// The chains below that only uncalled chains lead to. What hangs below several of these goes to the first.
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
    let is_empty = rules.ruleset.rules_of(chain).len() == 0;
    let Some(owner) = rules.owner(chain) else {
        sink.report(LINT.severity, || dead_chain(rules, chain, below).help(help(rules, chain, is_empty)));
        return;
    };
    let name = owner.generator.name;
    match (owner.chain.uncalled, owner.chain.when_empty.filter(|_| is_empty)) {
        // One finding is enough: `empty-chain` tells of it.
        (Some(_), Some(_)) => {}
        (Some(reason), None) => sink.report(Severity::Note, || {
            let label = format!("not called by {name}: {reason}");
            Finding::new(&LINT, message(rules, chain), Label::new(rules.name_span(chain), label))
                .at(rules.about_chain(chain))
        }),
        (None, is_placeholder) => {
            let severity = if is_placeholder.is_some() { Severity::Note } else { LINT.severity };
            sink.report(severity, || {
                let help = format!("chains of this name are {name}'s: a leftover of it, or a call that somebody deleted");
                dead_chain(rules, chain, below).help(help)
            });
        }
    }
}

fn help(rules: &RulesetFacts<'_>, chain: ChainId, is_empty: bool) -> String {
    if is_hook_name(rules, chain) {
        let table = rules.table_text(rules.ruleset.chains[chain].table);
        format!("{table} has no built-in chain of this name: it is an ordinary chain here")
    } else if is_empty {
        "delete it, or add the rule that is to call it".to_owned()
    } else {
        "delete it with all its rules, or add the rule that is to call it".to_owned()
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

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::testing::told;

    #[test]
    fn what_hangs_below_and_whose_it_is_are_told() {
        let dump = "*nat\n:PREROUTING ACCEPT [0:0]\n:KUBE-SVC-AAAAAAAAAAAAAAAA - [0:0]\n:KUBE-SEP-AAAAAAAAAAAAAAAA - [0:0]\n\
            -A KUBE-SVC-AAAAAAAAAAAAAAAA -j KUBE-SEP-AAAAAAAAAAAAAAAA\n\
            -A KUBE-SEP-AAAAAAAAAAAAAAAA -p tcp -j DNAT --to-destination 10.0.0.1:80\nCOMMIT\n\
            *filter\n:INPUT DROP [0:0]\n:EMPTY - [0:0]\n:PREROUTING - [0:0]\n:ufw-logging-deny - [0:0]\n\
            -A PREROUTING -j DROP\n-A ufw-logging-deny -j LOG\nCOMMIT\n";
        insta::assert_snapshot!(told(&LINT, dump), @"
        warning (proved): nothing calls chain `KUBE-SVC-AAAAAAAAAAAAAAAA`
          in nat KUBE-SVC-AAAAAAAAAAAAAAAA
          3:2 KUBE-SVC-AAAAAAAAAAAAAAAA <- no packet meets its rule, nor those of 1 chain below it
          4:2 KUBE-SEP-AAAAAAAAAAAAAAAA <- called only from there
          help: chains of this name are kube-proxy's: a leftover of it, or a call that somebody deleted
        warning (proved): nothing calls chain `EMPTY`
          in filter EMPTY
          10:2 EMPTY <- and it is empty
          help: delete it, or add the rule that is to call it
        warning (proved): nothing calls chain `PREROUTING`
          in filter PREROUTING
          11:2 PREROUTING <- no packet meets its rule
          help: table `filter` has no built-in chain of this name: it is an ordinary chain here
        note (proved): nothing calls chain `ufw-logging-deny`
          in filter ufw-logging-deny
          12:2 ufw-logging-deny <- not called by ufw: it is there for the rules and options that need it
        ");
    }

    #[test]
    fn a_line_that_cannot_be_read_may_call_a_chain() {
        let dump = "*filter\n:INPUT DROP [0:0]\n:A - [0:0]\n-A A -j DROP\nINPUT -j A\nCOMMIT\n";
        assert_eq!(told(&LINT, dump), "");
        assert_ne!(told(&LINT, &dump.replace("INPUT -j A", "INPUT -j B")), "");
    }
}
