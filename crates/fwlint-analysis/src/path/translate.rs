//! What translation makes of a packet.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use fwlint_model::{
    Hook, RuleId,
    syntax::{
        Family, Value,
        extensions::Role,
        value::{Net, PortRange},
    },
};
use fwlint_packet::{Field, Packet};

use super::{
    address::{address, set_address},
    conntrack::DCCP,
};
use crate::{interpret::Met, meaning::Nat, world::World};

/// Where a target translates to.
#[derive(Default)]
struct Aim {
    /// `None`: not known.
    address: Option<IpAddr>,
    /// Not the address.
    only_ports: bool,
    ports: Option<PortRange>,
    base: Option<u16>,
    is_random: bool,
    /// To this host.
    is_here: bool,
}

/// Translates a packet as the rule says that it met last. Says whether it goes to this host then, where the rule alone
/// tells.
///
/// Source: `nf_nat_setup_info()` and `get_unique_tuple()` of `nf_nat_core.c`.
pub(super) fn translate(
    world: &World<'_, '_>,
    hook: Hook,
    nat: Nat,
    last: Option<Met>,
    packet: &mut Packet,
) -> bool {
    let is_source = match nat {
        Nat::Source => true,
        Nat::Destination => false,
        Nat::ByHook => matches!(hook, Hook::Postrouting | Hook::Input),
    };
    let (end, port, reply, reply_port, status) = if is_source {
        (Field::SRC, Field::SPORT, Field::CT_REPLY_DST, Field::CT_REPLY_DPORT, Field::STATUS_SRC_NAT)
    } else {
        (Field::DST, Field::DPORT, Field::CT_REPLY_SRC, Field::CT_REPLY_SPORT, Field::STATUS_DST_NAT)
    };
    let family = world.ruleset.family;
    let aim = match last {
        Some(Met::Rule { rule, .. }) => aim(world, rule, hook, address(family, packet, end)),
        _ => Aim::default(),
    };
    let before = (address(family, packet, end), packet.get(port));
    if !aim.only_ports {
        set_address(packet, end, aim.address);
    }
    match (aim.ports, packet.get(port)) {
        (None, _) if !aim.is_random => {}
        // Since Linux 6.16 translation leaves them as they are.
        (Some(_), _) if packet.get(Field::PROTOCOL) == Some(DCCP) => packet.forget(port),
        (Some(range), Some(now)) => match new_port(range, &aim, now) {
            Some(new) => packet.set(port, new),
            None => packet.forget(port),
        },
        (Some(range), None) if range.low == range.high && aim.base.is_none() => {
            packet.set(port, range.low.into());
        }
        _ => packet.forget(port),
    }
    let after = (address(family, packet, end), packet.get(port));
    set_address(packet, reply, after.0);
    super::copy(reply_port, after.1, packet);
    match packet.get(Field::CT_STATUS) {
        // Where it is translated to what it is, nothing is.
        Some(old) if before != after => packet.set(Field::CT_STATUS, old | status),
        _ if after.0.is_some() => {}
        _ => packet.forget(Field::CT_STATUS),
    }
    aim.is_here
}

/// The port out of these that a packet with this port gets; `None` if the kernel may take any.
fn new_port(range: PortRange, aim: &Aim, now: u32) -> Option<u32> {
    let (low, high) = (u32::from(range.low), u32::from(range.high));
    if let Some(base) = aim.base {
        return Some(low + now.wrapping_sub(base.into()) % (high - low + 1));
    }
    if low == high {
        return Some(low);
    }
    (!aim.is_random && low <= now && now <= high).then_some(now)
}

fn aim(world: &World<'_, '_>, rule: RuleId, hook: Hook, now: Option<IpAddr>) -> Aim {
    let ruleset = world.ruleset;
    let mut aim = Aim::default();
    let line = ruleset.line(rule);
    let target = match ruleset.rules[rule].target {
        fwlint_model::Target::Extension(id) => id.extension().name,
        _ => return aim,
    };
    if target == "REDIRECT" {
        aim.is_here = true;
        if hook == Hook::Output {
            aim.address = Some(match ruleset.family {
                Family::Ipv6 => Ipv6Addr::LOCALHOST.into(),
                _ => Ipv4Addr::LOCALHOST.into(),
            });
        }
    }
    for arg in ruleset.dump.args_of(line).iter().filter(|arg| arg.extension().role == Role::Target) {
        let Some(name) = arg.spec().map(|spec| spec.name) else { continue };
        match (name, arg.value(ruleset.dump.source)) {
            ("random" | "random-fully", _) => aim.is_random = true,
            (_, Value::NatRange { addresses, ports, base }) => {
                aim.address =
                    addresses.filter(|(first, last)| first == last).and_then(|(first, _)| host(first));
                aim.only_ports = addresses.is_none();
                aim.ports = ports;
                aim.base = base;
            }
            ("to-ports", Value::Ports(range)) => aim.ports = Some(range),
            ("to", Value::Nets(nets)) => {
                aim.address = nets.iter().next().zip(now).and_then(|(net, now)| mapped(net, now));
            }
            _ => {}
        }
    }
    aim
}

fn host(net: Net<'_>) -> Option<IpAddr> {
    match net {
        Net::V4(address, _) => Some(Ipv4Addr::from_bits(address).into()),
        Net::V6(address, _) => Some(Ipv6Addr::from_bits(address).into()),
        Net::Name(_) => None,
    }
}

/// The address with the bits of the network under its mask.
fn mapped(net: Net<'_>, address: IpAddr) -> Option<IpAddr> {
    match (net, address) {
        (Net::V4(net, mask), IpAddr::V4(address)) => {
            Some(Ipv4Addr::from_bits(net & mask | address.to_bits() & !mask).into())
        }
        (Net::V6(net, mask), IpAddr::V6(address)) => {
            Some(Ipv6Addr::from_bits(net & mask | address.to_bits() & !mask).into())
        }
        _ => None,
    }
}
