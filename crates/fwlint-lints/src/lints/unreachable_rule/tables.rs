//! Rules that packets would come to, but that the tables before let none come to.

use std::cell::Cell;

use fwlint_analysis::{Blockers, Reach};
use fwlint_model::{ChainId, RuleId, TableId, Target};

use super::{Case, LINT, SHOWN};
use crate::{
    Facts, Finding, Label, RulesetFacts, Severity, Sink,
    duplicates::Duplicates,
    fates::{Relation, relation},
    text::{code, count, list},
    told::Told,
};

pub(super) fn check(
    facts: &Facts<'_>,
    rules: &RulesetFacts<'_>,
    duplicates: &mut Duplicates<'_, '_>,
    left: &Cell<u64>,
    sink: &mut Sink,
) {
    let (ruleset, reaching) = (&rules.ruleset, rules.reaching());
    if reaching.cut_off.is_empty() || ruleset.tables.ids().any(|table| rules.is_cut(table)) {
        return;
    }
    let is_proved = !ruleset.tables.ids().any(|table| facts.has_lost_lines(rules, table));
    let of_chains = reaching.cut_off.chunk_by(|&one, &two| ruleset.rules[one].chain == ruleset.rules[two].chain);
    for own in of_chains {
        let Some(&first) = own.first() else { continue };
        let chain = ruleset.rules[first].chain;
        if is_told_with_others(rules, chain) {
            continue;
        }
        let told = Told::of(rules, chain, duplicates);
        let severity = if rules.idle_rules(chain).is_some() { Severity::Note } else { LINT.severity };
        let is_closed = reaching.is_closed(chain);
        let own = own.iter().filter(|&&rule| !told.has(rule) && !facts.is_wrong_line(rules, rule));
        for &rule in own.take(if is_closed { 1 } else { usize::MAX }) {
            sink.report(severity, || {
                let finding = finding(rules, rule, is_closed, left);
                if is_proved { finding } else { finding.likely() }
            });
        }
    }
}

/// Whether all that calls a chain is told of already.
fn is_told_with_others(rules: &RulesetFacts<'_>, chain: ChainId) -> bool {
    let reaching = rules.reaching();
    let is_told = |rule: RuleId| {
        reaching.rules[rule] == Reach::None
            || reaching.is_cut_off(rule)
            || rules.graph.hooks(rules.ruleset.rules[rule].chain).is_empty()
    };
    rules.ruleset.chains[chain].hook.is_none() && rules.graph.calls_to(chain).all(|call| is_told(call.rule))
}

fn finding(rules: &RulesetFacts<'_>, rule: RuleId, is_closed: bool, left: &Cell<u64>) -> Finding {
    let mut earlier = rules.reaching().engine.earlier_tables(left.get());
    let case = Case { rules, rule, chain: rules.ruleset.rules[rule].chain };
    let blockers = if is_closed {
        earlier.blockers_of_chain(case.chain)
    } else {
        earlier.blockers(rule, |other| relation(rules, rule, other) == Relation::Alike)
    };
    left.set(earlier.left());
    let finding = match blockers {
        Some(blockers) if is_closed => case.chain_is_closed(&blockers),
        Some(blockers) => case.is_cut_off(&blockers),
        None => case.is_cut_off_somehow(),
    };
    case.with_reason_of_owner(finding)
}

