//! A packet that the kernel is sent, in the interpreter's terms.

use fwlint_analysis::{
    Devices, Route, Start, World,
    packet::{Field, Packet as Known},
    set_address,
};
use fwlint_syntax::Family;
use fwlint_testing::{DEVICES, Fragment, Packet, Path, State};

/// `RTN_UNICAST` and `RTN_LOCAL` of the kernel's `rtnetlink.h`.
const UNICAST: u32 = 1;
const LOCAL: u32 = 2;

/// `PACKET_OTHERHOST` of the kernel's `if_packet.h`.
const OTHER_HOST: u32 = 3;

/// The packet in the interpreter's terms.
pub(super) fn start(world: &World<'_, '_>, packet: &Packet) -> Start {
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
