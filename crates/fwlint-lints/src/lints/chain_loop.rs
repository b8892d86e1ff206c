//! Chains that call each other in a circle.

use std::cell::LazyCell;

use fwlint_model::{Call, LegacyWalk, Loop, syntax::{Backend, Backends}};

use crate::{
    Facts, Finding, Group, Label, Lint, RulesetFacts, Severity, Sink,
    facts::Subject,
    text::{code, count},
};

pub(super) static LINT: Lint = Lint {
    name: "chain-loop",
    group: Group::Load,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("chain_loop.md"),
    check,
};

/// How many of the calls of a loop a finding shows.
const SHOWN: usize = 12;

/// How many of its chains the message names.
const NAMED: usize = 6;

/// What the kernel makes of a loop.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Refused,
    /// Only dead rules lead round, or there: the legacy half takes it.
    RefusedByNft,
    /// Nothing leads there.
    Waits,
}

fn check(facts: &Facts<'_>, sink: &mut Sink) {
    for rules in &facts.rulesets {
        let walk = LazyCell::new(|| LegacyWalk::new(&rules.ruleset, &rules.graph, &rules.flow));
        for circle in rules.graph.loops() {
            // Nothing can call a built-in chain: `undefined-chain` has said so.
            if circle.round.iter().any(|call| rules.ruleset.chains[call.to].hook.is_some()) {
                continue;
            }
            let Some((&last, calls)) = circle.round.split_last() else { continue };
            let fate = if !circle.reachable {
                Fate::Waits
            } else if rules.ruleset.backend == Some(Backend::Nft) || walk.meets(circle) {
                Fate::Refused
            } else {
                Fate::RefusedByNft
            };
            let severity = if fate == Fate::Refused { Severity::Error } else { Severity::Warning };
            let by = match fate {
                Fate::Waits => Backends::NONE,
                Fate::Refused if walk.meets(circle) => Backends::BOTH,
                Fate::Refused | Fate::RefusedByNft => Backends::NFT,
            };
            sink.report(severity, || {
                finding(rules, circle, calls, last).help(help(circle, fate)).refused_by(by)
            });
        }
    }
}

fn finding(rules: &RulesetFacts<'_>, circle: &Loop, calls: &[Call], last: Call) -> Finding {
    let name = |chain| code(rules.name(chain).0);
    let verb = |call: &Call| if call.goto { "goes" } else { "jumps" };
    let message = if calls.is_empty() {
        format!("chain {} {} to itself", name(last.from), verb(&last))
    } else {
        format!("chains call each other in a loop: {}", path(rules, &circle.round))
    };
    let label = match calls.len().saturating_sub(SHOWN) {
        0 => format!("back to {}", name(last.to)),
        hidden => format!("back to {}, {} later", name(last.to), count(hidden, "call")),
    };
    let mut finding = Finding::new(&LINT, message, Label::new(rules.target_span(last.rule), label));
    for call in calls.iter().take(SHOWN) {
        let text = format!("{} {} to {}", name(call.from), verb(call), name(call.to));
        finding = finding.related(Label::new(rules.target_span(call.rule), text));
    }
    finding.at(subject(rules, circle, last))
}

fn path(rules: &RulesetFacts<'_>, round: &[Call]) -> String {
    let mut path = String::new();
    for call in round.iter().take(NAMED) {
        path.push_str(&code(rules.name(call.from).0));
        path.push_str(" → ");
    }
    if round.len() > NAMED {
        path.push_str("… → ");
    }
    path + &round.last().map(|call| code(rules.name(call.to).0)).unwrap_or_default()
}

fn help(circle: &Loop, fate: Fate) -> String {
    let fate = match fate {
        Fate::Refused => "the kernel refuses the table",
        Fate::RefusedByNft => {
            "`iptables-nft-restore` refuses the table; the legacy half of the kernel does not look behind a verdict \
             without conditions, and takes it"
        }
        Fate::Waits => "the kernel takes it as long as nothing leads there, and refuses the first rule that does",
    };
    let others = match circle.chains.len() - circle.round.len().min(circle.chains.len()) {
        0 => String::new(),
        others => format!("; {} more are in loops with these", count(others, "chain")),
    };
    format!("{fate}: delete one of these calls{others}")
}

/// Recognised by its chains, wherever it is entered.
fn subject(rules: &RulesetFacts<'_>, circle: &Loop, last: Call) -> Subject {
    let mut names: Vec<_> = circle.chains.iter().map(|&chain| rules.name(chain)).collect();
    names.sort_unstable();
    let table = rules.about_table(rules.ruleset.chains[last.from].table);
    let place = rules.about_rule(last.rule).place;
    Subject { place, ..names.iter().fold(table, |subject, name| subject.with(name.0)) }
}

#[cfg(test)]
mod tests {
    use super::{LINT, SHOWN};
    use crate::testing::told;

    #[test]
    fn the_whole_round_trip_is_shown() {
        let dump = "*filter\n:INPUT DROP [0:0]\n:A - [0:0]\n:B - [0:0]\n:C - [0:0]\n\
            -A INPUT -p tcp -j A\n-A A -j B\n-A B -g C\n-A C -s 192.0.2.1/32 -j A\nCOMMIT\n";
        insta::assert_snapshot!(told(&LINT, dump), @"
        error (proved): chains call each other in a loop: `A` → `B` → `C` → `A`
          in filter C 1
          9:25 A <- back to `A`
          7:9 B <- `A` jumps to `B`
          8:9 C <- `B` goes to `C`
          help: the kernel refuses the table: delete one of these calls
        ");
    }

    #[test]
    fn a_chain_that_nothing_leads_to_may_call_itself() {
        let dump = "*filter\n:INPUT DROP [0:0]\n:A - [0:0]\n-A A -p tcp -j A\nCOMMIT\n";
        insta::assert_snapshot!(told(&LINT, dump), @"
        warning (proved): chain `A` jumps to itself
          in filter A 1
          4:16 A <- back to `A`
          help: the kernel takes it as long as nothing leads there, and refuses the first rule that does: delete one of these calls
        ");
    }

    #[test]
    fn only_nft_refuses_a_loop_of_dead_calls() {
        let dump = |header| format!("{header}*filter\n:INPUT DROP [0:0]\n:A - [0:0]\n-A INPUT -j A\n-A A -j RETURN\n-A A -j A\nCOMMIT\n");
        let legacy = told(&LINT, &dump("# Generated by iptables-save v1.8.9 (legacy)\n"));
        assert!(legacy.starts_with("warning") && legacy.contains("`iptables-nft-restore` refuses the table"), "{legacy}");
        let nft = told(&LINT, &dump("# Generated by iptables-save v1.8.9 (nf_tables)\n"));
        assert!(nft.starts_with("error") && nft.contains("the kernel refuses the table"), "{nft}");
    }

    #[test]
    fn a_long_way_round_is_cut() {
        let chains = (0..100).map(|chain| format!(":C{chain} - [0:0]\n")).collect::<Vec<_>>().concat();
        let call = |chain| format!("-A C{chain} -j C{}\n", (chain + 1) % 100);
        let rules = (0..100).map(call).collect::<Vec<_>>().concat();
        let told =
            told(&LINT, &format!("*filter\n:INPUT DROP [0:0]\n{chains}-A INPUT -j C0\n{rules}COMMIT\n"));
        assert_eq!(told.matches(" jumps to ").count(), SHOWN);
        assert!(told.contains("back to `C0`, 87 calls later"), "{told}");
    }
}
