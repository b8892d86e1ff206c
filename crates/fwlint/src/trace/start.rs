//! What a packet is where nothing is said of it, and what routing does with it.

use std::net::{IpAddr, Ipv4Addr};

use fwlint_analysis::{
    Route, Start, World, address, address_type,
    packet::{Field, Packet},
};
use fwlint_model::syntax::{Family, value::protocol_name};

use super::spec::{Device, Spec, Wrong};

const ICMP: u32 = 1;
const TCP: u32 = 6;
const UDP: u32 = 17;
const DCCP: u32 = 33;
const ICMPV6: u32 = 58;
const SCTP: u32 = 132;
const UDPLITE: u32 = 136;

/// `RTN_UNICAST` and `RTN_LOCAL` of the kernel's `rtnetlink.h`.
const UNICAST: u32 = 1;
const LOCAL: u32 = 2;

/// The packet of a spec, as these rules meet it.
pub(super) fn start(spec: &Spec, world: &World<'_, '_>) -> Result<Start, Wrong> {
    let family = world.ruleset.family;
    if family.is_ip() {
        for (key, field) in [("src", Field::SRC), ("dst", Field::DST), ("proto", Field::PROTOCOL)] {
            if spec.packet.get(field).is_none() {
                return Err(Wrong(format!("`{key}` is missing")));
            }
        }
    }
    let mut start = if family.is_ip() { routed(spec, world)? } else { bridged(spec, world) };
    let packet = &mut start.packet;
    for (field, value) in spec.packet.iter() {
        packet.set(field, value);
    }
    headers(spec, family, packet)?;
    let is_local = start.route.is_from_here();
    let mut default = |field, value| {
        if packet.get(field).is_none() {
            packet.set(field, value);
        }
    };
    default(Field::MARK, 0);
    default(Field::PRIORITY, 0);
    default(Field::HAS_SOCKET, is_local.into());
    if is_local || spec.packet.get(Field::MAC_SRC).is_some() {
        default(Field::HAS_MAC, (!is_local).into());
    }
    let (source, destination) =
        (address(spec.addresses(), packet, Field::SRC), address(spec.addresses(), packet, Field::DST));
    let known = |address: Option<IpAddr>| address.and_then(|address| address_type(world, address));
    let is_for_here = matches!(start.route, Route::Input | Route::Loopback);
    let by_route = |is_here| if is_here { LOCAL } else { UNICAST };
    let mut default = |field, value| {
        if packet.get(field).is_none() {
            packet.set(field, value);
        }
    };
    default(Field::SRC_TYPE, known(source).unwrap_or(by_route(is_local)));
    default(Field::DST_TYPE, known(destination).unwrap_or(by_route(is_for_here)));
    let link = match destination {
        Some(IpAddr::V4(Ipv4Addr::BROADCAST)) => 1,
        Some(address) if address.is_multicast() => 2,
        _ => 0,
    };
    default(Field::PACKET_TYPE, link);
    Ok(start)
}

/// A packet of IPv4 or IPv6.
fn routed(spec: &Spec, world: &World<'_, '_>) -> Result<Start, Wrong> {
    let device = |which| spec.devices.get(&which).map(|name| world.devices.number(name.as_bytes()));
    let (comes_in, goes_out) = (device(Device::In), device(Device::Out));
    let (in_port, out_port) = (device(Device::PhysIn), device(Device::PhysOut));
    let lo = world.devices.number(b"lo");
    let destination = address(world.ruleset.family, &spec.packet, Field::DST);
    let kind = destination.and_then(|address| address_type(world, address));
    let is_local = spec.is_local.unwrap_or(comes_in.is_none() && in_port.is_none() && goes_out.is_some());
    let is_bridged = in_port.is_some() && out_port.is_some();
    let (route, is_assumed) = match (is_local, spec.is_forwarded) {
        (true, Some(true)) => {
            return Err(Wrong(
                "`route=forward` is for packets from the wire, and this one is local".to_owned(),
            ));
        }
        (true, Some(false)) => (Route::Loopback, false),
        (true, None) => {
            let is_for_here =
                kind == Some(LOCAL) || spec.devices.get(&Device::Out).is_some_and(|out| out == "lo");
            (if is_for_here { Route::Loopback } else { Route::Output }, false)
        }
        (false, _) if is_bridged => (Route::Forward, false),
        (false, Some(true)) => (Route::Forward, false),
        (false, Some(false)) => (Route::Input, false),
        (false, None) if goes_out.is_some() => (Route::Forward, false),
        (false, None) => match kind {
            Some(UNICAST) => (Route::Forward, false),
            Some(_) => (Route::Input, false),
            None => (Route::Input, true),
        },
    };
    let mut packet = Packet::new();
    let goes_out = if route == Route::Loopback { Some(lo) } else { goes_out };
    for (field, device) in [
        (Field::IN_DEVICE, comes_in),
        (Field::OUT_DEVICE, goes_out),
        (Field::IN_PORT, Some(in_port.unwrap_or(0))),
        (Field::OUT_PORT, Some(out_port.unwrap_or(0))),
        (Field::IN_BRIDGE, Some(0)),
        (Field::OUT_BRIDGE, Some(0)),
        (Field::BRIDGED, Some(is_bridged.into())),
    ] {
        if let Some(device) = device {
            packet.set(field, device);
        }
    }
    Ok(Start { packet, route, is_assumed })
}

