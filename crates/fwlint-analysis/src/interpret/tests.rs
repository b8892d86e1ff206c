use std::fmt::Write as _;

use fwlint_model::{Ruleset, syntax::Backend};
use fwlint_packet::{Field, Packet};

use super::*;
use crate::{
    explore,
    testing::{chain, filter, load},
    world::World,
};

/// The way of a packet through a chain: `INPUT 1, A 1, INPUT policy ACCEPT`.
fn way(ruleset: &Ruleset<'_>, base: &str, packet: &mut Packet, choices: &mut Choices) -> String {
    let world = World::new(ruleset, Backend::Legacy, None);
    let passage = interpret(&mut Meanings::new(&world), chain(ruleset, base), packet, choices);
    let mut text = String::new();
    for step in &passage.steps {
        let chain = ruleset.chains[step.chain].name;
        let separator = if text.is_empty() { "" } else { ", " };
        let chosen = if step.is_chosen { "?" } else { "" };
        match step.met {
            Met::Rule { rule, copy, .. } => {
                let number = ruleset.rules[rule].position + copy;
                write!(text, "{separator}{chain} {number}{chosen}").unwrap();
            }
            Met::Policy(policy) => write!(text, "{separator}{chain} {policy:?}{chosen}").unwrap(),
        }
    }
    match passage.end {
        End::Verdict(_) => text,
        end => format!("{text}, {end:?}"),
    }
}

/// The way of a TCP packet from INPUT on.
fn input(rules: &str) -> String {
    let mut packet = Packet::new().with(Field::PROTOCOL, 6).with(Field::MARK, 0);
    way(&filter(rules), "INPUT", &mut packet, &mut Choices::default())
}

#[test]
fn packets_go_from_chain_to_chain() {
    let chains = ":INPUT DROP [0:0]\n:A - [0:0]\n:B - [0:0]\n:C - [0:0]\n";
    for (what, rules, expected) in [
        ("no rules", "", "INPUT Drop"),
        ("a rule that does not match", "-A INPUT -p udp -j ACCEPT", "INPUT Drop"),
        ("a rule without a target", "-A INPUT\n-A INPUT -j ACCEPT", "INPUT 1, INPUT 2"),
        ("the end of a user chain", "-A INPUT -j A\n-A INPUT -j ACCEPT\n-A A", "INPUT 1, A 1, INPUT 2"),
        (
            "RETURN in a user chain",
            "-A INPUT -j A\n-A INPUT -j ACCEPT\n-A A -j RETURN\n-A A -j DROP",
            "INPUT 1, A 1, INPUT 2",
        ),
        ("an empty user chain", "-A INPUT -j A\n-A INPUT -j ACCEPT", "INPUT 1, INPUT 2"),
        (
            "goto from a user chain: back behind the jump",
            "-A INPUT -j A\n-A INPUT -j ACCEPT\n-A A -g B\n-A A -j DROP\n-A B",
            "INPUT 1, A 1, B 1, INPUT 2",
        ),
        (
            "RETURN behind a goto: likewise",
            "-A INPUT -j A\n-A INPUT -j ACCEPT\n-A A -g B\n-A A -j DROP\n-A B -j RETURN",
            "INPUT 1, A 1, B 1, INPUT 2",
        ),
        (
            "goto from a built-in chain: policy",
            "-A INPUT -g B\n-A INPUT -j ACCEPT\n-A B",
            "INPUT 1, B 1, INPUT Drop",
        ),
        (
            "RETURN behind a goto from a built-in chain: policy",
            "-A INPUT -g B\n-A INPUT -j ACCEPT\n-A B -j RETURN\n-A B -j ACCEPT",
            "INPUT 1, B 1, INPUT Drop",
        ),
        (
            "a jump in a chain that a goto leads to",
            "-A INPUT -j A\n-A INPUT -j ACCEPT\n-A A -g B\n-A A -j DROP\n-A B -j C\n-A B\n-A C",
            "INPUT 1, A 1, B 1, C 1, B 2, INPUT 2",
        ),
        (
            "goto after goto",
            "-A INPUT -j A\n-A INPUT -j ACCEPT\n-A A -g B\n-A B -g C\n-A B -j DROP\n-A C",
            "INPUT 1, A 1, B 1, C 1, INPUT 2",
        ),
        (
            "RETURN in a built-in chain: policy",
            "-A INPUT -j RETURN\n-A INPUT -j ACCEPT",
            "INPUT 1, INPUT Drop",
        ),
        (
            "ACCEPT in a user chain ends all",
            "-A INPUT -j A\n-A INPUT -j DROP\n-A A -j ACCEPT",
            "INPUT 1, A 1",
        ),
        (
            "a chain that is called like a target",
            ":LOG - [0:0]\n-A INPUT -j LOG\n-A LOG -j ACCEPT",
            "INPUT 1, LOG 1",
        ),
        (
            "targets that go on",
            "-A INPUT -j LOG\n-A INPUT -j MARK --set-mark 1\n-A INPUT -j REJECT",
            "INPUT 1, INPUT 2, INPUT 3",
        ),
        (
            "a line that stands for several rules",
            "-A INPUT -s 10.0.0.1,10.0.0.2 -p udp -j DROP\n-A INPUT -p tcp -m comment --comment x -j ACCEPT",
            "INPUT 3",
        ),
    ] {
        assert_eq!(input(&format!("{chains}{rules}")), expected, "{what}");
    }
}

