//! Rules behind one that no packet gets past.

use fwlint_model::{End, RuleId};

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
            let mut dead = rules.ruleset.rules_of(chain).skip_while(|&rule| rule <= stop);
            if let Some(first) = dead.next() {
                sink.report(LINT.severity, || finding(rules, stop, first, 1 + dead.count()));
            }
        }
    }
}

fn finding(rules: &RulesetFacts<'_>, stop: RuleId, first: RuleId, dead: usize) -> Finding {
    let position = rules.ruleset.rules[stop].position;
    let chain = code(rules.name(rules.ruleset.rules[stop].chain).0);
    let (message, label, them) = if dead == 1 {
        (format!("no packet gets past rule {position} of chain {chain} to the one behind it"), "dead".to_owned(), "it")
    } else {
        let message = format!("no packet gets past rule {position} of chain {chain} to the {dead} behind it");
        (message, format!("the first of {}", count(dead, "dead rule")), "them")
    };
    let mut finding = Finding::new(&LINT, message, Label::new(rules.span(first), label))
        .related(Label::new(rules.span(stop), what_stops(rules, stop)));
    if let Some(End::Chain(called)) = rules.flow.end(stop)
        && let Some(inner) = rules.last_stop(called)
    {
        finding = finding.related(Label::new(rules.span(inner), format!("no packet gets past this rule of {}", code(rules.name(called).0))));
    }
    finding
        .help(format!("delete {them}, move {them} in front of rule {position}, or give that rule a condition"))
        .at(rules.about_rule(first))
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
