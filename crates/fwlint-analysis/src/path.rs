//! One packet through the host: the tables of each hook in the kernel's order, and what happens to the packet between them.
//!
//! Source: `nf_hook_entries` sorted by the priorities of `netfilter_ipv4.h`, `netfilter_ipv6.h`, `netfilter_bridge.h`, and
//! those that iptables-nft and ebtables-nft give their chains.

mod address;
mod conntrack;
mod routing;
mod translate;

use fwlint_model::{
    ChainId, Hook, Ruleset,
    syntax::{Backend, Family},
};
use fwlint_packet::{Field, Packet};

use crate::{
    choices::Choices,
    devices::Devices,
    interpret::{End, Passage, interpret},
    meaning::{Meanings, Nat, Verdict},
    world::World,
};

pub use address::{address, address_type, set_address};
pub use conntrack::first_state;

/// Where a table's chain hangs, and when it is called: the lower, the earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Station {
    /// The hook.
    pub hook: Hook,
    /// The table.
    pub table: &'static str,
    /// The priority of legacy.
    pub legacy: i32,
    /// The priority of nft.
    pub nft: i32,
}

const fn station(hook: Hook, table: &'static str, legacy: i32, nft: i32) -> Station {
    Station { hook, table, legacy, nft }
}

/// IPv4 and IPv6.
const IP: &[Station] = &[
    station(Hook::Prerouting, "raw", -300, -300),
    station(Hook::Prerouting, "mangle", -150, -150),
    station(Hook::Prerouting, "nat", -100, -100),
    station(Hook::Input, "mangle", -150, -150),
    station(Hook::Input, "filter", 0, 0),
    station(Hook::Input, "security", 50, 150),
    station(Hook::Input, "nat", 100, 100),
    station(Hook::Forward, "mangle", -150, -150),
    station(Hook::Forward, "filter", 0, 0),
    station(Hook::Forward, "security", 50, 150),
    station(Hook::Output, "raw", -300, -300),
    station(Hook::Output, "mangle", -150, -150),
    station(Hook::Output, "nat", -100, -100),
    station(Hook::Output, "filter", 0, 0),
    station(Hook::Output, "security", 50, 150),
    station(Hook::Postrouting, "mangle", -150, -150),
    station(Hook::Postrouting, "nat", 100, 100),
];

const BRIDGE: &[Station] = &[
    station(Hook::Brouting, "broute", -300, -300),
    station(Hook::Prerouting, "nat", -300, -300),
    station(Hook::Input, "filter", -200, -200),
    station(Hook::Forward, "filter", -200, -200),
    station(Hook::Output, "nat", 100, 100),
    station(Hook::Output, "filter", 200, -200),
    station(Hook::Postrouting, "nat", 300, 300),
];

const ARP: &[Station] = &[
    station(Hook::Input, "filter", 0, 0),
    station(Hook::Forward, "filter", 0, 0),
    station(Hook::Output, "filter", 0, 0),
];

/// When connections are looked up, in PREROUTING and OUTPUT of IPv4 and IPv6.
pub const CONNTRACK: i32 = -200;

impl Station {
    /// When it is called: the lower, the earlier.
    pub const fn priority(&self, backend: Backend) -> i32 {
        match backend {
            Backend::Legacy => self.legacy,
            Backend::Nft => self.nft,
        }
    }
}

/// The tables of a hook, in the order in which a packet meets them.
pub fn stations(family: Family, hook: Hook, backend: Backend) -> Vec<Station> {
    let all = match family {
        Family::Ipv4 | Family::Ipv6 => IP,
        Family::Bridge => BRIDGE,
        Family::Arp => ARP,
    };
    let mut stations: Vec<_> = all.iter().copied().filter(|station| station.hook == hook).collect();
    stations.sort_by_key(|station| station.priority(backend));
    stations
}

/// What routing decides of a packet; on a bridge, where its frame goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Through this host.
    Forward,
    /// From outside to this host.
    Input,
    /// From this host to outside.
    Output,
    /// From this host to itself.
    Loopback,
}