impl Case<'_, '_> {
    fn is_cut_off(self, blockers: &Blockers) -> Finding {
        let takes = self.takers(blockers);
        let relations = || {
            let by_rules = blockers.rules.iter().map(|&other| relation(self.rules, self.rule, other));
            by_rules.chain(blockers.policies.iter().map(|_| self.relation_to_drop()))
        };
        let verb = |single: &str, several: &str| if takes.is_one { single.to_owned() } else { several.to_owned() };
        let who = &takes.who;
        let (what, help) = if relations().all(|relation| relation == Relation::Otherwise) {
            let decide = verb("decides otherwise on", "decide otherwise on");
            (format!("is shadowed: {who} {decide} every packet that it would match"), "delete it, or let such packets through before")
        } else if relations().all(|relation| relation == Relation::Alike) {
            let does = verb("does", "do");
            (format!("is redundant: {who} {does} the same with every packet that it would match"), "delete it: nothing changes")
        } else {
            let takes = verb("takes", "take");
            (format!("is never met: {who} {takes} every packet that it would match"), "delete it, or let such packets through before")
        };
        let label = Label::new(self.rules.span(self.rule), "no packet is left for it");
        self.with_takers(Finding::new(&LINT, self.message(&what), label), blockers).help(help)
    }

    fn chain_is_closed(self, blockers: &Blockers) -> Finding {
        let Self { rules, rule, chain } = self;
        let takers = self.takers(blockers);
        let verb = if takers.is_one { "drops" } else { "drop" };
        let message = format!(
            "no packet comes to the rules of chain {} of {}: {} {verb} them all",
            code(rules.name(chain).0),
            rules.table_text(rules.ruleset.chains[chain].table),
            takers.who,
        );
        let finding = Finding::new(&LINT, message, Label::new(rules.span(rule), "nor to those behind it"));
        self.with_takers(finding, blockers).help("delete them, or let packets through before")
    }

    fn is_cut_off_somehow(self) -> Finding {
        let label = Label::new(self.rules.span(self.rule), "no packet is left for it");
        Finding::new(&LINT, self.message("is never met: tables before its own take every packet that it would match"), label)
            .help("which of their rules see to it was too much to find out")
    }

    /// How what the rule would decide stands to a policy that drops.
    fn relation_to_drop(self) -> Relation {
        match self.rules.ruleset.rules[self.rule].target {
            Target::Drop => Relation::Alike,
            Target::Accept | Target::Queue => Relation::Otherwise,
            _ => Relation::Open,
        }
    }

    fn takers(self, blockers: &Blockers) -> Takers {
        let ruleset = &self.rules.ruleset;
        let name = |chain| code(self.rules.name(chain).0);
        let in_table = |chain: ChainId| self.rules.table_text(ruleset.chains[chain].table);
        let one = |who| Takers { who, is_one: true };
        match (&*blockers.rules, &*blockers.policies) {
            (&[rule], []) => {
                let content = &ruleset.rules[rule];
                one(format!("rule {} of {} in {}", content.position, name(content.chain), in_table(content.chain)))
            }
            ([], &[root]) => one(format!("the policy of {} in {}", name(root), in_table(root))),
            (rules, policies) => {
                let chains = rules.iter().map(|&rule| ruleset.rules[rule].chain).chain(policies.iter().copied());
                let mut tables: Vec<TableId> = chains.map(|chain| ruleset.chains[chain].table).collect();
                tables.sort_unstable();
                tables.dedup();
                if let [only] = *tables {
                    return one(self.rules.table_text(only));
                }
                let names = tables.iter().map(|&table| code(ruleset.tables[table].name.0));
                Takers { who: format!("tables {} together", list(names)), is_one: false }
            }
        }
    }

    fn with_takers(self, finding: Finding, blockers: &Blockers) -> Finding {
        let rules = self.rules;
        let are_one = blockers.rules.len() + blockers.policies.len() == 1;
        let all = if are_one { "takes them all" } else { "takes some of them" };
        let more = blockers.rules.len().saturating_sub(SHOWN);
        let label = |(index, &rule): (usize, &RuleId)| {
            let text = if index + 1 == SHOWN && more > 0 {
                format!("{all}; as do {}", count(more, "more rule"))
            } else {
                all.to_owned()
            };
            Label::new(rules.span(rule), text)
        };
        let finding = blockers.rules.iter().take(SHOWN).enumerate().map(label).fold(finding, Finding::related);
        let policy = |&root: &ChainId| {
            let text = if are_one { "its policy drops them all" } else { "its policy drops the others" };
            Label::new(rules.name_span(root), text)
        };
        blockers.policies.iter().take(SHOWN).map(policy).fold(finding, Finding::related)
    }
}

