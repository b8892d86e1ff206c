//! Of many packets one that looks like those that people know.

use fwlint_analysis::{
    Devices, World,
    packet::{Cube, Field, Packet, Values},
};
use fwlint_model::{Hook, syntax::Family};

const TCP: u32 = 6;
const PORTS: [u32; 5] = [TCP, 17, 33, 132, 136];

/// One of these packets, which begin at a hook. What a packet has by default is left out, but for its addresses,
/// protocol, ports and devices.
pub(super) fn natural(packets: &Cube, hook: Hook, world: &World<'_, '_>) -> Packet {
    let family = world.ruleset.family;
    let mut packet = Packet::new();
    let is_default = |field, values: Values| match field {
        Field::FRAGMENT => values.has(Field::WHOLE),
        Field::CT_STATE => !family.is_ip() && values.has(Field::NEW),
        Field::IN_PORT | Field::OUT_PORT | Field::IN_BRIDGE | Field::OUT_BRIDGE => values.has(Devices::NONE),
        _ => false,
    };
    for term in packets.iter().filter(|term| !is_default(term.field, term.values)) {
        packet.set(term.field, choose(term.field, term.values, world));
    }
    let mut add = |field| {
        let values = packets.get(field);
        packet.set(field, choose(field, values, world));
    };
    if family.is_ip() {
        let parts = if family == Family::Ipv6 { 4 } else { 1 };
        for first in [Field::SRC, Field::DST] {
            first.parts().into_iter().take(parts).for_each(&mut add);
        }
        add(Field::PROTOCOL);
    }
    if matches!(hook, Hook::Prerouting | Hook::Input | Hook::Forward | Hook::Brouting) {
        add(Field::IN_DEVICE);
    }
    if matches!(hook, Hook::Forward | Hook::Output | Hook::Postrouting) {
        add(Field::OUT_DEVICE);
    }
    if hook == Hook::Postrouting && family.is_ip() {
        // One of this host, if it may be.
        let devices = packets.get(Field::IN_DEVICE);
        let is_local = devices.has(Devices::NONE);
        packet.set(
            Field::IN_DEVICE,
            if is_local { Devices::NONE } else { choose(Field::IN_DEVICE, devices, world) },
        );
    }
    let has_ports = packet.get(Field::PROTOCOL).is_some_and(|protocol| PORTS.contains(&protocol))
        && packet.get(Field::FRAGMENT).is_none_or(|fragment| Field::ALL_LATER & 1 << fragment == 0);
    if has_ports {
        for field in [Field::SPORT, Field::DPORT] {
            packet.set(field, choose(field, packets.get(field), world));
        }
    }
    packet
}

/// One of these values: the first of those that people would expect there, or else the lowest; of addresses, one that is
/// no network's.
fn choose(field: Field, values: Values, world: &World<'_, '_>) -> u32 {
    let is_v6 = world.ruleset.family == Family::Ipv6;
    let named = |name: &[u8]| world.devices.number(name);
    let expected: &[u32] = match field {
        Field::SRC | Field::CT_ORIG_SRC | Field::CT_REPLY_DST if !is_v6 => &[0xc000_0201],
        Field::DST | Field::CT_ORIG_DST | Field::CT_REPLY_SRC if !is_v6 => &[0xc633_6401],
        Field::SRC | Field::DST => &[0x2001_0db8],
        Field::SRC3 => &[1],
        Field::DST3 => &[2],
        Field::PROTOCOL => &[TCP, 17, if is_v6 { 58 } else { 1 }],
        Field::SPORT => &[40_000],
        Field::DPORT => &[443],
        Field::ICMP => &[if is_v6 { 128 << 8 } else { 8 << 8 }],
        Field::TCP_FLAGS => &[0x02, 0x10, 0x12, 0x18, 0x11, 0x04],
        Field::CT_STATE => &[Field::NEW, Field::ESTABLISHED, Field::RELATED, Field::UNTRACKED],
        Field::TTL => &[64],
        Field::LENGTH => &[60],
        Field::SRC_TYPE | Field::DST_TYPE => &[1, 2],
        Field::ETHERTYPE => &[0x0800],
        Field::IN_DEVICE => &[named(b"eth0"), named(b"lo")],
        Field::OUT_DEVICE => &[named(b"eth1"), named(b"eth0"), named(b"lo")],
        _ => &[],
    };
    if let Some(&value) = expected.iter().find(|&&value| values.has(value)) {
        return value;
    }
    let lowest = values.lowest();
    if lowest == 0 && matches!(field, Field::SPORT | Field::DPORT) {
        return values.highest();
    }
    let is_address = matches!(field, Field::SRC | Field::DST) && !is_v6;
    let is_last_part = matches!(field, Field::SRC3 | Field::DST3);
    let next = lowest.saturating_add(1);
    if (is_address || is_last_part) && lowest.is_multiple_of(2) && values.has(next) { next } else { lowest }
}
