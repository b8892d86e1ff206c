//! fwlint's side: what the interpreter says of a packet that the kernel is sent.

use std::collections::BTreeSet;

use fwlint_analysis::{
    Devices, Engine, Fate, Limits, Meanings, Met, Reach, Route, Start, Stop, Way, World, address, explore,
    model::{
        ChainGraph, Node, RuleId, Ruleset,
        node::{Companion, Kind},
        resolve,
    },
    packet::{Field, Packet as Known},
    set_address, walk,
};
use fwlint_syntax::{Backend, Family, Options, parse};
use fwlint_testing::{DEVICES, Fragment, Packet, Path, State};

use super::judge::{Answer, Hit, Left};

/// How many ways a packet may have before the rest are not looked at.
const WAYS: usize = 256;

/// `RTN_UNICAST` and `RTN_LOCAL` of the kernel's `rtnetlink.h`.
const UNICAST: u32 = 1;
const LOCAL: u32 = 2;

/// `PACKET_OTHERHOST` of the kernel's `if_packet.h`.
const OTHER_HOST: u32 = 3;

/// What the interpreter says of a packet.
#[derive(Clone, Debug)]
pub(super) struct Ways {
    /// All ways that it may go.
    ways: Vec<Said>,
    /// There are more.
    is_cut: bool,
}

#[derive(Clone, Debug)]
struct Said {
    answer: Answer,
    /// What comes behind the last rule is not known.
    is_open: bool,
}

/// How what the kernel did compares with what the interpreter says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Agreement {
    /// It is the only way.
    Same,
    /// It is one of several ways.
    Possible,
    /// There are too many ways.
    Open,
    /// It is none of the ways.
    Mismatch,
}

/// What fwlint says of a rule set.
#[derive(Debug, Default)]
pub(super) struct Says {
    /// Of each packet.
    pub(super) ways: Vec<Ways>,
    /// The rules that it says no packet comes to.
    pub(super) unreachable: BTreeSet<Hit>,
}

/// What fwlint says of a rule set and of each packet.
pub(super) fn ask(family: Family, backend: Backend, rules: &str, sets: &str, packets: &[Packet]) -> Says {
    let dump = parse(rules.as_bytes(), Options { family: Some(family), ..Options::default() });
    let rulesets = resolve(&dump);
    let Some(ruleset) = rulesets.first() else {
        return Says::default();
    };
    let node = Node::new(Companion::read(sets.as_bytes(), Kind::Sets, Some(family)));
    let world = World::new(ruleset, backend, Some(&node));
    let mut meanings = Meanings::new(&world);
    let ways = packets.iter().map(|packet| {
        let start = start(&world, packet);
        let (ways, is_cut) = explore(WAYS, |choices| said(ruleset, &walk(&mut meanings, &start, choices)));
        Ways { ways, is_cut }
    });
    Says { ways: ways.collect(), unreachable: unreachable(&world) }
}

fn unreachable(world: &World<'_, '_>) -> BTreeSet<Hit> {
    let ruleset = world.ruleset;
    let graph = ChainGraph::new(ruleset);
    let reach = Engine::new(world, &graph, Limits::default()).decide();
    let dead = reach.iter().filter(|(_, reach)| **reach == Reach::None);
    dead.map(|(rule, _)| hit(ruleset, rule)).collect()
}

/// A rule by the names that the kernel's side gives it.
fn hit(ruleset: &Ruleset<'_>, rule: RuleId) -> Hit {
    let kind = if ruleset.family == Family::Bridge { "bridge" } else { "ip" };
    let rule = &ruleset.rules[rule];
    let chain = &ruleset.chains[rule.chain];
    let table = &ruleset.tables[chain.table];
    Hit(kind.to_owned(), table.name.to_string(), chain.name.to_string(), rule.position)
}

impl Says {
    /// Whether the kernel has done what cannot be.
    pub(super) fn is_wrong(&self, ways: &Ways, kernel: &Answer) -> bool {
        ways.compare(kernel) == Agreement::Mismatch || self.unreachable_hit(kernel).is_some()
    }

    /// A rule that no packet comes to, and this one has.
    pub(super) fn unreachable_hit<'k>(&self, kernel: &'k Answer) -> Option<&'k Hit> {
        kernel.rules.iter().find(|hit| self.unreachable.contains(hit))
    }
}

impl Ways {
    /// Whether the kernel's way is among them.
    pub(super) fn compare(&self, kernel: &Answer) -> Agreement {
        match &self.ways[..] {
            [only] if only.agrees(kernel) && !self.is_cut && !only.is_open => Agreement::Same,
            ways if ways.iter().any(|way| way.agrees(kernel)) => Agreement::Possible,
            _ if self.is_cut => Agreement::Open,
            _ => Agreement::Mismatch,
        }
    }

    /// Those that differ from each other, for a person to read.
    pub(super) fn to_text(&self) -> String {
        let texts: BTreeSet<_> = self.ways.iter().map(|way| text(&way.answer)).collect();
        texts.into_iter().collect()
    }
}

