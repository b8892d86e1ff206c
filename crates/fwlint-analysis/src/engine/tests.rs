//! The engine on small rule sets whose answers are plain.

use fwlint_model::{ChainGraph, syntax::Backend};

use super::*;
use crate::testing::{filter, load, rule};

/// For each rule of a rule set, in order: `y` if a packet comes to it, `n` if none does, `?` if that is not known.
fn reach(ruleset: &fwlint_model::Ruleset<'_>) -> String {
    let graph = ChainGraph::new(ruleset);
    let world = World::new(ruleset, Backend::Legacy, None);
    let mut engine = Engine::new(&world, &graph, Limits::default());
    let letter = |reach: &Reach| match reach {
        Reach::Some => 'y',
        Reach::None => 'n',
        Reach::Unknown(_) => '?',
    };
    engine.decide().iter().map(|(_, reach)| letter(reach)).collect()
}

fn blockers(ruleset: &fwlint_model::Ruleset<'_>, chain: &str, position: u32) -> Vec<(&'static str, u32)> {
    let graph = ChainGraph::new(ruleset);
    let world = World::new(ruleset, Backend::Legacy, None);
    let engine = Engine::new(&world, &graph, Limits::default());
    let blockers = engine.blockers(rule(ruleset, chain, position), |_| false, &mut 1_000_000).unwrap();
    assert!(blockers.is_minimal);
    let place = |rule| {
        let content = &ruleset.rules[rule];
        let name: &'static str = Box::leak(ruleset.chains[content.chain].name.to_string().into_boxed_str());
        (name, content.position)
    };
    blockers.rules.into_iter().map(place).collect()
}

#[test]
fn two_rules_together_cover_a_third() {
    let ruleset = filter(concat!(
        "-A INPUT -s 10.0.0.0/9 -j ACCEPT\n-A INPUT -s 10.128.0.0/9 -j DROP\n",
        "-A INPUT -s 10.0.0.0/8 -p tcp -j ACCEPT\n-A INPUT -s 10.0.0.0/7 -j ACCEPT\n",
    ));
    assert_eq!(reach(&ruleset), "yyny");
    assert_eq!(blockers(&ruleset, "INPUT", 3), [("INPUT", 1), ("INPUT", 2)]);
}

#[test]
fn an_inverted_port_is_not_the_complement_of_the_port() {
    let rules = "-A FORWARD -p tcp --dport 22 -j ACCEPT\n-A FORWARD -p tcp ! --dport 22 -j DROP\n-A FORWARD -p tcp -j LOG\n";
    // A later fragment has no port.
    assert_eq!(reach(&filter(rules)), "yyy");
    // Where connections are tracked, there are none.
    let tracked = format!("-A OUTPUT -m conntrack --ctstate NEW\n{rules}");
    assert_eq!(reach(&filter(&tracked)), "yyyn");
}

#[test]
fn what_may_not_match_takes_nothing_away() {
    let ruleset = filter(concat!(
        ":A -\n-A INPUT -m limit --limit 1/s -j ACCEPT\n-A INPUT -j A\n-A INPUT -j LOG\n",
        "-A A -m statistic --mode random --probability 0.5 -j RETURN\n-A A -j DROP\n-A A -j DROP\n",
    ));
    assert_eq!(reach(&ruleset), "yyyyyn");
}

#[test]
fn callers_narrow() {
    let ruleset = filter(concat!(
        ":A -\n:B -\n-A INPUT -s 10.0.0.0/8 -j A\n-A INPUT -s 192.168.0.0/16 -g A\n",
        "-A A -s 10.1.0.0/16 -j ACCEPT\n-A A -s 172.16.0.0/12 -j ACCEPT\n-A A -s 192.168.1.0/24 -j B\n",
        "-A B -s 10.0.0.0/8 -j ACCEPT\n-A B -j ACCEPT\n",
    ));
    assert_eq!(reach(&ruleset), "yyynyny");
}

