//! Chains that rules call, but only rules that no packet comes to.

use fwlint_model::{Arena, ChainId, Policy, Target};

use crate::{
    Facts, Finding, Group, Label, Lint, RulesetFacts, Severity, Sink,
    text::{code, count},
};

pub(super) static LINT: Lint = Lint {
    name: "unreachable-chain",
    group: Group::Redundancy,
    severity: Severity::Note,
    since: "0.1.0",
    page: include_str!("unreachable_chain.md"),
    check,
};

/// How many of the rules that call the chain a finding shows.
const SHOWN: usize = 3;

fn check(facts: &Facts<'_>, sink: &mut Sink) {
    for rules in &facts.rulesets {
        // Those below are told of with the first of these.
        let in_vain = called_in_vain(rules);
        let mut met = in_vain.clone();
        for chain in rules.ruleset.chains.ids().filter(|&chain| in_vain[chain]) {
            let below = chains_below(rules, chain, &mut met);
            if facts.is_known_in_part(rules, chain) || is_empty(rules, chain) {
                continue;
            }
            let is_proved = !facts.has_lost_lines(rules, rules.ruleset.chains[chain].table);
            sink.report(LINT.severity, || {
                let finding = finding(rules, chain, below).help(help(rules, chain));
                if is_proved { finding } else { finding.likely() }
            });
        }
    }
}

/// The chains that no packet comes to, though some come to a chain that calls them.
fn called_in_vain(rules: &RulesetFacts<'_>) -> Arena<ChainId, bool> {
    let reaching = rules.reaching();
    let mut in_vain: Arena<ChainId, bool> = rules.ruleset.chains.ids().map(|_| false).collect();
    for (_, rule) in rules.ruleset.rules.iter() {
        let is_alive = !rules.graph.hooks(rule.chain).is_empty() && !reaching.is_dead(rule.chain);
        if let Target::Jump(to) | Target::Goto(to) = rule.target
            && is_alive
            && reaching.is_dead(to)
        {
            in_vain[to] = true;
        }
    }
    in_vain
}

/// That one is for `empty-chain`.
fn is_empty(rules: &RulesetFacts<'_>, chain: ChainId) -> bool {
    let decides = matches!(rules.ruleset.chains[chain].policy, Some(Policy::Accept | Policy::Drop));
    rules.ruleset.rules_of(chain).len() == 0 && !decides
}

/// How many chains hang below to which no packet comes either. What hangs below several goes to the first.
fn chains_below(rules: &RulesetFacts<'_>, chain: ChainId, met: &mut Arena<ChainId, bool>) -> usize {
    let mut below = 0;
    let mut open = vec![chain];
    while let Some(chain) = open.pop() {
        for call in rules.graph.calls_from(chain) {
            if rules.reaching().is_dead(call.to) && !met[call.to] {
                met[call.to] = true;
                below += 1;
                open.push(call.to);
            }
        }
    }
    below
}

fn help(rules: &RulesetFacts<'_>, chain: ChainId) -> String {
    let expected = rules.graph.calls_to(chain).find_map(|call| rules.idle_rules(call.from));
    match rules.owner(chain) {
        _ if expected.is_some() => expected.unwrap_or_default(),
        Some(owner) => {
            format!("chains of this name are {}'s: look for the reason where it is called", owner.generator.name)
        }
        None => "delete it with the rules that call it, or see to it that packets come to one of them".to_owned(),
    }
}

fn finding(rules: &RulesetFacts<'_>, chain: ChainId, below: usize) -> Finding {
    let calls: Vec<_> = rules.graph.calls_to(chain).collect();
    let callers = match calls.len() {
        1 => "the rule that calls it",
        _ => "any of the rules that call it",
    };
    let message = format!("no packet comes to chain {}, nor to {callers}", code(rules.name(chain).0));
    let its = match rules.ruleset.rules_of(chain).len() {
        1 => "its rule is dead".to_owned(),
        rules => format!("its {} are dead", count(rules, "rule")),
    };
    let label = match below {
        0 => its,
        below => format!("{its}, and so {} below it", if below == 1 { "is 1 chain".to_owned() } else { format!("are {}", count(below, "chain")) }),
    };
    let finding = Finding::new(&LINT, message, Label::new(rules.name_span(chain), label));
    let more = calls.len().saturating_sub(SHOWN);
    let label = |(index, call): (usize, &fwlint_model::Call)| {
        let text = if index + 1 == SHOWN && more > 0 {
            format!("no packet comes here, nor to {}", count(more, "more call"))
        } else {
            "no packet comes here".to_owned()
        };
        Label::new(rules.span(call.rule), text)
    };
    calls.iter().take(SHOWN).enumerate().map(label).fold(finding, Finding::related).at(rules.about_chain(chain))
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::testing::told;

    #[test]
    fn callers_and_what_hangs_below_are_told() {
        let dump = "*filter\n:INPUT DROP [0:0]\n:A - [0:0]\n:B - [0:0]\n:EMPTY - [0:0]\n-A INPUT -j DROP\n-A INPUT -i lo -j A\n\
            -A INPUT -i eth0 -j A\n-A INPUT -j EMPTY\n-A A -j B\n-A B -j LOG\n-A B -g B2\nCOMMIT\n";
        insta::assert_snapshot!(told(&LINT, dump), @"
        note (proved): no packet comes to chain `A`, nor to any of the rules that call it
          in filter A
          3:2 A <- its rule is dead, and so is 1 chain below it
          7:1 -A INPUT -i lo -j A <- no packet comes here
          8:1 -A INPUT -i eth0 -j A <- no packet comes here
          help: delete it with the rules that call it, or see to it that packets come to one of them
        ");
    }

    #[test]
    fn a_line_that_cannot_be_read_may_call_a_chain() {
        let dump = |line: &str| format!("*filter\n:INPUT DROP [0:0]\n:A - [0:0]\n-A INPUT -j DROP\n-A INPUT -j A\n-A A -j LOG\n{line}\nCOMMIT\n");
        assert!(told(&LINT, &dump("#")).starts_with("note (proved)"));
        assert!(told(&LINT, &dump("INPUT -j B")).starts_with("note (likely)"));
        assert_eq!(told(&LINT, &dump("INPUT -j A")), "");
    }
}