/// An answer for a person to read.
pub(super) fn text(answer: &Answer) -> String {
    let rules = answer.rules.iter().map(|hit| format!("    {hit}\n"));
    format!("{} {:?}\n{}", answer.verdict, answer.left, rules.collect::<String>())
}

impl Said {
    fn agrees(&self, kernel: &Answer) -> bool {
        let own = &self.answer;
        if self.is_open {
            return kernel.rules.starts_with(&own.rules);
        }
        own.verdict == kernel.verdict
            && own.rules == kernel.rules
            && (own.verdict != "accept" || own.left.agrees(&kernel.left))
    }
}

impl Left {
    /// Whether nothing that both know differs.
    fn agrees(&self, other: &Self) -> bool {
        fn same<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
            one.is_none() || other.is_none() || one == other
        }
        same(self.mark.as_ref(), other.mark.as_ref())
            && same(self.src.as_ref(), other.src.as_ref())
            && same(self.dst.as_ref(), other.dst.as_ref())
            && same(self.sport.as_ref(), other.sport.as_ref())
            && same(self.dport.as_ref(), other.dport.as_ref())
            && same(self.ttl.as_ref(), other.ttl.as_ref())
            && same(self.tos.as_ref(), other.tos.as_ref())
    }
}

fn said(ruleset: &Ruleset<'_>, way: &Way) -> Said {
    let mut rules = Vec::new();
    for leg in &way.legs {
        let Stop::Chain(_, passage) = &leg.stop else { continue };
        for step in &passage.steps {
            if let Met::Rule { rule, .. } = step.met {
                rules.push(hit(ruleset, rule));
            }
        }
    }
    let by_routing = matches!(way.legs.last().map(|leg| &leg.stop), Some(Stop::Routing(_)));
    let verdict = match way.fate {
        Fate::Accept => "accept",
        Fate::Drop if by_routing => "lost",
        Fate::Drop => "drop",
        Fate::Reject => "reject",
        Fate::Queue => "queue",
        Fate::Stolen => "stolen",
        Fate::Unknown => "unknown",
    };
    // A queue that nobody serves may let everything pass.
    let is_open = matches!(way.fate, Fate::Unknown | Fate::Queue);
    Said {
        answer: Answer { verdict: verdict.to_owned(), rules, left: left(ruleset.family, &way.packet) },
        is_open,
    }
}

fn left(family: Family, packet: &Known) -> Left {
    let address = |field| address(family, packet, field).map(|address| address.to_string());
    let ports = matches!(packet.get(Field::PROTOCOL), Some(6 | 17 | 33 | 132 | 136))
        && packet.get(Field::FRAGMENT) != Some(Field::LATER);
    let port = |field| packet.get(field).filter(|_| ports);
    Left {
        mark: packet.get(Field::MARK),
        src: address(Field::SRC),
        dst: address(Field::DST),
        sport: port(Field::SPORT),
        dport: port(Field::DPORT),
        ttl: packet.get(Field::TTL),
        tos: packet.get(Field::TOS),
    }
}

/// The packet in the interpreter's terms.
fn start(world: &World<'_, '_>, packet: &Packet) -> Start {
    let route = match packet.path {
        Path::Input | Path::BridgeInput => Route::Input,
        Path::Forward | Path::Bridge => Route::Forward,
        Path::Output | Path::BridgeOutput => Route::Output,
        Path::Loopback => Route::Loopback,
    };
    let mut known = Known::new();
    set_address(&mut known, Field::SRC, packet.src);
    set_address(&mut known, Field::DST, packet.dst);
    let device =
        |name: Option<&String>| name.map_or(Devices::NONE, |name| world.devices.number(name.as_bytes()));
    let lo = world.devices.number(b"lo");
    let is_bridge = world.ruleset.family == Family::Bridge;
    let br0 = world.devices.number(b"br0");
    let bridge = if is_bridge { br0 } else { Devices::NONE };
    let is_here = matches!(route, Route::Input | Route::Loopback);
    let mac = if packet.ct == State::Untracked { 0x06aa_0000 } else { 0x02aa_0000 };
    let fragment = match packet.fragment {
        Fragment::None => Field::WHOLE,
        Fragment::First => Field::FIRST,
        Fragment::Later => Field::LATER,
    };
    let fields = [
        (Field::PROTOCOL, packet.proto.into()),
        (Field::FRAGMENT, fragment),
        (Field::IN_DEVICE, if route == Route::Loopback { lo } else { device(packet.iif.as_ref()) }),
        (Field::OUT_DEVICE, if route == Route::Loopback { lo } else { device(packet.oif.as_ref()) }),
        (Field::IN_PORT, Devices::NONE),
        (Field::OUT_PORT, Devices::NONE),
        (Field::IN_BRIDGE, bridge),
        (Field::OUT_BRIDGE, bridge),
        (Field::BRIDGED, u32::from(is_bridge)),
        (Field::MARK, packet.mark),
        (Field::TTL, packet.ttl.into()),
        (Field::TOS, packet.tos.into()),
        (Field::LENGTH, packet.length()),
        (Field::HAS_MAC, u32::from(!route.is_from_here())),
        (Field::MAC_SRC, mac),
        (Field::MAC_SRC1, packet.mac.into()),
        (Field::PACKET_TYPE, 0),
        (Field::SRC_TYPE, if is_here { LOCAL } else { UNICAST }),
        (Field::DST_TYPE, if is_here { LOCAL } else { UNICAST }),
        (Field::HAS_SOCKET, if route.is_from_here() { Field::OWN_SOCKET } else { Field::NO_SOCKET }),
        (Field::UID, packet.uid),
        (Field::GID, packet.gid),
        (Field::REALM, 0),
    ];
    for (field, value) in fields {
        known.set(field, value);
    }
    if is_bridge {
        frame(packet, &mut known);
    } else if matches!(packet.path, Path::Bridge | Path::BridgeInput | Path::BridgeOutput) {
        let is_bridged = packet.path == Path::Bridge;
        known.set(Field::IN_DEVICE, if packet.iif.is_some() { br0 } else { Devices::NONE });
        known.set(Field::OUT_DEVICE, if packet.oif.is_some() { br0 } else { Devices::NONE });
        known.set(Field::IN_PORT, device(packet.iif.as_ref()));
        known.set(Field::OUT_PORT, if is_bridged { device(packet.oif.as_ref()) } else { Devices::NONE });
        known.set(Field::BRIDGED, is_bridged.into());
    }
    if packet.fragment != Fragment::Later {
        header(packet, &mut known);
    }
    connection(packet, &mut known);
    Start { packet: known, route, is_assumed: false }
}

