//! The types of sets, and what an entry of each is made of.

use crate::tree::Family;

/// A type of set.
#[derive(Debug)]
pub struct SetType {
    /// `hash:ip,port`.
    pub name: &'static str,
    /// The name that ipset 4 had for it; empty where it had none.
    former: &'static str,
    /// What an entry is made of, and what a packet is asked for: one `src` or `dst` for each.
    pub dimensions: &'static [Dimension],
    /// The family of its addresses where the type allows of one only.
    pub family: Option<Family>,
}

/// What one part of an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// An address, or a range of them.
    Address,
    /// A network.
    Net,
    /// A port with its protocol; type and code of ICMP.
    Port,
    /// A port of whatever protocol.
    BarePort,
    /// A hardware address.
    Mac,
    /// An interface.
    Interface,
    /// The packet's mark.
    Mark,
    /// Another set.
    Set,
}

use Dimension::{Address, BarePort, Interface, Mac, Mark, Net, Port, Set};

/// All types there are.
pub static SET_TYPES: &[SetType] = &[
    only_ipv4("bitmap:ip", "ipmap", &[Address]),
    only_ipv4("bitmap:ip,mac", "macipmap", &[Address, Mac]),
    of("bitmap:port", "portmap", &[BarePort]),
    of("hash:ip", "iphash", &[Address]),
    of("hash:mac", "", &[Mac]),
    of("hash:ip,mac", "", &[Address, Mac]),
    of("hash:net", "nethash", &[Net]),
    of("hash:net,net", "", &[Net, Net]),
    of("hash:ip,port", "ipporthash", &[Address, Port]),
    of("hash:net,port", "", &[Net, Port]),
    of("hash:ip,port,ip", "ipportiphash", &[Address, Port, Address]),
    of("hash:ip,port,net", "ipportnethash", &[Address, Port, Net]),
    of("hash:ip,mark", "", &[Address, Mark]),
    of("hash:net,port,net", "", &[Net, Port, Net]),
    of("hash:net,iface", "", &[Net, Interface]),
    of("list:set", "setlist", &[Set]),
];

const fn of(name: &'static str, former: &'static str, dimensions: &'static [Dimension]) -> SetType {
    SetType { name, former, dimensions, family: None }
}

const fn only_ipv4(name: &'static str, former: &'static str, dimensions: &'static [Dimension]) -> SetType {
    SetType { name, former, dimensions, family: Some(Family::Ipv4) }
}

impl SetType {
    /// Whether there are IP addresses in it, which are all of one family.
    pub fn has_addresses(&self) -> bool {
        self.dimensions.iter().any(|part| matches!(part, Address | Net))
    }

    /// Whether its entries are sets.
    pub fn is_list(&self) -> bool {
        self.dimensions.contains(&Set)
    }
}

/// The type of this name.
pub(super) fn named(name: &[u8]) -> Option<&'static SetType> {
    let is = |kind: &&SetType| {
        kind.name.as_bytes() == name || (!kind.former.is_empty() && kind.former.as_bytes() == name)
    };
    SET_TYPES.iter().find(is)
}
