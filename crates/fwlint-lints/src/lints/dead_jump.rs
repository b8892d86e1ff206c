//! Calls of a chain that does nothing to the packets that are sent there.

use fwlint_analysis::Reach;
use fwlint_model::{ChainId, RuleId, Target};

use crate::{
    Facts, Finding, Group, Label, Lint, RulesetFacts, Severity, Sink,
    text::{code, count},
};

pub(super) static LINT: Lint = Lint {
    name: "dead-jump",
    group: Group::Redundancy,
    severity: Severity::Note,
    since: "0.1.0",
    page: include_str!("dead_jump.md"),
    check,
};

fn check(facts: &Facts<'_>, sink: &mut Sink) {
    for rules in &facts.rulesets {
        for &rule in &rules.spare().calls {
            let content = &rules.ruleset.rules[rule];
            let (Target::Jump(to) | Target::Goto(to)) = content.target else { continue };
            let is_known = facts.is_alive(rules, content.chain) && !facts.is_known_in_part(rules, to);
            // Where no packet at all comes to a rule of the chain, that is what is wrong, and told.
            let has_dead_rule =
                rules.ruleset.rules_of(to).any(|rule| rules.reaching().rules[rule] == Reach::None);
            if !is_known || has_dead_rule || facts.is_wrong_line(rules, rule) {
                continue;
            }
            let is_proved = !facts.has_lost_lines(rules, rules.ruleset.chains[content.chain].table);
            sink.report(LINT.severity, || {
                let finding = finding(rules, rule, to);
                if is_proved { finding } else { finding.likely() }
            });
        }
    }
}

fn finding(rules: &RulesetFacts<'_>, rule: RuleId, to: ChainId) -> Finding {
    let content = &rules.ruleset.rules[rule];
    let (chain, called) = (code(rules.name(content.chain).0), code(rules.name(to).0));
    let message = format!(
        "rule {} of chain {chain} calls {called} for nothing: nothing is done there to the packets that it sends",
        content.position
    );
    let label = match content.target {
        Target::Goto(_) => "these packets would come to the end of their chain anyway",
        _ => "these packets come back as they went",
    };
    let has = match rules.ruleset.rules_of(to).len() {
        1 => "its rule does nothing to them".to_owned(),
        rules => format!("none of its {} does anything to them", count(rules, "rule")),
    };
    Finding::new(&LINT, message, Label::new(rules.span(rule), label))
        .related(Label::new(rules.name_span(to), has))
        .help("delete it, or see whether its conditions are what they should be")
        .at(rules.about_rule(rule))
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::testing::told;

    #[test]
    fn what_is_called_is_shown() {
        let dump = "*filter\n:INPUT DROP [0:0]\n:A - [0:0]\n:B - [0:0]\n-A INPUT -i eth0 -p udp -j DROP\n-A INPUT -i eth1 -j A\n\
            -A INPUT -i eth0 -j B\n-A A -j B\n-A B -p udp -j ACCEPT\n-A B -s 192.0.2.1 -i eth1 -j DROP\nCOMMIT\n";
        insta::assert_snapshot!(told(&LINT, dump), @"
        note (proved): rule 3 of chain `INPUT` calls `B` for nothing: nothing is done there to the packets that it sends
          in filter INPUT 3
          7:1 -A INPUT -i eth0 -j B <- these packets come back as they went
          4:2 B <- none of its 2 rules does anything to them
          help: delete it, or see whether its conditions are what they should be
        ");
    }

    #[test]
    fn counting_and_remembering_are_something() {
        let dump = |rule: &str| {
            format!("*filter\n:INPUT DROP [0:0]\n:A - [0:0]\n-A INPUT -i eth0 -j A\n-A INPUT -i eth1 -j A\n{rule}-A A -i eth0 -j ACCEPT\nCOMMIT\n")
        };
        assert!(told(&LINT, &dump("")).starts_with("note (proved): rule 2"));
        assert_eq!(told(&LINT, &dump("-A A -p tcp\n")), "");
        assert_eq!(told(&LINT, &dump("-A A -i eth0 -m recent --set --name seen -j RETURN\n")), "");
        assert_eq!(told(&LINT, &dump("-A A -m limit --limit 1/sec -j RETURN\n")), "");
    }
}
