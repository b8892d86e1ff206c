//! `RETURN` where packets return anyway.

use fwlint_model::{ChainId, Policy, RuleId};

use crate::{Facts, Finding, Group, Label, Lint, RulesetFacts, Severity, Sink, text::code, told::unused_returns};

pub(super) static LINT: Lint = Lint {
    name: "unused-return",
    group: Group::Redundancy,
    severity: Severity::Note,
    since: "0.1.0",
    page: include_str!("unused_return.md"),
    check,
};

fn check(facts: &Facts<'_>, sink: &mut Sink) {
    for rules in &facts.rulesets {
        for chain in rules.ruleset.chains.ids() {
            // Programs end their chains so as a matter of form: nobody can do anything about it.
            if let Some((first, count)) = unused_returns(rules, chain)
                && rules.owner(chain).is_none()
            {
                sink.report(LINT.severity, || finding(rules, chain, first, count));
            }
        }
    }
}

fn finding(rules: &RulesetFacts<'_>, chain: ChainId, first: RuleId, count: usize) -> Finding {
    let name = code(rules.name(chain).0);
    let message = format!("chain {name} ends with a `RETURN` that changes nothing");
    let next = match (rules.ruleset.chains[chain].hook, rules.ruleset.chains[chain].policy) {
        (Some(_), Some(Policy::Accept)) => "the policy `ACCEPT` comes next anyway",
        (Some(_), Some(Policy::Drop)) => "the policy `DROP` comes next anyway",
        (Some(_), _) => "the policy comes next anyway",
        (None, _) => "packets go back to the caller anyway",
    };
    let label = match count {
        1 => next.to_owned(),
        _ => format!("{next}, from {count} rules in a row"),
    };
    Finding::new(&LINT, message, Label::new(rules.span(first), label))
        .help("delete it, unless somebody reads its counters")
        .at(rules.about_rule(first))
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::testing::told;

    #[test]
    fn several_in_a_row_are_one_finding() {
        let dump = "*filter\n:INPUT DROP [0:0]\n:A - [0:0]\n-A INPUT -i eth0 -j A\n-A INPUT -j RETURN\n\
            -A A -j LOG\n-A A -p tcp -j RETURN\n-A A -j RETURN\nCOMMIT\n";
        insta::assert_snapshot!(told(&LINT, dump), @"
        note (proved): chain `INPUT` ends with a `RETURN` that changes nothing
          in filter INPUT 2
          5:1 -A INPUT -j RETURN <- the policy `DROP` comes next anyway
          help: delete it, unless somebody reads its counters
        note (proved): chain `A` ends with a `RETURN` that changes nothing
          in filter A 2
          7:1 -A A -p tcp -j RETURN <- packets go back to the caller anyway, from 2 rules in a row
          help: delete it, unless somebody reads its counters
        ");
    }

    #[test]
    fn a_chain_of_ebtables_may_have_another_policy() {
        let dump = |policy: &str| format!("*filter\n:FORWARD ACCEPT\n:A {policy}\n-A FORWARD -j A\n-A A -p ARP -j RETURN\n");
        assert_eq!(told(&LINT, &dump("DROP")), "");
        assert_ne!(told(&LINT, &dump("RETURN")), "");
    }
}
