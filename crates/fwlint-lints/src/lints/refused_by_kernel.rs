//! Rules, chains and lines that can be read and are refused all the same.

mod chains;
mod commands;
mod lines;
mod places;
mod rules;

use std::cell::LazyCell;

use fwlint_model::{
    HookSet, LegacyWalk, RuleId,
    syntax::{Backend, Backends},
};

use crate::{Facts, Finding, Group, Lint, RulesetFacts, Severity, Sink, text};

pub(super) static LINT: Lint = Lint {
    name: "refused-by-kernel",
    group: Group::Load,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("refused_by_kernel.md"),
    check,
};

fn check(facts: &Facts<'_>, sink: &mut Sink) {
    for rules in &facts.rulesets {
        chains::check(rules, sink);
        commands::check(rules, sink);
        let walk = LazyCell::new(|| LegacyWalk::new(&rules.ruleset, &rules.graph, &rules.flow));
        let legacy_hooks = |rule| walk.hooks(&rules.ruleset, rule);
        for rule in rules.ruleset.rules.ids() {
            check_rule(rules, &legacy_hooks, rule, sink);
        }
    }
    lines::check(facts.dump, sink);
}

fn check_rule(
    rules: &RulesetFacts<'_>,
    legacy_hooks: &dyn Fn(RuleId) -> HookSet,
    rule: RuleId,
    sink: &mut Sink,
) {
    if !rules.ruleset.line(rule).broken {
        places::check(rules, legacy_hooks, rule, sink);
        rules::check(rules, rule, rules.ruleset.rules[rule].target, sink);
    }
}

/// Whether it is told of the rule that it is refused.
pub(super) fn is_told_of(rules: &RulesetFacts<'_>, rule: RuleId) -> bool {
    let mut sink = Sink::new();
    let hooks = |rule: RuleId| rules.graph.hooks(rules.ruleset.rules[rule].chain);
    check_rule(rules, &hooks, rule, &mut sink);
    sink.has_findings()
}

/// What the programs and the kernel say when they refuse something.
#[derive(Clone, Copy)]
struct Words {
    legacy: &'static str,
    nft: &'static str,
}

impl Words {
    /// Of the kernel, when it is handed the rule.
    const KERNEL: Self = Self {
        legacy: "`line … failed`, where the line is that of `COMMIT`",
        nft: "`RULE_APPEND failed (Invalid argument)`",
    };

    /// Who says what, and what to do.
    fn help(self, by: Backends, advice: &str) -> String {
        let Self { legacy, nft } = self;
        let said = match (by.has(Backend::Legacy), by.has(Backend::Nft)) {
            (true, true) if legacy == nft => format!("both backends say {legacy}"),
            (true, true) => format!("legacy says {legacy}, and nft {nft}"),
            (true, false) => format!("legacy says {legacy}"),
            _ => format!("nft says {nft}"),
        };
        format!("{advice}; {said}")
    }
}

/// Who refuses it, to stand at the beginning of a message.
fn who(by: Backends) -> &'static str {
    match (by.has(Backend::Legacy), by.has(Backend::Nft)) {
        (true, false) => "legacy refuses",
        (false, true) => "nft refuses",
        _ => "the kernel refuses",
    }
}

/// What the dump's own backend refuses is an error, what the other one refuses is worth a note.
fn severity(rules: &RulesetFacts<'_>, by: Backends) -> Severity {
    match rules.ruleset.backend {
        _ if by == Backends::BOTH => Severity::Error,
        Some(own) if by.has(own) => Severity::Error,
        Some(_) => Severity::Note,
        None => Severity::Warning,
    }
}

fn report(
    rules: &RulesetFacts<'_>,
    rule: RuleId,
    by: Backends,
    sink: &mut Sink,
    finding: impl FnOnce() -> Finding,
) {
    sink.report(severity(rules, by), || finding().refused_by(by).at(rules.about_rule(rule)));
}