/// A frame on a bridge, or of ARP: `in` is the bridge and `physin` its port; alone, `in` is the port.
fn bridged(spec: &Spec, world: &World<'_, '_>) -> Start {
    let name = |which| spec.devices.get(&which);
    let port = |port, device| name(port).or(name(device));
    let bridge =
        |logical, port, device| name(logical).or_else(|| name(device).filter(|_| name(port).is_some()));
    let (in_port, out_port) = (port(Device::PhysIn, Device::In), port(Device::PhysOut, Device::Out));
    let in_bridge = bridge(Device::LogicalIn, Device::PhysIn, Device::In);
    let out_bridge = bridge(Device::LogicalOut, Device::PhysOut, Device::Out);
    let is_local = spec.is_local.unwrap_or(in_port.is_none() && out_port.is_some());
    let (route, is_assumed) = match (is_local, spec.is_forwarded, out_port) {
        (true, ..) => (Route::Output, false),
        (false, Some(true), _) => (Route::Forward, false),
        (false, Some(false), _) => (Route::Input, false),
        (false, None, Some(_)) => (Route::Forward, false),
        (false, None, None) => (Route::Input, true),
    };
    let mut packet = Packet::new().with(Field::BRIDGED, (route == Route::Forward).into());
    for (field, device) in [
        (Field::IN_DEVICE, in_port),
        (Field::IN_PORT, in_port),
        (Field::OUT_DEVICE, out_port),
        (Field::OUT_PORT, out_port),
        (Field::IN_BRIDGE, in_bridge),
        (Field::OUT_BRIDGE, out_bridge),
    ] {
        if let Some(device) = device {
            packet.set(field, world.devices.number(device.as_bytes()));
        }
    }
    Start { packet, route, is_assumed }
}

/// The headers of the packet: what they hold where it is not said.
fn headers(spec: &Spec, family: Family, packet: &mut Packet) -> Result<(), Wrong> {
    let protocol = packet.get(Field::PROTOCOL);
    let is_later = packet.get(Field::FRAGMENT).is_some_and(|fragment| Field::ALL_LATER & 1 << fragment != 0);
    let mut default = |field, value| {
        if packet.get(field).is_none() {
            packet.set(field, value);
        }
    };
    default(Field::FRAGMENT, Field::WHOLE);
    default(Field::TTL, 64);
    default(Field::TOS, 0);
    if family == Family::Bridge
        && let Some(within) = spec.family
    {
        default(Field::ETHERTYPE, if within == Family::Ipv6 { 0x86dd } else { 0x0800 });
    }
    let has_ports = matches!(protocol, None | Some(TCP | UDP | DCCP | SCTP | UDPLITE));
    for (key, field) in [("sport", Field::SPORT), ("dport", Field::DPORT)] {
        if spec.packet.get(field).is_some() && !has_ports {
            return Err(without(key, "ports", protocol));
        }
    }
    let is_icmp = matches!(protocol, Some(ICMP | ICMPV6));
    if (spec.icmp_type.is_some() || spec.icmp_code.is_some()) && !is_icmp {
        return Err(without("icmp_type", "ICMP type", protocol));
    }
    if spec.packet.get(Field::TCP_FLAGS).is_some() && protocol != Some(TCP) {
        return Err(without("tcp_flags", "TCP flags", protocol));
    }
    if protocol.is_some() && has_ports && !is_later {
        default(Field::SPORT, 40_000);
    }
    if protocol == Some(TCP) && !is_later {
        default(Field::TCP_FLAGS, 0x02);
    }
    if is_icmp && !is_later {
        // Echo request.
        let kind = spec.icmp_type.unwrap_or(if protocol == Some(ICMP) { 8 } else { 128 });
        default(Field::ICMP, kind << 8 | spec.icmp_code.unwrap_or(0));
    }
    let ip = if spec.addresses() == Family::Ipv6 { 40 } else { 20 };
    let length = match protocol {
        Some(TCP) => 20,
        Some(UDP | UDPLITE | ICMP | ICMPV6) => 8,
        Some(SCTP | DCCP) => 12,
        _ => 0,
    };
    default(Field::LENGTH, ip + length);
    Ok(())
}

fn without(key: &str, what: &str, protocol: Option<u32>) -> Wrong {
    let name = protocol.and_then(|number| u8::try_from(number).ok()).and_then(protocol_name);
    let protocol = name.map_or_else(|| format!("protocol {}", protocol.unwrap_or_default()), str::to_owned);
    Wrong(format!("`{key}`: {protocol} has no {what}"))
}