impl Route {
    /// The hooks that a packet meets, in order.
    pub const fn hooks(self, family: Family) -> &'static [Hook] {
        use Hook::{Brouting, Forward, Input, Output, Postrouting, Prerouting};
        match (family, self) {
            (Family::Ipv4 | Family::Ipv6, Self::Forward) => &[Prerouting, Forward, Postrouting],
            (Family::Ipv4 | Family::Ipv6, Self::Input) => &[Prerouting, Input],
            (Family::Ipv4 | Family::Ipv6, Self::Output) => &[Output, Postrouting],
            (Family::Ipv4 | Family::Ipv6, Self::Loopback) => &[Output, Postrouting, Prerouting, Input],
            (Family::Bridge, Self::Forward) => &[Brouting, Prerouting, Forward, Postrouting],
            (Family::Bridge, Self::Input) => &[Brouting, Prerouting, Input],
            (Family::Bridge, Self::Output | Self::Loopback) => &[Output, Postrouting],
            (Family::Arp, Self::Forward) => &[Forward],
            (Family::Arp, Self::Input) => &[Input],
            (Family::Arp, Self::Output | Self::Loopback) => &[Output],
        }
    }

    /// Whether it begins at this host.
    pub const fn is_from_here(self) -> bool {
        matches!(self, Self::Output | Self::Loopback)
    }
}

/// A packet before it meets anything.
#[derive(Clone, Debug)]
pub struct Start {
    /// What it is. Its devices are those that it comes in by and will go out by; what it says of a connection is what
    /// tracking will find, and without a state tracking looks at it as at the first packet of its connection.
    pub packet: Packet,
    /// What routing decides.
    pub route: Route,
    /// The route is only assumed, and another destination may have another one.
    pub is_assumed: bool,
}

/// A packet's way through the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// What it met, in order.
    pub legs: Vec<Leg>,
    /// What becomes of it.
    pub fate: Fate,
    /// What it is then.
    pub packet: Packet,
    /// Where it went: what routing decided, or would have.
    pub route: Route,
    /// Whether nothing had to be chosen.
    pub is_certain: bool,
}

/// A part of the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leg {
    /// The hook; for a decision of routing, the last one before it.
    pub hook: Hook,
    /// What the packet met there.
    pub stop: Stop,
}

/// What a packet meets at a hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The built-in chain of a table.
    Chain(ChainId, Passage),
    /// A decision of routing.
    Routing(Routing),
}

/// A decision that routing takes by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Routing {
    /// Nothing may come from such an address.
    MartianSource,
    /// Nothing may come in from outside for such an address.
    MartianDestination,
    /// Its time to live is over.
    TimeExceeded,
    /// The bridge leaves it to routing.
    NotBridged,
}

impl Way {
    /// Whether it was not followed to its end.
    pub fn is_endless(&self) -> bool {
        self.legs
            .iter()
            .any(|leg| matches!(&leg.stop, Stop::Chain(_, passage) if passage.end == End::Endless))
    }
}

/// What becomes of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It arrives, or leaves.
    Accept,
    /// It is thrown away.
    Drop,
    /// It is thrown away, and the sender is told.
    Reject,
    /// A program decides.
    Queue,
    /// Something else takes it.
    Stolen,
    /// What becomes of it is not known.
    Unknown,
}

impl Fate {
    /// In one word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Drop => "drop",
            Self::Reject => "reject",
            Self::Queue => "queue",
            Self::Stolen => "stolen",
            Self::Unknown => "unknown",
        }
    }
}

/// Sends a packet through all hooks of its route.
pub fn walk(meanings: &mut Meanings<'_, '_, '_>, start: &Start, choices: &mut Choices) -> Way {
    let mut walk = Walk {
        world: meanings.world,
        meanings,
        found: start.packet.clone(),
        packet: start.packet.clone(),
        route: start.route,
        is_assumed: start.is_assumed,
        legs: Vec::new(),
        choices,
    };
    walk.begin();
    let fate = walk.hooks().err().unwrap_or(Fate::Accept);
    let Walk { packet, route, legs, .. } = walk;
    Way { legs, fate, packet, route, is_certain: choices.is_unused() }
}

struct Walk<'m, 'w, 'a, 'd> {
    world: &'w World<'a, 'd>,
    meanings: &'m mut Meanings<'w, 'a, 'd>,
    /// The packet as it was at first: what tracking will find, the devices that routing will say.
    found: Packet,
    packet: Packet,
    route: Route,
    is_assumed: bool,
    legs: Vec<Leg>,
    choices: &'m mut Choices,
}

