//! What tables let through to others, against packets that are sent through all of them.
//!
//! A rule to which the engine says that nothing comes past the tables before its own must be met by no packet. Where
//! nothing is written and no connection is looked at, all others must be met. `FWLINT_SEEDS=0..10000` tries more rule sets
//! than a usual run does.

#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test reads which seeds to try, may fail, and says what it did"
)]

use std::{collections::BTreeSet, fmt::Write, ops::Range};

use fwlint_analysis::{
    Engine, Limits, Meanings, Met, Reach, Route, Start, Stop, World, explore,
    model::{
        ChainGraph, RuleId, Ruleset, resolve,
        syntax::{Backend, Options, parse},
    },
    packet::{Field, Packet},
    walk,
};

/// How many ways through all tables are tried for one packet.
const MAX_WAYS: usize = 512;

/// Numbers that look random and are the same for each seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed >> 33) as usize % limit
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn one<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.below(of.len())]
    }
}

/// What the rules of a rule set have to do with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Addresses, protocols and devices.
    Plain,
    /// Also connections, ports, marks, translation, and what programs decide.
    All,
}

const TABLES: [(&str, &[&str]); 4] = [
    ("raw", &["PREROUTING", "OUTPUT"]),
    ("mangle", &["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"]),
    ("filter", &["INPUT", "FORWARD", "OUTPUT"]),
    ("security", &["INPUT", "FORWARD", "OUTPUT"]),
];

const NAT: (&str, &[&str]) = ("nat", &["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"]);

fn tests(random: &mut Random, kind: Kind, chain: &str) -> String {
    let mut tests = String::new();
    let not = |random: &mut Random| if random.chance(25) { "! " } else { "" };
    if random.chance(35) {
        let net =
            random.one(&["10.0.0.0/31", "10.0.0.2/31", "10.0.0.0", "10.0.0.1", "10.0.0.3", "10.0.0.0/30"]);
        write!(tests, " {}-s {net}", not(random)).unwrap();
    }
    let is_from_outside = matches!(chain, "PREROUTING" | "INPUT" | "FORWARD");
    if is_from_outside && random.chance(25) {
        // What comes back by lo is taken to come in by it.
        let device = random.one(&["eth0", "eth1", if kind == Kind::All { "lo" } else { "eth1" }]);
        write!(tests, " {}-i {}", not(random), device).unwrap();
    }
    let protocol = random.one(&["-p tcp", "-p udp", "! -p udp"]);
    if random.chance(40) {
        write!(tests, " {protocol}").unwrap();
        if kind == Kind::All && !protocol.starts_with('!') && random.chance(50) {
            write!(tests, " {}--dport {}", not(random), random.one(&["80", "81", "80:81"])).unwrap();
        }
    }
    if kind == Kind::Plain {
        return tests;
    }
    if random.chance(25) {
        let state =
            random.one(&["NEW", "ESTABLISHED", "INVALID", "UNTRACKED", "NEW,ESTABLISHED", "DNAT", "SNAT"]);
        write!(tests, " -m conntrack {}--ctstate {state}", not(random)).unwrap();
    }
    if random.chance(15) {
        write!(tests, " -m mark {}--mark {}", not(random), random.one(&["1/1", "0/1", "2/2", "1"])).unwrap();
    }
    if random.chance(10) {
        write!(tests, " -d {}", random.one(&["10.0.1.1", "10.0.1.2"])).unwrap();
    }
    if random.chance(7) {
        tests.push_str(" -m string --algo bm --string one");
    }
    if random.chance(7) {
        write!(tests, " -m ttl --ttl-eq {}", random.one(&["63", "64"])).unwrap();
    }
    tests
}

fn target(random: &mut Random, kind: Kind, (table, chain): (&str, &str), callable: &[&str]) -> String {
    if table == "nat" {
        return match chain {
            "PREROUTING" | "OUTPUT" => random
                .one(&[
                    "-p tcp -j DNAT --to-destination 10.0.1.2",
                    "-p tcp -j DNAT --to-destination :81",
                    "-p udp -j REDIRECT --to-ports 80",
                    "-j ACCEPT",
                    "-j MARK --set-xmark 0x1/0x1",
                ])
                .to_owned(),
            "INPUT" | "POSTROUTING" => {
                random.one(&["-j SNAT --to-source 10.0.0.1", "-j ACCEPT", "-j RETURN"]).to_owned()
            }
            _ => "-j RETURN".to_owned(),
        };
    }
    match random.below(12) {
        0..=4 => random.one(&["-j DROP", "-j DROP", "-j ACCEPT"]).to_owned(),
        5 => "-j RETURN".to_owned(),
        6 | 7 if !callable.is_empty() => {
            format!("-{} {}", random.one(&["j", "j", "g"]), random.one(callable))
        }
        8 if kind == Kind::All => "-j MARK --set-xmark 0x1/0x3".to_owned(),
        9 if kind == Kind::All && table == "raw" => "-j CT --notrack".to_owned(),
        9 if kind == Kind::All && table == "mangle" => "-j TTL --ttl-set 63".to_owned(),
        10 if kind == Kind::All => "-j NFQUEUE".to_owned(),
        _ => "-j LOG".to_owned(),
    }
}

