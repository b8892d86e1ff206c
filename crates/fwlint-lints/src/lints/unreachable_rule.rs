//! Rules that no packet comes to, because of other rules.

mod tables;

use std::cell::Cell;

use fwlint_analysis::{Blockers, Reach};
use fwlint_model::{ChainId, RuleId, nature};

use crate::{
    Facts, Finding, Group, Label, Lint, RulesetFacts, Severity, Sink,
    duplicates::Duplicates,
    fates::{Relation, relation},
    naming::who,
    text::{code, count},
    told::Told,
};

pub(super) static LINT: Lint = Lint {
    name: "unreachable-rule",
    group: Group::Correctness,
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("unreachable_rule.md"),
    check,
};

/// How many rules that keep packets away a finding shows, and how many that call the chain.
const SHOWN: usize = 3;

/// How many sets of packets are looked at, to find out for all findings which rules keep packets away.
const MAX_LOOKED_AT: u64 = 5_000_000;

fn check(facts: &Facts<'_>, sink: &mut Sink) {
    let left = Cell::new(MAX_LOOKED_AT);
    for rules in &facts.rulesets {
        let mut duplicates = Duplicates::new(rules);
        for chain in rules.ruleset.chains.ids() {
            let unmet: Vec<_> = rules.ruleset.rules_of(chain).filter(|&rule| is_unmet(rules, rule)).collect();
            if unmet.is_empty() || !facts.is_alive(rules, chain) {
                continue;
            }
            let told = Told::of(rules, chain, &mut duplicates);
            let expected = rules.idle_rules(chain);
            let severity = if expected.is_some() { Severity::Note } else { LINT.severity };
            let is_proved = !facts.has_lost_lines(rules, rules.ruleset.chains[chain].table);
            let own = unmet.into_iter().filter(|&rule| !told.has(rule) && !facts.is_wrong_line(rules, rule));
            for rule in own {
                sink.report(severity, || {
                    let finding = finding(rules, rule, &left);
                    if is_proved { finding } else { finding.likely() }
                });
            }
        }
        tables::check(facts, rules, &mut duplicates, &left, sink);
    }
}

fn is_unmet(rules: &RulesetFacts<'_>, rule: RuleId) -> bool {
    let reaching = rules.reaching();
    reaching.rules[rule] == Reach::None && reaching.engine.may_match(rule)
}

fn finding(rules: &RulesetFacts<'_>, rule: RuleId, left: &Cell<u64>) -> Finding {
    let mut budget = left.get();
    let is_alike = |other| relation(rules, rule, other) == Relation::Alike;
    let blockers = rules.reaching().engine.blockers(rule, is_alike, &mut budget);
    left.set(budget);
    let case = Case { rules, rule, chain: rules.ruleset.rules[rule].chain };
    let finding = match blockers {
        Some(blockers) if blockers.rules.is_empty() => case.sent_by_nobody(),
        Some(blockers) => case.taken_before(&blockers),
        None => case.unexplained(),
    };
    case.with_reason_of_owner(finding)
}

/// A rule that no packet comes to.
#[derive(Clone, Copy)]
struct Case<'r, 'd> {
    rules: &'r RulesetFacts<'d>,
    rule: RuleId,
    chain: ChainId,
}

impl Case<'_, '_> {
    /// With what is known of the program whose chain it is.
    fn with_reason_of_owner(self, finding: Finding) -> Finding {
        let finding = match (self.rules.idle_rules(self.chain), self.rules.owner(self.chain)) {
            (Some(reason), _) => finding.help(reason),
            (None, Some(owner)) => finding.help(format!("chains of this name are {}'s: look for the reason there", owner.generator.name)),
            (None, None) => finding,
        };
        finding.at(self.rules.about_rule(self.rule))
    }

    fn taken_before(self, blockers: &Blockers) -> Finding {
        let Self { rules, rule, .. } = self;
        let relations: Vec<_> = blockers.rules.iter().map(|&other| relation(rules, rule, other)).collect();
        let some = |relation| relations.contains(&relation);
        let (one, who) = (blockers.rules.len() == 1, who(rules, self.chain, &blockers.rules));
        let verb = |single: &str, several: &str| if one { single.to_owned() } else { several.to_owned() };
        let (what, help) = if some(Relation::Otherwise) {
            let decide = if relations.iter().all(|&relation| relation == Relation::Otherwise) {
                verb("decides otherwise on", "decide otherwise on")
            } else {
                verb("takes", "take")
            };
            (
                format!("is shadowed: {who} {decide} every packet that it would match"),
                "delete it, move it in front of them, or give them narrower conditions",
            )
        } else if relations.iter().all(|&relation| relation == Relation::Alike) {
            let does = verb("does", "do");
            (
                format!("is redundant: {who} {does} the same with every packet that it would match"),
                "delete it: nothing changes",
            )
        } else {
            let takes = verb("takes", "take");
            (
                format!("is never met: {who} {takes} every packet that it would match"),
                "delete it, move it in front of them, or give them narrower conditions",
            )
        };
        let help = if one { help.replace("them", "that rule") } else { help.to_owned() };
        let finding = Finding::new(&LINT, self.message(&what), Label::new(rules.span(rule), "no packet is left for it"));
        let finding = self.with_blockers(finding, &blockers.rules).help(help);
        if blockers.are_some { self.with_origin(finding, "all that comes to the chain comes from here") } else { finding }
    }

