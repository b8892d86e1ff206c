//! Rules whose own options, or the hooks that lead to them, leave no packet that could match.

use fwlint_analysis::{Contradiction, Meanings, Reach};
use fwlint_model::{RuleId, syntax::Arg};

use super::{differs_between_backends, refused_by_kernel};
use crate::{
    Facts, Finding, Group, Label, Lint, RulesetFacts, Severity, Sink,
    duplicates::Duplicates,
    text::{code, list},
    told::Told,
};

pub(super) static LINT: Lint = Lint {
    name: "never-matches",
    group: Group::Correctness,
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("never_matches.md"),
    check,
};

fn check(facts: &Facts<'_>, sink: &mut Sink) {
    for rules in &facts.rulesets {
        let wrong = rules.ruleset.rules.ids().filter(|&rule| never_matches(rules, rule));
        let is_told = |rule| {
            facts.is_wrong_line(rules, rule)
                || differs_between_backends::is_told_of(rules, rule)
                || refused_by_kernel::is_told_of(rules, rule)
        };
        let wrong: Vec<_> = wrong.filter(|&rule| !is_told(rule)).collect();
        if wrong.is_empty() {
            continue;
        }
        let world = rules.world(rules.ruleset.backend);
        let mut meanings = Meanings::new(&world);
        let mut duplicates = Duplicates::new(rules);
        let chain = |rule: &RuleId| rules.ruleset.rules[*rule].chain;
        for of_chain in wrong.chunk_by(|one, other| chain(one) == chain(other)) {
            let Some(told) = of_chain.first().map(|rule| Told::of(rules, chain(rule), &mut duplicates)) else {
                continue;
            };
            for &rule in of_chain.iter().filter(|&&rule| !told.has(rule)) {
                let Some(contradiction) = rules.reaching().engine.contradiction(rule, &mut meanings) else {
                    continue;
                };
                let expected = rules.idle_rules(chain(&rule));
                let severity = if expected.is_some() { Severity::Note } else { LINT.severity };
                sink.report(severity, || {
                    let help = expected.unwrap_or_else(|| help(rules, rule, &contradiction));
                    finding(rules, rule, &contradiction).help(help)
                });
            }
        }
    }
}

fn never_matches(rules: &RulesetFacts<'_>, rule: RuleId) -> bool {
    let reaching = rules.reaching();
    let is_hooked = !rules.graph.hooks(rules.ruleset.rules[rule].chain).is_empty();
    // Where no hook leads, nobody has looked whether it is the same on both backends.
    reaching.rules[rule] == Reach::None
        && (is_hooked || rules.ruleset.backend.is_some())
        && !reaching.engine.may_match(rule)
}

fn help(rules: &RulesetFacts<'_>, rule: RuleId, contradiction: &Contradiction) -> String {
    match rules.owner(rules.ruleset.rules[rule].chain) {
        Some(owner) => format!("chains of this name are {}'s: look for the reason there", owner.generator.name),
        None if contradiction.is_of_hooks => "move it to a chain that such packets come to, or delete it".to_owned(),
        None if contradiction.args.len() > 1 => "drop one of these options, or delete the rule".to_owned(),
        None => "change the option, or delete the rule".to_owned(),
    }
}

fn finding(rules: &RulesetFacts<'_>, rule: RuleId, contradiction: &Contradiction) -> Finding {
    let ruleset = &rules.ruleset;
    let content = &ruleset.rules[rule];
    let args = ruleset.dump.args_of(ruleset.line(rule));
    let options: Vec<_> =
        contradiction.args.iter().filter_map(|&arg| args.get(usize::from(arg))).map(Arg::span).collect();
    let words = list(options.iter().map(|span| code(span.of(ruleset.dump.source))));
    let passes = match options.len() {
        0 | 1 => format!("passes {words}"),
        2 => format!("passes both {words}"),
        _ => format!("passes {words} together"),
    };
    let (position, chain) = (content.position, code(rules.name(content.chain).0));
    let (packet, label) = if contradiction.is_of_hooks {
        let hooks = list(rules.graph.hooks(content.chain).iter().map(|hook| code(hook.chain_name().as_bytes())));
        let table = rules.table_text(ruleset.chains[content.chain].table);
        (format!("packet that comes from {hooks} in {table}"), "no packet that comes here has this")
    } else {
        ("packet".to_owned(), "no packet has this")
    };
    let message = format!("rule {position} of chain {chain} never matches: no {packet} {passes}");
    let (&last, others) = options.split_last().unwrap_or((&ruleset.line(rule).span, &[]));
    let label = if others.is_empty() { label } else { "and this at once" };
    let finding = Finding::new(&LINT, message, Label::new(last, label));
    others
        .iter()
        .fold(finding, |finding, &other| finding.related(Label::new(other, "no packet has this")))
        .at(rules.about_rule(rule))
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::testing::told;

    #[test]
    fn the_options_are_named() {
        let dump = "# Generated by iptables-save v1.8.9\n*nat\n:POSTROUTING ACCEPT [0:0]\n\
            -A POSTROUTING -o eth0 -m mark --mark 0x1/0x3 -p tcp -m mark --mark 0x2/0x2 -j MASQUERADE\n\
            -A POSTROUTING -o eth0 -m conntrack --ctstate ESTABLISHED -j MASQUERADE\nCOMMIT\n";
        insta::assert_snapshot!(told(&LINT, dump), @"
        warning (proved): rule 1 of chain `POSTROUTING` never matches: no packet passes both `--mark 0x1/0x3` and `--mark 0x2/0x2`
          in nat POSTROUTING 1
          4:62 --mark 0x2/0x2 <- and this at once
          4:32 --mark 0x1/0x3 <- no packet has this
          help: drop one of these options, or delete the rule
        warning (proved): rule 2 of chain `POSTROUTING` never matches: no packet that comes from `POSTROUTING` in table `nat` passes `--ctstate ESTABLISHED`
          in nat POSTROUTING 2
          5:37 --ctstate ESTABLISHED <- no packet that comes here has this
          help: move it to a chain that such packets come to, or delete it
        ");
    }
}