#[test]
fn each_rule_that_a_line_stands_for_is_met_alone() {
    let ruleset = filter(
        ":INPUT ACCEPT [0:0]\n-A INPUT -s 10.0.0.0/8,10.1.0.0/16,192.0.2.1 -d 10.2.0.0/16,10.3.0.0/16",
    );
    let mut packet = Packet::new().with(Field::SRC, 0x0a01_0001).with(Field::DST, 0x0a03_0001);
    let steps = way(&ruleset, "INPUT", &mut packet, &mut Choices::default());
    assert_eq!(steps, "INPUT 2, INPUT 4, INPUT Accept");
}

#[test]
fn ipv6_addresses_have_four_parts() {
    let ruleset = filter(
        ":INPUT ACCEPT [0:0]\n-A INPUT -s fd00::/16\n-A INPUT -s fd00::1:0:0/96\n-A INPUT ! -s fd00::2\n\
         -A INPUT -s fd00::1:0:7,fd00::2",
    );
    let mut packet = Packet::new();
    for (part, value) in Field::SRC.parts().into_iter().zip([0xfd00_0000, 0, 0x1, 0x7]) {
        packet.set(part, value);
    }
    let steps = way(&ruleset, "INPUT", &mut packet, &mut Choices::default());
    assert_eq!(steps, "INPUT 1, INPUT 2, INPUT 3, INPUT 4, INPUT Accept");
}

#[test]
fn what_is_written_is_tested_later() {
    let rules = ":INPUT DROP [0:0]\n-A INPUT -j MARK --set-xmark 0x10/0xf0\n-A INPUT -m mark --mark 0x10/0xf0 -j MARK --and-mark 0xf\n\
                 -A INPUT -m mark --mark 0x10/0xf0\n-A INPUT -m mark --mark 0x3 -j ACCEPT";
    let mut packet = Packet::new().with(Field::MARK, 0x23);
    let steps = way(&filter(rules), "INPUT", &mut packet, &mut Choices::default());
    assert_eq!(steps, "INPUT 1, INPUT 2, INPUT 4");
    assert_eq!(packet.get(Field::MARK), Some(3));
    for (mark, expected) in [
        ("--set-xmark 0x5/0xff", 0xab05),
        ("--set-mark 0x1/0xf0", 0xab0d),
        ("--and-mark 0xff", 0xcd),
        ("--or-mark 0x12", 0xabdf),
        ("--xor-mark 0xff", 0xab32),
    ] {
        let ruleset = filter(&format!(":INPUT ACCEPT [0:0]\n-A INPUT -j MARK {mark}"));
        let mut packet = Packet::new().with(Field::MARK, 0xabcd);
        way(&ruleset, "INPUT", &mut packet, &mut Choices::default());
        assert_eq!(packet.get(Field::MARK), Some(expected), "{mark}");
    }
}

#[test]
fn what_is_not_known_is_chosen() {
    let ruleset = filter(
        ":INPUT DROP [0:0]\n-A INPUT -s 10.0.0.0/8 -p tcp -j ACCEPT\n-A INPUT -s 10.0.0.0/8 -p udp -j ACCEPT",
    );
    let run =
        |choices: &mut Choices| way(&ruleset, "INPUT", &mut Packet::new().with(Field::PROTOCOL, 6), choices);
    assert_eq!(explore(8, run), (vec!["INPUT Drop".to_owned(), "INPUT 1?".to_owned()], false));
}

#[test]
fn a_policy_that_is_not_told_is_chosen() {
    let ruleset = filter("-A INPUT -p udp -j ACCEPT");
    let run =
        |choices: &mut Choices| way(&ruleset, "INPUT", &mut Packet::new().with(Field::PROTOCOL, 6), choices);
    assert_eq!(explore(8, run).0, ["INPUT Accept?", "INPUT Drop?"]);
}

#[test]
fn circles_end() {
    let ruleset = filter(":INPUT DROP [0:0]\n:A - [0:0]\n:B - [0:0]\n-A INPUT -j A\n-A A -g B\n-A B -j A");
    let world = World::new(&ruleset, Backend::Legacy, None);
    let passage = interpret(
        &mut Meanings::new(&world),
        chain(&ruleset, "INPUT"),
        &mut Packet::new(),
        &mut Choices::default(),
    );
    assert_eq!((passage.end, passage.steps.len()), (End::Endless, MAX_STEPS));
}

#[test]
fn chains_may_be_nested_deeply() {
    let mut rules = String::from(":INPUT DROP [0:0]\n");
    let depth = 100_000;
    for level in 0..depth {
        writeln!(rules, ":C{level} - [0:0]").unwrap();
    }
    rules.push_str("-A INPUT -j C0\n-A INPUT -j ACCEPT\n");
    for level in 1..depth {
        writeln!(rules, "-A C{} -j C{level}", level - 1).unwrap();
    }
    let steps = input(&rules);
    assert!(steps.ends_with("C99998 1, INPUT 2"));
}

#[test]
fn user_chains_of_bridges_have_policies() {
    let bridge = |policy: &str, rules: &str| {
        let text = format!("*filter\n:INPUT DROP\n:A {policy}\n-A INPUT -j A\n-A INPUT -j ACCEPT\n{rules}");
        way(&load(&text), "INPUT", &mut Packet::new(), &mut Choices::default())
    };
    assert_eq!(bridge("RETURN", ""), "INPUT 1, INPUT 2");
    assert_eq!(bridge("DROP", ""), "INPUT 1, A Drop");
    assert_eq!(bridge("ACCEPT", "-A A -j CONTINUE\n"), "INPUT 1, A 1, A Accept");
    assert_eq!(bridge("DROP", "-A A -j RETURN\n"), "INPUT 1, A 1, INPUT 2");
}