/// A rule set of several tables. In user chains, rules test only what rules of all hooks may.
fn dump(random: &mut Random, kind: Kind) -> String {
    let mut text = String::new();
    let mut tables: Vec<_> = TABLES.into_iter().filter(|_| random.chance(60)).collect();
    if kind == Kind::All && random.chance(60) {
        tables.push(NAT);
    }
    // Something that tracks connections.
    tables.retain(|(table, _)| *table != "filter");
    tables.push(TABLES[2]);
    for (table, built_in) in tables {
        writeln!(text, "*{table}").unwrap();
        for chain in built_in {
            let drops = table != "nat" && random.chance(10);
            writeln!(text, ":{chain} {}", if drops { "DROP" } else { "ACCEPT" }).unwrap();
        }
        text.push_str(":A -\n:B -\n");
        let chains: Vec<_> = built_in.iter().copied().chain(["A", "B"]).collect();
        for (number, chain) in chains.iter().enumerate() {
            let most = if built_in.len() > 3 { 3 } else { 4 };
            for _ in 0..random.below(most) {
                let tests = tests(random, kind, chain);
                let callable = &chains[(number + 1).max(built_in.len()).min(chains.len())..];
                let target = target(random, kind, (table, chain), callable);
                let tests = if target.starts_with("-p") { String::new() } else { tests };
                writeln!(text, "-A {chain}{tests} {target}").unwrap();
            }
        }
        if table == "filter" {
            text.push_str("-A B -m conntrack --ctstate NEW\n");
        }
        text.push_str("COMMIT\n");
    }
    text
}

fn starts(world: &World<'_, '_>, kind: Kind) -> Vec<Start> {
    let device = |name: &[u8]| world.devices.number(name);
    let of = |field: Field, values: Vec<u32>| (field, values);
    let is_all = kind == Kind::All;
    let choose = |all: &[u32]| if is_all { all.to_vec() } else { all[..1].to_vec() };
    let axes = [
        of(Field::SRC, (0x0a00_0000..0x0a00_0005).collect()),
        of(Field::PROTOCOL, vec![6, 17, 47]),
        of(Field::IN_DEVICE, vec![device(b"eth0"), device(b"eth1"), device(b"eth2")]),
        of(Field::DPORT, choose(&[80, 81, 82])),
        of(Field::CT_STATE, choose(&[Field::NEW, Field::ESTABLISHED, Field::INVALID, Field::UNTRACKED])),
        of(Field::DST, choose(&[0x0a00_0101, 0x0a00_0102])),
        of(Field::TTL, choose(&[64, 63])),
        of(Field::FRAGMENT, vec![Field::WHOLE]),
        of(Field::SPORT, vec![1_000]),
        of(Field::TCP_FLAGS, vec![0x10]),
        of(Field::CT_STATUS, vec![0]),
        of(Field::OUT_DEVICE, vec![device(b"eth2")]),
        of(Field::BRIDGED, vec![0]),
        of(Field::MARK, vec![0]),
        of(Field::CONNMARK, vec![0]),
    ];
    let packets = axes.into_iter().fold(vec![Packet::new()], |packets, (field, values)| {
        let with = |packet: &Packet| {
            values.iter().map(|&value| packet.clone().with(field, value)).collect::<Vec<_>>()
        };
        packets.iter().flat_map(with).collect()
    });
    let routes = [Route::Forward, Route::Input, Route::Output, Route::Loopback];
    let starts = packets
        .into_iter()
        .flat_map(|packet| routes.map(|route| Start { packet: packet.clone(), route, is_assumed: false }));
    // Where a packet of this host would come in by is no matter.
    let is_one = |start: &Start| {
        !start.route.is_from_here() || start.packet.get(Field::IN_DEVICE) == Some(device(b"eth0"))
    };
    starts.filter(is_one).collect()
}

/// The rules that some of these packets meet, and whether there are more ways than were tried.
fn met(world: &World<'_, '_>, starts: impl Iterator<Item = Start>) -> (BTreeSet<RuleId>, bool) {
    let (mut met, mut is_cut) = (BTreeSet::new(), false);
    let mut meanings = Meanings::new(world);
    for start in starts {
        let (_, has_more) = explore(MAX_WAYS, |choices| {
            for leg in walk(&mut meanings, &start, choices).legs {
                let Stop::Chain(_, passage) = leg.stop else { continue };
                met.extend(passage.steps.iter().filter_map(|step| match step.met {
                    Met::Rule { rule, .. } => Some(rule),
                    Met::Policy(_) => None,
                }));
            }
        });
        is_cut |= has_more;
    }
    (met, is_cut)
}

