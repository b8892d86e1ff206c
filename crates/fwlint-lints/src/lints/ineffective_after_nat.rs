//! Rules for a destination that no new connection has any more, because table `nat` has translated it.

use fwlint_analysis::{Engine, Limits, Reach};
use fwlint_model::{
    Hook, RuleId, Target,
    syntax::{Backend, Value, extensions::core},
};

use crate::{
    Facts, Finding, Group, Label, Lint, RulesetFacts, Severity, Sink,
    text::{code, count},
};

pub(super) static LINT: Lint = Lint {
    name: "ineffective-after-nat",
    group: Group::Correctness,
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("ineffective_after_nat.md"),
    check,
};

/// How many sets of packets are looked at for all rules of a dump.
const MAX_LOOKED_AT: u64 = 20_000_000;

/// How many rules that translate a finding shows.
const SHOWN: usize = 3;

fn check(facts: &Facts<'_>, sink: &mut Sink) {
    for rules in &facts.rulesets {
        let tables = || rules.ruleset.tables.ids();
        let candidates: Vec<_> = candidates(facts, rules).collect();
        if candidates.is_empty() || tables().any(|table| rules.is_cut(table)) {
            continue;
        }
        let is_proved = !tables().any(|table| facts.has_lost_lines(rules, table));
        let mut found = ineffective(rules, &rules.reaching().engine, rules.ruleset.backend, candidates);
        if rules.ruleset.backend.is_none() && !found.is_empty() {
            let world = rules.world(Some(Backend::Nft));
            let engine = Engine::new(&world, &rules.graph, Limits::default());
            let on_both = ineffective(rules, &engine, Some(Backend::Nft), found.iter().map(|own| own.0).collect());
            found.retain(|own| on_both.iter().any(|both| both.0 == own.0));
        }
        for (rule, translating) in found {
            sink.report(LINT.severity, || {
                let finding = finding(rules, rule, &translating);
                if is_proved { finding } else { finding.likely() }
            });
        }
    }
}

/// The rules that decide on a destination, which new connections come to as far as other rules go.
fn candidates(facts: &Facts<'_>, rules: &RulesetFacts<'_>) -> impl Iterator<Item = RuleId> {
    let ruleset = &rules.ruleset;
    let has_nat = ruleset.family.is_ip() && ruleset.tables.iter().any(|(_, table)| table.name.0 == b"nat");
    let own = move |&rule: &RuleId| {
        let content = &ruleset.rules[rule];
        let decides = match content.target {
            Target::Accept | Target::Drop => true,
            Target::Extension(id) => id.extension().name == "REJECT",
            _ => false,
        };
        let comes_in = |hook| matches!(hook, Hook::Input | Hook::Forward | Hook::Output);
        let is_there = || {
            let mut hooks = rules.graph.hooks(content.chain).iter();
            hooks.all(comes_in) && rules.reaching().rules[rule] == Reach::Some && !rules.reaching().is_cut_off(rule)
        };
        // Who writes a chain by program knows what other tables do.
        decides
            && tests_destination(rules, rule)
            && is_there()
            && rules.owner(content.chain).is_none()
            && !facts.is_wrong_line(rules, rule)
    };
    ruleset.rules.ids().filter(move |_| has_nat).filter(own)
}

fn tests_destination(rules: &RulesetFacts<'_>, rule: RuleId) -> bool {
    let dump = rules.ruleset.dump;
    dump.args_of(rules.ruleset.line(rule)).iter().filter(|arg| !arg.negated()).any(|arg| {
        let is_port = || {
            let name = arg.spec().map(|spec| spec.name);
            matches!(name, Some("dport" | "dports" | "destination-port" | "destination-ports"))
        };
        (arg.id() == core::DESTINATION && matches!(arg.value(dump.source), Value::Nets(_))) || is_port()
    })
}

/// Of some rules those that no new connection comes to; each with the rules of `nat` that see to it, if they are known.
fn ineffective(
    rules: &RulesetFacts<'_>,
    engine: &Engine,
    backend: Option<Backend>,
    candidates: Vec<RuleId>,
) -> Vec<(RuleId, Vec<RuleId>)> {
    let ruleset = &rules.ruleset;
    let Some(mut new) = engine.new_connections(&rules.world(backend), &rules.graph, MAX_LOOKED_AT) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for rule in candidates {
        if new.reach_untranslated(rule) != Reach::Some || new.reach(rule) != Reach::None {
            continue;
        }
        let blockers = new.blockers(rule).map(|blockers| blockers.rules).unwrap_or_default();
        let is_nat = |rule: &RuleId| ruleset.table_name(ruleset.rules[*rule].chain).0 == b"nat";
        found.push((rule, blockers.into_iter().filter(is_nat).collect()));
    }
    found
}

fn finding(rules: &RulesetFacts<'_>, rule: RuleId, translating: &[RuleId]) -> Finding {
    let content = &rules.ruleset.rules[rule];
    let message = format!(
        "rule {} of chain {} is ineffective for new connections: table `nat` has translated their destination before",
        content.position,
        code(rules.name(content.chain).0),
    );
    let more = translating.len().saturating_sub(SHOWN);
    let label = |(index, &rule): (usize, &RuleId)| {
        let text = if index + 1 == SHOWN && more > 0 {
            format!("translates what it is for; so do {}", count(more, "more rule"))
        } else {
            "translates what it is for".to_owned()
        };
        Label::new(rules.span(rule), text)
    };
    let own = Label::new(rules.span(rule), "no new connection has this destination here");
    let finding = translating.iter().take(SHOWN).enumerate().map(label).fold(Finding::new(&LINT, message, own), Finding::related);
    finding
        .help("write the address and port that they are translated to, or match `--ctorigdst` and `--ctorigdstport`")
        .at(rules.about_rule(rule))
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::testing::told;

    #[test]
    fn what_translates_is_shown() {
        let dump = "*nat\n:PREROUTING ACCEPT [0:0]\n\
            -A PREROUTING -d 203.0.113.5/32 -p tcp -m tcp --dport 443 -j DNAT --to-destination 10.0.0.5:8443\nCOMMIT\n\
            *filter\n:FORWARD DROP [0:0]\n-A FORWARD -d 203.0.113.5/32 -p tcp -m tcp --dport 443 -j ACCEPT\nCOMMIT\n";
        insta::assert_snapshot!(told(&LINT, dump), @"
        warning (proved): rule 1 of chain `FORWARD` is ineffective for new connections: table `nat` has translated their destination before
          in filter FORWARD 1
          7:1 -A FORWARD -d 203.0.113.5/32 -p tcp -m tcp --dport 443 -j ACCEPT <- no new connection has this destination here
          3:1 -A PREROUTING -d 203.0.113.5/32 -p tcp -m tcp --dport 443 -j DNAT --to-destination 10.0.0.5:8443 <- translates what it is for
          help: write the address and port that they are translated to, or match `--ctorigdst` and `--ctorigdstport`
        ");
        // Established connections and what is translated to it come there.
        let other = dump.replace("10.0.0.5:8443", "203.0.113.5");
        assert_eq!(told(&LINT, &other), "");
        let old = dump.replace("-j ACCEPT", "-m conntrack --ctstate ESTABLISHED -j ACCEPT");
        assert_eq!(told(&LINT, &old), "");
    }
}
