//! Rules that say again what an earlier rule of their chain has said.

use fwlint_model::RuleId;

use crate::{
    Facts, Finding, Group, Label, Lint, RulesetFacts, Severity, Sink, duplicates::Duplicates, text::code,
};

pub(super) static LINT: Lint = Lint {
    name: "duplicate-rule",
    group: Group::Redundancy,
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("duplicate_rule.md"),
    check,
};

fn check(facts: &Facts<'_>, sink: &mut Sink) {
    for rules in &facts.rulesets {
        let mut duplicates = Duplicates::new(rules);
        for chain in rules.ruleset.chains.ids() {
            for (earlier, rule) in duplicates.of(chain) {
                report(rules, earlier, rule, sink);
            }
        }
    }
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