    /// None of those that come to the chain match, even without other rules.
    fn sent_by_nobody(self) -> Finding {
        let what = "is never met: no packet that comes to its chain matches it";
        let label = Label::new(self.rules.span(self.rule), "no packet fits this here");
        self.with_origin(Finding::new(&LINT, self.message(what), label), "sends no such packet")
            .help("change it, or delete it")
    }

    fn unexplained(self) -> Finding {
        let label = Label::new(self.rules.span(self.rule), "no packet is left for it");
        Finding::new(&LINT, self.message("is never met"), label)
            .help("the rules before it take all that it would match; which of them was too much to find out")
    }

    fn message(self, what: &str) -> String {
        let position = self.rules.ruleset.rules[self.rule].position;
        format!("rule {position} of chain {} {what}", code(self.rules.name(self.chain).0))
    }

    fn with_blockers(self, finding: Finding, blockers: &[RuleId]) -> Finding {
        let all = if blockers.len() == 1 { "takes them all" } else { "takes some of them" };
        let label = |(index, &rule): (usize, &RuleId)| {
            let more = blockers.len().saturating_sub(SHOWN);
            let text = if index + 1 == SHOWN && more > 0 {
                format!("{all}; the others are taken by {}", count(more, "more rule"))
            } else {
                all.to_owned()
            };
            Label::new(self.rules.span(rule), text)
        };
        blockers.iter().take(SHOWN).enumerate().map(label).fold(finding, Finding::related)
    }

    /// Shows what decides which packets come to the chain at all: what calls it, or what is written before.
    fn with_origin(self, finding: Finding, text: &str) -> Finding {
        let Self { rules, rule, chain } = self;
        let reads = nature(&rules.ruleset, rule).reads;
        let writers = rules.ruleset.rules_of(chain).take_while(|&other| other < rule).filter(|&other| {
            nature(&rules.ruleset, other).writes.overlaps(reads)
        });
        let finding = writers
            .take(SHOWN)
            .map(|other| Label::new(rules.span(other), "writes what it asks for"))
            .fold(finding, Finding::related);
        let calls: Vec<_> =
            rules.graph.calls_to(chain).filter(|call| rules.reaching().rules[call.rule] != Reach::None).collect();
        let more = calls.len().saturating_sub(SHOWN);
        let label = |(index, call): (usize, &fwlint_model::Call)| {
            let text = if index + 1 == SHOWN && more > 0 {
                format!("{text}; as with {}", count(more, "more call"))
            } else {
                text.to_owned()
            };
            Label::new(rules.span(call.rule), text)
        };
        calls.iter().take(SHOWN).enumerate().map(label).fold(finding, Finding::related)
    }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::testing::told;