/// What is told of a frame besides the IP packet in it.
fn frame(packet: &Packet, known: &mut Known) {
    let ip = if packet.is_v6() { 0x86dd } else { 0x0800 };
    let inner = if packet.arp_op.is_some() { 0x0806 } else { packet.ethertype.map_or(ip, u32::from) };
    known.set(Field::ETHERTYPE, if packet.vlan.is_some() { 0x8100 } else { inner });
    if packet.path == Path::BridgeOutput {
        known.set(Field::MAC_SRC, 0x02bb_0000);
        known.set(Field::MAC_SRC1, 1);
        known.set(Field::HAS_MAC, 1);
    }
    let port = |name: &String| DEVICES.iter().position(|device| device == name).unwrap_or(0);
    let to = packet.oif.as_ref().map_or(1, |name| 0x100 | u32::try_from(port(name)).unwrap_or(0));
    known.set(Field::MAC_DST, 0x02bb_0000);
    known.set(Field::MAC_DST1, to);
    if packet.path == Path::Bridge {
        known.set(Field::PACKET_TYPE, OTHER_HOST);
    }
    if inner != ip || packet.vlan.is_some() {
        // There is no IP packet that a test would look into.
        for field in [Field::PROTOCOL, Field::TOS, Field::TTL, Field::LENGTH, Field::FRAGMENT] {
            known.forget(field);
        }
    }
    if let Some(vlan) = packet.vlan {
        known.set(Field::VLAN_ID, u32::from(vlan & 0xfff));
        known.set(Field::VLAN_PRIORITY, u32::from(vlan >> 13));
        known.set(Field::VLAN_TYPE, inner);
    }
    if let Some(operation) = packet.arp_op {
        known.set(Field::ARP_OPERATION, operation.into());
        known.set(Field::ARP_HARDWARE, 1);
        known.set(Field::ARP_PROTOCOL, 0x0800);
        known.set(Field::ARP_LENGTH, 6);
    }
}

fn header(packet: &Packet, known: &mut Known) {
    match packet.proto {
        6 | 17 | 33 | 132 | 136 => {
            known.set(Field::SPORT, packet.sport.into());
            known.set(Field::DPORT, packet.dport.into());
        }
        1 | 58 => known.set(Field::ICMP, u32::from(packet.icmp_type) << 8 | u32::from(packet.icmp_code)),
        50 | 51 => known.set(Field::SPI, packet.spi),
        _ => {}
    }
    if packet.proto == 6 {
        known.set(Field::TCP_FLAGS, packet.flags.into());
    }
}

fn connection(packet: &Packet, known: &mut Known) {
    let state = match packet.ct {
        State::Alone => return,
        State::Established => Field::ESTABLISHED,
        State::Related => Field::RELATED,
        State::Invalid => Field::INVALID,
        State::Untracked => Field::UNTRACKED,
    };
    known.set(Field::CT_STATE, state);
    known.set(Field::CT_DIRECTION, packet.reply.into());
    match packet.ct {
        State::Established => {
            let status = Field::STATUS_SEEN_REPLY | Field::STATUS_ASSURED | Field::STATUS_CONFIRMED;
            known.set(Field::CT_STATUS, status);
            known.set(Field::CONNMARK, packet.connmark);
        }
        State::Related => {
            known.set(Field::CT_STATUS, Field::STATUS_EXPECTED);
            known.set(Field::CONNMARK, packet.connmark);
        }
        _ => {}
    }
}
