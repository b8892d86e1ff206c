//! Chains that are not there: called, appended to, or used before they are declared.

mod calls;
mod declarations;

use fwlint_model::TableId;

use crate::{Facts, Group, Lint, RulesetFacts, Severity, Sink, text::code};

pub(super) static LINT: Lint = Lint {
    name: "undefined-chain",
    group: Group::Load,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("undefined_chain.md"),
    check,
};

/// How many more places a finding shows that stands for several.
const SHOWN: usize = 3;

fn check(facts: &Facts<'_>, sink: &mut Sink) {
    for rules in &facts.rulesets {
        calls::check(rules, sink);
        declarations::check(rules, sink);
    }
}

/// Of what the table may be only a part, if that is so: then chains that it lacks may be there all the same.
fn part(rules: &RulesetFacts<'_>, table: TableId) -> Option<&'static str> {
    let chains = rules.ruleset.chains_of(table).map(|chain| &rules.ruleset.chains[chain]);
    let declared: Vec<_> = chains.filter(|chain| chain.declared.is_some()).take(2).collect();
    if rules.is_listing(table) && declared.len() == 1 {
        Some("the listing is of one chain; `iptables -S` without a name lists them all")
    } else if declared.first().is_some_and(|first| first.hook.is_none()) {
        // No save program leaves out the built-in chains, which come first.
        Some("if the file is meant for `--noflush`, the chain has to be there before")
    } else {
        None
    }
}

/// The line that declares a chain.
fn declaration(name: &[u8]) -> String {
    code(&[b":", name, b" - [0:0]"].concat())
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::testing::told;

    #[test]
    fn a_similar_chain_and_one_of_another_table_are_told() {
        let dump = "*nat\n:POSTROUTING ACCEPT [0:0]\n:MASQ - [0:0]\n-A POSTROUTING -j MASQ\nCOMMIT\n\
            *filter\n:INPUT DROP [0:0]\n:SSH-IN - [0:0]\n-A INPUT -j SSH_IN\n-A INPUT -j MASQ\n-A INPUT -j NOWHERE\n-A INPUT -p tcp -j NOWHERE\n\
            -A INPUT -g ACCEPT\n-A INPUT -j INPUT\nCOMMIT\n";
        insta::assert_snapshot!(told(&LINT, dump), @"
        error (proved): `SSH_IN` is neither a chain of table `filter` nor a target
          in filter INPUT 1
          9:13 SSH_IN <- not known
          help: perhaps `SSH-IN` is meant
        error (proved): `MASQ` is neither a chain of table `filter` nor a target
          in filter INPUT 2
          10:13 MASQ <- not known
          3:2 MASQ <- `MASQ` of table `nat`
          help: a rule can call chains of its own table only
        error (likely): `NOWHERE` is neither a chain of table `filter` nor a target
          in filter INPUT 3
          11:13 NOWHERE <- not known
          12:20 NOWHERE <- here as well
          help: if the dump is whole, the chain is missing: declare it with `:NOWHERE - [0:0]`, and give it rules
        error (proved): `ACCEPT` is a target, and goto takes only chains
          in filter INPUT 5
          13:13 ACCEPT <- not a chain
          help: write `-j ACCEPT`
        error (proved): `INPUT` is a built-in chain, which no rule can call
          in filter INPUT 6
          14:13 INPUT <- cannot be called
          help: put what the chains are to share into a chain of its own, and call that one from both
        ");
    }

    #[test]
    fn chains_are_declared_before_they_are_used() {
        let dump = "*filter\n:INPUT DROP [0:0]\n-A INPUT -p tcp -j LATE\n:LATE - [0:0]\n-A LATE -j ACCEPT\n-A NEVER -j DROP\nCOMMIT\n";
        insta::assert_snapshot!(told(&LINT, dump), @"
        error (proved): chain `LATE` is used before it is declared
          in filter LATE
          3:20 LATE <- not known yet
          4:2 LATE <- declared here
          help: declare all chains of a table in front of its rules
        error (proved): chain `NEVER` is not declared
          in filter NEVER
          6:4 NEVER <- not known
          help: add `:NEVER - [0:0]` in front of the table's rules
        ");
    }

    #[test]
    fn a_table_without_chain_lines_is_one_finding() {
        let dump =
            "*filter\n-A INPUT -p tcp -j A\n-A INPUT -p udp -j B\n-A A -j ACCEPT\n-A B -j DROP\nCOMMIT\n";
        insta::assert_snapshot!(told(&LINT, dump), @"
        error (proved): table `filter` declares none of its 2 chains
          in filter
          1:1 *filter <- no line behind this one declares a chain
          2:20 A <- `A` is used here
          3:20 B <- `B` is used here
          help: a dump that was filtered has lost these lines, and no restore program loads it
        ");
    }

    #[test]
    fn what_is_only_a_part_may_lack_chains() {
        let addition = "*filter\n:A - [0:0]\n-A A -j B\n-A C -j DROP\nCOMMIT\n";
        insta::assert_snapshot!(told(&LINT, addition), @"
        note (likely): `B` is neither a chain of table `filter` nor a target
          in filter A 1
          3:9 B <- not known
          help: if the file is meant for `--noflush`, the chain has to be there before
        note (likely): chain `C` is not declared
          in filter C
          4:4 C <- not known
          help: if the file is meant for `--noflush`, the chain has to be there before
        ");
        let listing = "-P INPUT DROP\n-A INPUT -j A\n";
        insta::assert_snapshot!(told(&LINT, listing), @"
        note (likely): `A` is neither a chain of table `filter` nor a target
          in filter INPUT 1
          2:13 A <- not known
          help: the listing is of one chain; `iptables -S` without a name lists them all
        ");
        assert!(told(&LINT, &format!("-P OUTPUT ACCEPT\n{listing}")).starts_with("error"));
    }
}