    #[test]
    fn what_keeps_packets_away_is_told() {
        let dump = "*filter\n:INPUT DROP [0:0]\n:A - [0:0]\n\
            -A INPUT -s 192.0.2.0/24 -j ACCEPT\n-A INPUT -s 192.0.2.1/32 -j DROP\n-A INPUT -s 192.0.2.2/32 -j ACCEPT\n\
            -A INPUT -s 192.0.2.3/32 -j LOG\n-A INPUT -s 10.0.0.0/8 -i eth0 -j A\n-A INPUT -s 10.0.0.0/8 -i eth1 -j A\n\
            -A A -i eth0 -j DROP\n-A A -i eth1 -j ACCEPT\n-A A -p tcp -j ACCEPT\n-A A -s 172.16.0.0/12 -j ACCEPT\nCOMMIT\n";
        insta::assert_snapshot!(told(&LINT, dump), @"
        warning (proved): rule 2 of chain `INPUT` is shadowed: rule 1 decides otherwise on every packet that it would match
          in filter INPUT 2
          5:1 -A INPUT -s 192.0.2.1/32 -j DROP <- no packet is left for it
          4:1 -A INPUT -s 192.0.2.0/24 -j ACCEPT <- takes them all
          help: delete it, move it in front of that rule, or give that rule narrower conditions
        warning (proved): rule 3 of chain `INPUT` is redundant: rule 1 does the same with every packet that it would match
          in filter INPUT 3
          6:1 -A INPUT -s 192.0.2.2/32 -j ACCEPT <- no packet is left for it
          4:1 -A INPUT -s 192.0.2.0/24 -j ACCEPT <- takes them all
          help: delete it: nothing changes
        warning (proved): rule 4 of chain `INPUT` is never met: rule 1 takes every packet that it would match
          in filter INPUT 4
          7:1 -A INPUT -s 192.0.2.3/32 -j LOG <- no packet is left for it
          4:1 -A INPUT -s 192.0.2.0/24 -j ACCEPT <- takes them all
          help: delete it, move it in front of that rule, or give that rule narrower conditions
        warning (proved): rule 3 of chain `A` is shadowed: rules 1 and 2 together take every packet that it would match
          in filter A 3
          12:1 -A A -p tcp -j ACCEPT <- no packet is left for it
          10:1 -A A -i eth0 -j DROP <- takes some of them
          11:1 -A A -i eth1 -j ACCEPT <- takes some of them
          8:1 -A INPUT -s 10.0.0.0/8 -i eth0 -j A <- all that comes to the chain comes from here
          9:1 -A INPUT -s 10.0.0.0/8 -i eth1 -j A <- all that comes to the chain comes from here
          help: delete it, move it in front of them, or give them narrower conditions
        warning (proved): rule 4 of chain `A` is never met: no packet that comes to its chain matches it
          in filter A 4
          13:1 -A A -s 172.16.0.0/12 -j ACCEPT <- no packet fits this here
          8:1 -A INPUT -s 10.0.0.0/8 -i eth0 -j A <- sends no such packet
          9:1 -A INPUT -s 10.0.0.0/8 -i eth1 -j A <- sends no such packet
          help: change it, or delete it
        ");
    }

    #[test]
    fn a_chain_of_many_rules_is_shown_in_part() {
        let rules = (0..8).map(|net| format!("-A INPUT -s 192.0.2.{}/27 -j DROP\n", net * 32));
        let dump = format!(
            "*filter\n:INPUT DROP [0:0]\n{}-A INPUT -s 192.0.2.0/24 -p tcp -j ACCEPT\nCOMMIT\n",
            rules.collect::<String>()
        );
        insta::assert_snapshot!(told(&LINT, &dump), @"
        warning (proved): rule 9 of chain `INPUT` is shadowed: 8 rules together decide otherwise on every packet that it would match
          in filter INPUT 9
          11:1 -A INPUT -s 192.0.2.0/24 -p tcp -j ACCEPT <- no packet is left for it
          3:1 -A INPUT -s 192.0.2.0/27 -j DROP <- takes some of them
          4:1 -A INPUT -s 192.0.2.32/27 -j DROP <- takes some of them
          5:1 -A INPUT -s 192.0.2.64/27 -j DROP <- takes some of them; the others are taken by 5 more rules
          help: delete it, move it in front of them, or give them narrower conditions
        ");
    }

    #[test]
    fn what_is_written_before_is_told() {
        let dump = "*mangle\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -j MARK --set-xmark 0x1/0xffffffff\n\
            -A PREROUTING -m mark --mark 0x2 -j DROP\nCOMMIT\n";
        insta::assert_snapshot!(told(&LINT, dump), @"
        warning (proved): rule 2 of chain `PREROUTING` is never met: no packet that comes to its chain matches it
          in mangle PREROUTING 2
          4:1 -A PREROUTING -m mark --mark 0x2 -j DROP <- no packet fits this here
          3:1 -A PREROUTING -j MARK --set-xmark 0x1/0xffffffff <- writes what it asks for
          help: change it, or delete it
        ");
    }

    #[test]
    fn nothing_is_proved_where_lines_are_lost() {
        let dump = |line: &str| {
            format!(
                "*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp -j DROP\n{line}\n-A INPUT -p tcp --dport 22 -j ACCEPT\nCOMMIT\n*nat\n{line}\nCOMMIT\n"
            )
        };
        assert!(told(&LINT, &dump("#")).starts_with("warning (proved): rule 2"));
        assert!(told(&LINT, &dump("nonsense")).starts_with("warning (likely): rule 2"));
        assert!(told(&LINT, &dump("-A INPUT -p tcp --dprot 1")).starts_with("warning (likely): rule 3"));
        // The line that leads packets to the chain may be the one that is lost.
        let cut = "*filter\n:INPUT DROP [0:0]\n:A - [0:0]\n-A INPUT -p udp -j A\n-A A -p tcp -j ACCEPT\n-A INP";
        assert_eq!(told(&LINT, cut), "");
    }

    #[test]
    fn an_unknown_backend_is_either() {
        let rules = ":INPUT DROP [0:0]\n-A INPUT -p tcp -m tcp --dport 1 -j DROP\n-A INPUT -p tcp -m tcp ! --dport 1 -j DROP\n-A INPUT -p tcp -j ACCEPT\nCOMMIT\n";
        let dump = |header: &str| format!("{header}*filter\n{rules}");
        // What is too short for ports is dropped by legacy as soon as it looks.
        assert_eq!(told(&LINT, &dump("# Generated by iptables-save v1.8.9 (nf_tables)\n")), "");
        assert_ne!(told(&LINT, &dump("# Generated by iptables-save v1.8.9 (legacy)\n")), "");
        assert_eq!(told(&LINT, &dump("")), "");
    }
}
