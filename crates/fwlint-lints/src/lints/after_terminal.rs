//! Rules behind one that no packet gets past.

use fwlint_model::{End, RuleId, Target};

use crate::{
    Facts, Finding, Group, Label, Lint, RulesetFacts, Severity, Sink,
    text::{code, count},
};

pub(super) static LINT: Lint = Lint {
    name: "after-terminal",
    group: Group::Correctness,
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("after_terminal.md"),
    check,
};

fn check(facts: &Facts<'_>, sink: &mut Sink) {
    for rules in &facts.rulesets {
        for chain in rules.ruleset.chains.ids() {
            let Some(stop) = rules.last_stop(chain) else { continue };
            let dead = || rules.ruleset.rules_of(chain).skip_while(|&rule| rule <= stop);
            let Some(first) = dead().next() else { continue };
            let finding = || finding(rules, stop, first, dead().count());
            match expected(rules, stop, dead()) {
                Some(reason) => sink.report(Severity::Note, || finding().help(reason)),
                None => sink.report(LINT.severity, || finding().help(help(rules, stop, dead().count()))),
            }
        }
    }
}

/// Why the program that wrote the dead rules does so.
fn expected(rules: &RulesetFacts<'_>, stop: RuleId, mut dead: impl Iterator<Item = RuleId>) -> Option<String> {
    let of_chain = rules.idle_rules(rules.ruleset.rules[stop].chain);
    match rules.flow.end(stop) {
        // Behind a call, others may have put rules as well; those that only refuse are no loss.
        Some(End::Chain(called)) if of_chain.is_none() => {
            rules.idle_rules(called).filter(|_| dead.all(|rule| only_refuses(rules, rule)))
        }
        _ => of_chain,
    }
}

fn help(rules: &RulesetFacts<'_>, stop: RuleId, dead: usize) -> String {
    let them = if dead == 1 { "it" } else { "them" };
    let position = rules.ruleset.rules[stop].position;
    format!("delete {them}, move {them} in front of rule {position}, or give that rule a condition")
}

fn only_refuses(rules: &RulesetFacts<'_>, rule: RuleId) -> bool {
    match rules.ruleset.rules[rule].target {
        Target::Drop | Target::None => true,
        Target::Extension(id) => matches!(id.extension().name, "LOG" | "NFLOG" | "REJECT"),
        _ => false,
    }
}

fn finding(rules: &RulesetFacts<'_>, stop: RuleId, first: RuleId, dead: usize) -> Finding {
    let position = rules.ruleset.rules[stop].position;
    let chain = code(rules.name(rules.ruleset.rules[stop].chain).0);
    let (behind, label) = match dead {
        1 => ("rule".to_owned(), "dead".to_owned()),
        _ => (count(dead, "rule"), format!("the first of {}", count(dead, "dead rule"))),
    };
    let message = format!("no packet gets past rule {position} of chain {chain} to the {behind} behind it");
    let mut finding = Finding::new(&LINT, message, Label::new(rules.span(first), label))
        .related(Label::new(rules.span(stop), what_stops(rules, stop)));
    if let Some(End::Chain(called)) = rules.flow.end(stop)
        && let Some(inner) = rules.last_stop(called)
    {
        let label = format!("no packet gets past this rule of {}", code(rules.name(called).0));
        finding = finding.related(Label::new(rules.span(inner), label));
    }
    finding.at(rules.about_rule(first))
}

fn what_stops(rules: &RulesetFacts<'_>, stop: RuleId) -> String {
    let dump = rules.ruleset.dump;
    let target = code(rules.target_span(stop).of(dump.source));
    let is_built_in = rules.ruleset.chains[rules.ruleset.rules[stop].chain].hook.is_some();
    match rules.flow.end(stop) {
        Some(End::Return) if is_built_in => "sends every packet to the policy".to_owned(),
        Some(End::Return) => "sends every packet back to the caller".to_owned(),
        Some(End::Goto) => format!("sends every packet to {target}, and none comes back"),
        Some(End::Chain(_)) => format!("sends every packet to {target}, which lets none return"),
        Some(End::Verdict) | None => format!("{target} for every packet"),
    }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::testing::told;

    #[test]
    fn one_finding_for_all_dead_rules() {
        let dump = "*filter\n:INPUT DROP [0:0]\n:NEVER - [0:0]\n\
            -A INPUT -i lo -j ACCEPT\n-A INPUT -j NEVER\n-A INPUT -p tcp -j ACCEPT\n-A INPUT -p udp -j ACCEPT\n\
            -A NEVER -p tcp -j ACCEPT\n-A NEVER -j DROP\nCOMMIT\n";
        insta::assert_snapshot!(told(&LINT, dump), @"
        warning (proved): no packet gets past rule 2 of chain `INPUT` to the 2 rules behind it
          in filter INPUT 3
          6:1 -A INPUT -p tcp -j ACCEPT <- the first of 2 dead rules
          5:1 -A INPUT -j NEVER <- sends every packet to `NEVER`, which lets none return
          9:1 -A NEVER -j DROP <- no packet gets past this rule of `NEVER`
          help: delete them, move them in front of rule 2, or give that rule a condition
        ");
    }

    #[test]
    fn a_return_in_a_built_in_chain_means_the_policy() {
        let dump = "*filter\n:INPUT DROP [0:0]\n-A INPUT -j RETURN\n-A INPUT -p tcp -j ACCEPT\nCOMMIT\n";
        insta::assert_snapshot!(told(&LINT, dump), @"
        warning (proved): no packet gets past rule 1 of chain `INPUT` to the rule behind it
          in filter INPUT 2
          4:1 -A INPUT -p tcp -j ACCEPT <- dead
          3:1 -A INPUT -j RETURN <- sends every packet to the policy
          help: delete it, move it in front of rule 1, or give that rule a condition
        ");
    }
}