fn seeds() -> Range<u64> {
    let range = std::env::var("FWLINT_SEEDS").ok();
    let ends = range.as_deref().and_then(|range| range.split_once(".."));
    ends.map_or(0..20, |(start, end)| start.parse().unwrap()..end.parse().unwrap())
}

/// How many rules of other tables nothing comes to, and how many are not met without that being known.
fn compare(seed: u64, ruleset: &Ruleset<'_>, kind: Kind, text: &str) -> [usize; 2] {
    let backend = if seed.is_multiple_of(2) { Backend::Legacy } else { Backend::Nft };
    let world = World::new(ruleset, backend, None);
    let graph = ChainGraph::new(ruleset);
    let (met, is_cut) = met(&world, starts(&world, kind).into_iter());
    let mut engine = Engine::new(&world, &graph, Limits::default());
    let own = engine.decide();
    let cut_off = engine.earlier_tables(u64::MAX).cut_off(&own);
    let mut earlier = engine.earlier_tables(u64::MAX);
    let mut counts = [0; 2];
    for (rule, _) in own.iter().filter(|(_, reach)| **reach == Reach::Some) {
        let line = || String::from_utf8_lossy(ruleset.line(rule).span.of(ruleset.dump.source)).into_owned();
        let (reach, is_met) = (earlier.reach(rule), met.contains(&rule));
        let is_cut_off = cut_off.binary_search(&rule).is_ok();
        assert_eq!(is_cut_off, reach == Reach::None, "seed {seed}: {}\n{text}", line());
        if is_cut_off {
            assert!(!is_met, "seed {seed}: {}\n{text}", line());
            let blockers = earlier.blockers(rule, |_| false).unwrap();
            assert!(blockers.rules.len() + blockers.policies.len() > 0, "seed {seed}: {}\n{text}", line());
            counts[0] += 1;
        } else if !is_met && !is_cut {
            assert!(kind == Kind::All, "seed {seed}: {reach:?} {}\n{text}", line());
            counts[1] += 1;
        }
    }
    counts
}

/// Of rules that new connections come to as far as no destination is translated, how many they do not come to.
fn compare_new(seed: u64, ruleset: &Ruleset<'_>, text: &str) -> usize {
    let world = World::new(ruleset, Backend::Legacy, None);
    let graph = ChainGraph::new(ruleset);
    let is_new = |start: &Start| start.packet.get(Field::CT_STATE) == Some(Field::NEW);
    let (met, _) = met(&world, starts(&world, Kind::All).into_iter().filter(is_new));
    let engine = Engine::new(&world, &graph, Limits::default());
    let Some(mut new) = engine.new_connections(&world, &graph, u64::MAX) else { return 0 };
    let mut count = 0;
    for (rule, _) in ruleset.rules.iter() {
        if new.reach_untranslated(rule) == Reach::Some && new.reach(rule) == Reach::None {
            let line = String::from_utf8_lossy(ruleset.line(rule).span.of(ruleset.dump.source));
            assert!(!met.contains(&rule), "seed {seed}: {line}\n{text}");
            count += 1;
        }
    }
    count
}

#[test]
fn what_is_said_to_be_translated_before_is_met_by_no_new_connection() {
    let mut total = 0;
    for seed in seeds().start..seeds().end.saturating_mul(4) {
        let text = dump(&mut Random(seed), Kind::All);
        // Nothing is new that is not tracked.
        if !text.contains("DNAT") || text.contains("notrack") {
            continue;
        }
        let dump = parse(text.as_bytes(), Options::default());
        total += compare_new(seed, &resolve(&dump)[0], &text);
    }
    assert!(total > 0);
    eprintln!("{total} rules that no new connection comes to");
}

#[test]
fn what_is_said_to_come_through_no_table_is_met_by_no_packet() {
    for kind in [Kind::Plain, Kind::All] {
        let mut total = [0; 2];
        for seed in seeds() {
            let text = dump(&mut Random(seed), kind);
            let dump = parse(text.as_bytes(), Options::default());
            assert!(dump.errors.is_empty(), "seed {seed}: {:?}\n{text}", dump.errors);
            let rulesets = resolve(&dump);
            let counts = compare(seed, &rulesets[0], kind, &text);
            total.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        }
        assert!(total[0] > 30, "{total:?}");
        eprintln!("{} rules cut off by other tables, {} more not met", total[0], total[1]);
    }
}