#[test]
fn marks_are_written_and_read() {
    let ruleset = load(concat!(
        "*mangle\n:A -\n:B -\n-A PREROUTING -j MARK --set-xmark 0x0/0xff\n-A PREROUTING -m mark --mark 0x1/0x1 -j DROP\n",
        "-A PREROUTING -p tcp -j A\n-A PREROUTING -m mark --mark 0x3/0x3 -j LOG\n-A PREROUTING -m mark --mark 0x2/0x3 -j LOG\n",
        "-A PREROUTING -p tcp -m mark --mark 0x0/0x2 -j LOG\n-A PREROUTING -p udp -m mark --mark 0x0/0x2 -j LOG\n",
        "-A A -j MARK --set-xmark 0x2/0x2\n-A A -g B\n-A A -j LOG\n-A B -j MARK --set-xmark 0x1/0x0\nCOMMIT\n",
    ));
    assert_eq!(reach(&ruleset), "ynyynnyyyny");
}

#[test]
fn a_goto_comes_back_where_the_jump_came_from() {
    let ruleset = filter(concat!(
        ":A -\n:B -\n-A INPUT -j A\n-A INPUT -p tcp -j LOG\n-A INPUT -p udp -j LOG\n-A INPUT -g B\n-A INPUT -j LOG\n",
        "-A A -p tcp -g B\n-A A -p tcp -j LOG\n-A A -j DROP\n-A B -s 10.0.0.0/8 -j DROP\n",
    ));
    assert_eq!(reach(&ruleset), "yynynyny".to_owned() + "y");
}

#[test]
fn a_chain_of_ebtables_has_a_policy() {
    let ruleset = load(
        "*filter\n:FORWARD ACCEPT\n:A DROP\n:B RETURN\n-A FORWARD -j B\n-A FORWARD -p ARP -j A\n-A FORWARD -p ARP -j DROP\n",
    );
    assert_eq!(reach(&ruleset), "yyn");
}

#[test]
fn loops_are_not_known() {
    let ruleset = filter(":A -\n:B -\n-A INPUT -j A\n-A A -j B\n-A B -j A\n");
    assert_eq!(reach(&ruleset), "???");
}

#[test]
fn a_rule_that_is_read_in_part_still_leads_somewhere() {
    let ruleset = filter(concat!(
        ":A -\n:B -\n-A INPUT -p tcp --dprot 22 -j A\n-A INPUT -j B\n-A INPUT -j LOG\n",
        "-A A -p tcp -j LOG\n-A A -p udp -j LOG\n-A B -p tcp --dprot 22 -j RETURN\n-A B -j DROP\n",
    ));
    assert_eq!(reach(&ruleset), "yyyynyy");
}

#[test]
fn options_that_contradict_each_other_are_named() {
    let ruleset = filter(concat!(
        ":A -\n-A INPUT -j A\n-A A -m mark --mark 0x1 -p tcp -m mark --mark 0x2 -j DROP\n",
        "-A A -d 10.0.0.1 -o eth0 -j DROP\n-A A -p tcp -m tcp --tcp-flags SYN FIN -j DROP\n-A A -m tcp --dport 1 -p udp\n",
    ));
    let graph = ChainGraph::new(&ruleset);
    let world = World::new(&ruleset, Backend::Legacy, None);
    let engine = Engine::new(&world, &graph, Limits::default());
    let told = |position| {
        let rule = rule(&ruleset, "A", position);
        let contradiction = engine.contradiction(rule, &mut crate::Meanings::new(&world)).unwrap();
        let args = ruleset.dump.args_of(ruleset.line(rule));
        let words = contradiction.args.iter().map(|&arg| {
            String::from_utf8_lossy(args[usize::from(arg)].span().of(ruleset.dump.source)).into_owned()
        });
        (words.collect::<Vec<_>>().join(" and "), contradiction.is_of_hooks)
    };
    assert_eq!(told(1), ("--mark 0x1 and --mark 0x2".into(), false));
    assert_eq!(told(2), ("-o eth0".into(), true));
    assert_eq!(told(3), ("--tcp-flags SYN FIN".into(), false));
    assert_eq!(told(4), ("-m tcp and -p udp".into(), false));
}
