//! Addresses of a packet.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use fwlint_model::syntax::Family;
use fwlint_packet::{Field, Packet};

use crate::world::World;

/// `RTN_UNICAST` of the kernel's `rtnetlink.h`.
const UNICAST: u32 = 1;
const LOCAL: u32 = 2;
const BROADCAST: u32 = 3;
const MULTICAST: u32 = 5;

/// The address in this field and those behind it, if all of it is known.
pub fn address(family: Family, packet: &Packet, field: Field) -> Option<IpAddr> {
    if family != Family::Ipv6 {
        return packet.get(field).map(|bits| Ipv4Addr::from_bits(bits).into());
    }
    let [a, b, c, d] = field.parts().map(|part| packet.get(part).map(u128::from));
    let bits = a? << 96 | b? << 64 | c? << 32 | d?;
    Some(Ipv6Addr::from_bits(bits).into())
}

/// Says the address in this field and those behind it; `None`: it is not known any more.
pub fn set_address(packet: &mut Packet, field: Field, address: Option<IpAddr>) {
    match address {
        Some(IpAddr::V4(address)) => packet.set(field, address.to_bits()),
        Some(IpAddr::V6(address)) => {
            for (part, shift) in field.parts().into_iter().zip([96, 64, 32, 0]) {
                let bits = address.to_bits() >> shift & u128::from(u32::MAX);
                packet.set(part, u32::try_from(bits).unwrap_or_default());
            }
        }
        None => field.parts().into_iter().for_each(|part| packet.forget(part)),
    }
}

/// What the local routing table says of an address, as a value of [`Field::DST_TYPE`]; `None` if that depends on addresses
/// of the machine that are not known.
pub fn address_type(world: &World<'_, '_>, address: IpAddr) -> Option<u32> {
    if address.is_loopback() {
        return Some(LOCAL);
    }
    if address.is_multicast() {
        return Some(MULTICAST);
    }
    if address == IpAddr::V4(Ipv4Addr::BROADCAST) {
        return Some(BROADCAST);
    }
    let mut knows = false;
    for (_, interfaces) in world.node.into_iter().flat_map(fwlint_model::Node::interfaces) {
        knows = true;
        for own in &interfaces.addresses {
            if own.address.address == address {
                return Some(LOCAL);
            }
            if own.broadcast == Some(address) {
                return Some(BROADCAST);
            }
        }
    }
    knows.then_some(UNICAST)
}

/// Whether an address is this machine's own; `None` if that is not known.
pub(super) fn is_local(world: &World<'_, '_>, address: IpAddr) -> Option<bool> {
    address_type(world, address).map(|kind| kind == LOCAL)
}

/// The type of a destination, from what routing does with it.
pub(super) fn type_by_route(is_for_here: bool) -> u32 {
    if is_for_here { LOCAL } else { UNICAST }
}
