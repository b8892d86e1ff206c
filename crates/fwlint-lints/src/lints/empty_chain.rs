//! Chains without rules.

use fwlint_model::{ChainId, Policy};

use crate::{
    Facts, Finding, Group, Label, Lint, RulesetFacts, Severity, Sink,
    text::code,
};

pub(super) static LINT: Lint = Lint {
    name: "empty-chain",
    group: Group::Redundancy,
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("empty_chain.md"),
    check,
};

/// How many of the rules that call an empty chain a finding shows.
const SHOWN: usize = 3;

fn check(facts: &Facts<'_>, sink: &mut Sink) {
    for rules in &facts.rulesets {
        for chain in rules.ruleset.chains.ids().filter(|&chain| does_nothing(rules, chain)) {
            if !facts.is_known_in_part(rules, chain) {
                check_chain(rules, chain, sink);
            }
        }
    }
}

/// Whether it is an empty user chain, and no policy of its own decides (ebtables).
fn does_nothing(rules: &RulesetFacts<'_>, chain: ChainId) -> bool {
    let content = &rules.ruleset.chains[chain];
    content.hook.is_none()
        && matches!(content.policy, None | Some(Policy::Return))
        && rules.ruleset.rules_of(chain).len() == 0
}

fn check_chain(rules: &RulesetFacts<'_>, chain: ChainId, sink: &mut Sink) {
    let is_called = rules.graph.calls_to(chain).next().is_some();
    let owner = rules.owner(chain);
    match owner.and_then(|owner| Some((owner, owner.chain.when_empty?))) {
        Some((owner, reason)) if is_called || owner.chain.uncalled.is_some() => {
            sink.report(Severity::Note, || {
                let message = format!("{}: a placeholder of {}", message(rules, chain), owner.generator.name);
                Finding::new(&LINT, message, Label::new(rules.name_span(chain), reason))
                    .at(rules.about_chain(chain))
            });
        }
        // What no hook leads to is for `unreferenced-chain`.
        _ if rules.graph.hooks(chain).is_empty() => {}
        _ => sink.report(LINT.severity, || pointless_chain(rules, chain)),
    }
}

fn message(rules: &RulesetFacts<'_>, chain: ChainId) -> String {
    format!("chain {} is empty", code(rules.name(chain).0))
}

fn pointless_chain(rules: &RulesetFacts<'_>, chain: ChainId) -> Finding {
    let calls = rules.graph.calls_to(chain).count();
    let label = if calls > 1 { format!("called {calls} times for nothing") } else { "called for nothing".to_owned() };
    let mut finding = Finding::new(&LINT, message(rules, chain), Label::new(rules.name_span(chain), label));
    let mut skips = false;
    for call in rules.graph.calls_to(chain).take(SHOWN) {
        let text = if call.goto {
            skips = true;
            format!("goes there, so that the rest of {} is skipped", code(rules.name(call.from).0))
        } else {
            "called here".to_owned()
        };
        finding = finding.related(Label::new(rules.target_span(call.rule), text));
    }
    let help = match rules.owner(chain) {
        Some(owner) => format!("chains of this name are {}'s, which does not leave them empty", owner.generator.name),
        None if skips => "a goto to an empty chain does what `-j RETURN` does: write that, or fill the chain".to_owned(),
        None => "fill it, or delete it with the rules that call it".to_owned(),
    };
    finding.help(help).at(rules.about_chain(chain))
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::testing::told;

    #[test]
    fn callers_and_owners_are_told() {
        let dump = "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:A - [0:0]\n:B - [0:0]\n:DOCKER-USER - [0:0]\n\
            -A INPUT -i lo -j A\n-A INPUT -i eth0 -j A\n-A INPUT -i eth1 -g B\n-A FORWARD -j DOCKER-USER\nCOMMIT\n";
        insta::assert_snapshot!(told(&LINT, dump), @"
        warning (proved): chain `A` is empty
          in filter A
          4:2 A <- called 2 times for nothing
          7:19 A <- called here
          8:21 A <- called here
          help: fill it, or delete it with the rules that call it
        warning (proved): chain `B` is empty
          in filter B
          5:2 B <- called for nothing
          9:21 B <- goes there, so that the rest of `INPUT` is skipped
          help: a goto to an empty chain does what `-j RETURN` does: write that, or fill the chain
        note (proved): chain `DOCKER-USER` is empty: a placeholder of Docker
          in filter DOCKER-USER
          6:2 DOCKER-USER <- for the administrator's own rules, which Docker never touches
        ");
    }

    #[test]
    fn a_policy_is_something() {
        let dump = "*filter\n:INPUT ACCEPT\n:FORWARD ACCEPT\n:A DROP\n:B RETURN\n-A FORWARD -p IPv6 -j A\n-A FORWARD -p IPv4 -j B\n";
        let told = told(&LINT, dump);
        assert!(told.contains("`B`") && !told.contains("`A`"), "{told}");
    }
}