impl Walk<'_, '_, '_, '_> {
    fn ruleset(&self) -> &Ruleset<'_> {
        self.world.ruleset
    }

    /// The end of the way is an error: what becomes of the packet.
    fn hooks(&mut self) -> Result<(), Fate> {
        let mut passed = 0;
        // The route may change on the way, but not what lies behind.
        while let Some(&hook) = self.route.hooks(self.ruleset().family).get(passed) {
            self.enter(hook);
            self.hook(hook)?;
            self.leave(hook)?;
            passed += 1;
        }
        Ok(())
    }

    fn hook(&mut self, hook: Hook) -> Result<(), Fate> {
        let family = self.ruleset().family;
        let is_tracked = family.is_ip() && matches!(hook, Hook::Prerouting | Hook::Output);
        let mut tracks = is_tracked && !self.is_back_on_lo(hook);
        for station in stations(family, hook, self.world.backend) {
            if tracks && station.priority(self.world.backend) > CONNTRACK {
                self.track();
                tracks = false;
            }
            let nat = family.is_ip() && station.table == "nat";
            if nat && (self.is_back_on_lo(hook) || !self.begins_connection()) {
                continue;
            }
            if let Some(chain) = base_chain(self.ruleset(), &station) {
                self.chain(hook, chain)?;
            }
        }
        if tracks {
            self.track();
        }
        Ok(())
    }

    fn chain(&mut self, hook: Hook, chain: ChainId) -> Result<(), Fate> {
        let passage = interpret(self.meanings, chain, &mut self.packet, self.choices);
        let end = passage.end;
        let last = passage.steps.last().map(|step| step.met);
        self.legs.push(Leg { hook, stop: Stop::Chain(chain, passage) });
        match end {
            End::Verdict(Verdict::Accept) => Ok(()),
            End::Verdict(Verdict::Drop) if hook == Hook::Brouting => {
                self.legs.push(Leg { hook, stop: Stop::Routing(Routing::NotBridged) });
                Err(Fate::Accept)
            }
            End::Verdict(Verdict::Drop) => Err(Fate::Drop),
            End::Verdict(Verdict::Reject) => Err(Fate::Reject),
            End::Verdict(Verdict::Queue) => Err(Fate::Queue),
            End::Verdict(Verdict::Stolen) => Err(Fate::Stolen),
            End::Verdict(Verdict::Translate(nat)) => {
                self.translate(hook, nat, last);
                Ok(())
            }
            End::Unknown | End::Endless => Err(Fate::Unknown),
        }
    }

    /// Whether the packet was sent by this host to itself and has left it already.
    fn is_back_on_lo(&self, hook: Hook) -> bool {
        self.route == Route::Loopback && matches!(hook, Hook::Prerouting | Hook::Input)
    }

    /// Shows the devices that a hook knows of.
    ///
    /// Source: the callers of `NF_HOOK`. `ip_output()` names the input device of forwarded packets since Linux 5.7.
    fn enter(&mut self, hook: Hook) {
        use Hook::{Brouting, Forward, Input, Output, Postrouting, Prerouting};
        let comes_in = match hook {
            Brouting | Prerouting | Input | Forward => true,
            Output => false,
            Postrouting => !self.route.is_from_here(),
        };
        // Of bridged packets POSTROUTING sees the port only. Source: `br_nf_post_routing()` of `br_netfilter_hooks.c`.
        let shows_device = comes_in && !(hook == Postrouting && self.is_bridged());
        let goes_out = matches!(hook, Forward | Output | Postrouting);
        let shown = [
            (Field::IN_DEVICE, shows_device),
            (Field::IN_PORT, comes_in),
            (Field::IN_BRIDGE, comes_in),
            (Field::OUT_DEVICE, goes_out),
            (Field::OUT_PORT, goes_out),
            (Field::OUT_BRIDGE, goes_out),
        ];
        for (field, is_shown) in shown {
            copy(field, if is_shown { self.found.get(field) } else { Some(Devices::NONE) }, &mut self.packet);
        }
        let bridged =
            if matches!(hook, Forward | Postrouting) { self.found.get(Field::BRIDGED) } else { Some(0) };
        copy(Field::BRIDGED, bridged, &mut self.packet);
        if self.is_back_on_lo(hook) {
            self.packet.set(Field::IN_DEVICE, self.world.devices.number(b"lo"));
        }
    }

    fn translate(&mut self, hook: Hook, nat: Nat, last: Option<crate::interpret::Met>) {
        let before = address(self.ruleset().family, &self.packet, Field::DST);
        let is_here = translate::translate(self.world, hook, nat, last, &mut self.packet);
        let after = address(self.ruleset().family, &self.packet, Field::DST);
        if before != after || after.is_none() {
            self.reroute(hook, is_here);
        }
    }
}

/// The built-in chain of a table at a hook, if there is one.
pub(crate) fn base_chain(ruleset: &Ruleset<'_>, station: &Station) -> Option<ChainId> {
    let mut tables = ruleset.tables.iter().filter(|(_, table)| table.name.0 == station.table.as_bytes());
    let (table, _) = tables.next()?;
    ruleset.chains_of(table).find(|&chain| ruleset.chains[chain].hook == Some(station.hook))
}

fn copy(field: Field, value: Option<u32>, packet: &mut Packet) {
    match value {
        Some(value) => packet.set(field, value),
        None => packet.forget(field),
    }
}

#[cfg(test)]
mod tests;