/// Names with commas between, and `and` before the last.
fn list<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    text::list(names.into_iter().map(|name| format!("`{name}`")))
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::testing::told;

    #[test]
    fn places_are_judged_as_each_backend_does() {
        let dump = "*mangle\n:PREROUTING ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:MSS - [0:0]\n:PROXY - [0:0]\n:DEAD - [0:0]\n\
            -A PREROUTING -p tcp -j MSS\n-A FORWARD -j MSS\n-A FORWARD -j PROXY\n-A FORWARD -j ACCEPT\n-A FORWARD -j DEAD\n\
            -A MSS -p tcp --syn -j TCPMSS --clamp-mss-to-pmtu\n-A PROXY -p tcp -j TPROXY --on-port 1\n\
            -A DEAD -m owner --uid-owner 0 -j MARK --set-mark 1\n-A DEAD -j REJECT\nCOMMIT\n";
        insta::assert_snapshot!(told(&LINT, dump), @"
        warning (proved): legacy refuses `TCPMSS` with `--clamp-mss-to-pmtu` in a chain where `PREROUTING` leads
          in mangle MSS 1
          12:24 TCPMSS <- only where `FORWARD`, `OUTPUT` and `POSTROUTING` lead
          7:25 MSS <- called from `PREROUTING`
          help: call a chain of its own from there; legacy says `line … failed`, where the line is that of `COMMIT`
        error (proved): the kernel refuses `TPROXY` in a chain where `FORWARD` leads
          in mangle PROXY 1
          13:20 TPROXY <- only where `PREROUTING` leads
          9:15 PROXY <- called from `FORWARD`
          help: call a chain of its own from there; legacy says `line … failed`, where the line is that of `COMMIT`, and nft `RULE_APPEND failed (Invalid argument)`
        warning (proved): nft refuses `owner` in a chain where `FORWARD` leads
          in mangle DEAD 1
          14:12 owner <- only where `OUTPUT` and `POSTROUTING` lead
          11:15 DEAD <- called from `FORWARD`
          help: call a chain of its own from there; nft says `RULE_APPEND failed (Invalid argument)`
        error (proved): the kernel refuses `REJECT` in table `mangle`
          in mangle DEAD 2
          15:12 REJECT <- only in `filter`
          help: move the rule to that table; legacy says `line … failed`, where the line is that of `COMMIT`, and nft `RULE_APPEND failed (Invalid argument)`
        ");
        let nft =
            format!("# Generated by iptables-save v1.8.9 (nf_tables) on Mon Mar  2 10:00:00 2026\n{dump}");
        let severities = |dump: &str| {
            let told = told(&LINT, dump);
            let heads = told.lines().filter(|line| !line.starts_with(' '));
            heads.map(|line| line.split(' ').next().unwrap_or_default().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(severities(dump), ["warning", "error", "warning", "error"]);
        assert_eq!(severities(&nft), ["note", "error", "error", "error"]);
    }

    #[test]
    fn what_is_refused_wherever_it_stands() {
        let dump = "*nat\n:PREROUTING ACCEPT [0:0]\n:QUEUE - [0:0]\n:X - [0:0]\n-P PREROUTING DROP\n-P X ACCEPT\n\
            -A PREROUTING -m limit --limit 1/day -j X\n-A X ! -p icmp -m icmp --icmp-type 8 -j ACCEPT\n\
            -A X ! -p tcp -m tcp --dport 22 -j ACCEPT\n-A X -j DROP\nCOMMIT\n";
        insta::assert_snapshot!(told(&LINT, dump), @r#"
        error (proved): iptables refuses a chain named `QUEUE`
          in nat
          3:2 QUEUE <- a verdict has this name
          help: choose another name; legacy says `error creating chain …: File exists`, and nft `chain name may not clash with target name`
        error (proved): iptables refuses `DROP` in table `nat`
          in nat
          5:15 DROP
          help: drop packets in `raw`, `mangle` or `filter`; both backends say `The "nat" table is not intended for filtering, the use of DROP is therefore inhibited.`
        error (proved): iptables refuses a policy for user chain `X`
          in nat
          6:6 ACCEPT <- only built-in chains have one
          help: end the chain with a rule that decides; legacy says that the line failed, and nft `Bad built-in chain name`
        warning (proved): legacy refuses this burst at this rate, whose product exceeds 32 bits
          in nat PREROUTING 1
          7:18 limit
          help: nft takes the rule; legacy says `line … failed`, where the line is that of `COMMIT`
        error (proved): the kernel refuses match `icmp` beside `! -p icmp`
          in nat X 1
          8:19 icmp <- needs the protocol
          8:6 ! -p icmp <- which is excluded here
          help: leave out the match, or the `!`; legacy says `line … failed`, where the line is that of `COMMIT`, and nft `RULE_APPEND failed (Invalid argument)`
        error (proved): iptables refuses `DROP` in table `nat`
          in nat X 3
          10:9 DROP
          help: drop packets in `raw`, `mangle` or `filter`; both backends say `The "nat" table is not intended for filtering, the use of DROP is therefore inhibited.`
        "#);
    }

    #[test]
    fn commands_fail_on_what_is_not_there_or_in_use() {
        let dump = "*filter\n:INPUT ACCEPT [0:0]\n:USED - [0:0]\n:FULL - [0:0]\n:FREE - [0:0]\n-N OUTPUT\n-A INPUT -j USED\n\
            -A FULL -j ACCEPT\n-I INPUT 3 -j LOG\n-I INPUT 2 -j LOG\n-D INPUT 3\n-R FORWARD 1 -j LOG\n-D INPUT -p tcp -j LOG\n\
            -X USED\n-X FULL\n-X FREE\n-X FREE\n-F GONE\n-E FULL INPUT\nCOMMIT\n";
        insta::assert_snapshot!(told(&LINT, dump), @"
        error (proved): iptables refuses the command: the chain is there already
          in filter
          6:1 -N OUTPUT
          help: delete the line; legacy says that the line failed, and nft `Chain already exists`
        warning (likely): iptables refuses the command: there is no such rule in the chain
          in filter
          9:1 -I INPUT 3 -j LOG
          help: if the file is meant for `--noflush`, it has to be there before; legacy says that the line failed, and nft `No chain/target/match by that name`
        warning (likely): iptables refuses the command: there is no such rule in the chain
          in filter
          12:1 -R FORWARD 1 -j LOG
          help: if the file is meant for `--noflush`, it has to be there before; legacy says that the line failed, and nft `No chain/target/match by that name`
        warning (likely): iptables refuses the command: there is no such rule in the chain
          in filter
          13:1 -D INPUT -p tcp -j LOG
          help: if the file is meant for `--noflush`, it has to be there before; legacy says that the line failed, and nft `No chain/target/match by that name`
        error (proved): iptables refuses the command: a chain that a rule calls cannot be removed
          in filter
          14:1 -X USED
          7:13 USED <- called here
          help: delete the rule before; legacy says that the line failed, and nft `CHAIN_DEL failed (Device or resource busy)`
        error (proved): iptables refuses the command: a chain with rules cannot be removed
          in filter
          15:1 -X FULL
          help: empty it before, with `-F`; legacy says that the line failed, and nft `CHAIN_DEL failed (Device or resource busy)`
        warning (likely): iptables refuses the command: there is no such chain
          in filter
          17:1 -X FREE
          help: if the file is meant for `--noflush`, it has to be there before; legacy says that the line failed, and nft `No chain/target/match by that name`
        warning (likely): iptables refuses the command: there is no such chain
          in filter
          18:1 -F GONE
          help: if the file is meant for `--noflush`, it has to be there before; legacy says that the line failed, and nft `No chain/target/match by that name`
        error (proved): iptables refuses the command: the chain is there already
          in filter
          19:1 -E FULL INPUT
          help: delete the line; legacy says that the line failed, and nft `Chain already exists`
        ");
        let fine = "*filter\n:INPUT ACCEPT [0:0]\n:A - [0:0]\n-A INPUT -j A\n-I INPUT 2 -j LOG\n-D INPUT 1\n-F A\n-X A\n\
            -F FORWARD\n-Z\n-D INPUT -j LOG\nCOMMIT\n";
        assert_eq!(told(&LINT, fine), "");
    }

    #[test]
    fn blanks_and_line_ends_are_notes() {
        for dump in [
            "*filter\r\n:INPUT ACCEPT [0:0]\r\nCOMMIT\r\n",
            "*filter\n:INPUT ACCEPT [0:0]\nCOMMIT \n",
            "*filter\n :INPUT ACCEPT [0:0]\nCOMMIT\n",
            "*filter\n\t\n:INPUT ACCEPT [0:0]\nCOMMIT\n",
            "# Generated by iptables-save v1.4.2\n*filter\n-A INPUT -s ! 192.0.2.1 -j DROP\nCOMMIT\n",
        ] {
            assert!(told(&LINT, dump).starts_with("note (proved)"), "{dump:?}");
        }
        let fine = "\n* filter \n:INPUT ACCEPT [0:0] \n\n  -A INPUT -j ACCEPT  \nCOMMIT\n";
        assert_eq!(told(&LINT, fine), "");
        // Nobody loads a listing.
        assert_eq!(told(&LINT, "-P INPUT ACCEPT\n \n-A INPUT -j DROP\n"), "");
    }
}