/// What takes all packets, in words.
struct Takers {
    who: String,
    is_one: bool,
}

#[cfg(test)]
mod tests {
    use super::super::LINT;
    use crate::testing::told;

    const RAW: &str = "*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -s 192.0.2.0/24 -j DROP\n-A PREROUTING -s 198.51.100.0/25 -j DROP\nCOMMIT\n\
        *mangle\n:INPUT ACCEPT [0:0]\n:FORWARD DROP [0:0]\n-A INPUT -s 198.51.100.128/25 -j DROP\nCOMMIT\n";

    #[test]
    fn tables_before_are_named() {
        let dump = format!(
            "{RAW}*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:A - [0:0]\n-A INPUT -s 192.0.2.1/32 -j ACCEPT\n\
            -A INPUT -s 192.0.2.1/32 -p tcp -j LOG\n-A INPUT -s 198.51.100.0/24 -j DROP\n-A FORWARD -p tcp -j A\n\
            -A FORWARD -j ACCEPT\n-A A -p tcp -j DROP\nCOMMIT\n"
        );
        insta::assert_snapshot!(told(&LINT, &dump), @"
        warning (proved): rule 1 of chain `INPUT` is shadowed: rule 1 of `PREROUTING` in table `raw` decides otherwise on every packet that it would match
          in filter INPUT 1
          15:1 -A INPUT -s 192.0.2.1/32 -j ACCEPT <- no packet is left for it
          3:1 -A PREROUTING -s 192.0.2.0/24 -j DROP <- takes them all
          help: delete it, or let such packets through before
        warning (proved): rule 2 of chain `INPUT` is never met: rule 1 takes every packet that it would match
          in filter INPUT 2
          16:1 -A INPUT -s 192.0.2.1/32 -p tcp -j LOG <- no packet is left for it
          15:1 -A INPUT -s 192.0.2.1/32 -j ACCEPT <- takes them all
          help: delete it, move it in front of that rule, or give that rule narrower conditions
        warning (proved): rule 3 of chain `INPUT` is redundant: tables `raw` and `mangle` together do the same with every packet that it would match
          in filter INPUT 3
          17:1 -A INPUT -s 198.51.100.0/24 -j DROP <- no packet is left for it
          4:1 -A PREROUTING -s 198.51.100.0/25 -j DROP <- takes some of them
          9:1 -A INPUT -s 198.51.100.128/25 -j DROP <- takes some of them
          help: delete it: nothing changes
        warning (proved): no packet comes to the rules of chain `FORWARD` of table `filter`: the policy of `FORWARD` in table `mangle` drops them all
          in filter FORWARD 1
          18:1 -A FORWARD -p tcp -j A <- nor to those behind it
          8:2 FORWARD <- its policy drops them all
          help: delete them, or let packets through before
        ");
    }

    #[test]
    fn nothing_is_proved_where_lines_of_another_table_are_lost() {
        let filter = "*filter\n:INPUT DROP [0:0]\n-A INPUT -s 192.0.2.1/32 -j ACCEPT\nCOMMIT\n";
        assert!(told(&LINT, &format!("{RAW}{filter}")).starts_with("warning (proved): rule 1"));
        let lost = format!("{}{filter}", RAW.replacen("ACCEPT [0:0]\n", "ACCEPT [0:0]\nnonsense\n", 1));
        assert!(told(&LINT, &lost).starts_with("warning (likely): rule 1"));
        // What this host sends does not come from there.
        let output = filter.replace("INPUT", "OUTPUT");
        assert_eq!(told(&LINT, &format!("{RAW}{output}")), "");
    }
}
