//! What connection tracking makes of a packet.

use fwlint_model::syntax::Family;
use fwlint_packet::{Field, Packet};

use super::{Walk, copy};
use crate::world::Tracking;

const ICMP: u32 = 1;
const TCP: u32 = 6;
pub(super) const DCCP: u32 = 33;
const ICMPV6: u32 = 58;
const UDPLITE: u32 = 136;

const FIN: u32 = 0x01;
const SYN: u32 = 0x02;
const RST: u32 = 0x04;
const ACK: u32 = 0x10;
const URG: u32 = 0x20;
const SYN_ACK: u32 = SYN | ACK;
const RST_ACK: u32 = RST | ACK;
const FIN_ACK: u32 = FIN | ACK;

/// What tracking writes, besides the state.
const FOUND: [Field; 4] = [Field::CT_STATUS, Field::CT_DIRECTION, Field::CT_PROTOCOL, Field::CONNMARK];

/// Addresses and ports of the connection: each with that of the packet in the direction of its first packet, and in the
/// other.
const ENDS: [(Field, Field, Field); 4] = [
    (Field::CT_ORIG_SRC, Field::SRC, Field::DST),
    (Field::CT_ORIG_DST, Field::DST, Field::SRC),
    (Field::CT_REPLY_SRC, Field::DST, Field::SRC),
    (Field::CT_REPLY_DST, Field::SRC, Field::DST),
];
const PORTS: [(Field, Field, Field); 4] = [
    (Field::CT_ORIG_SPORT, Field::SPORT, Field::DPORT),
    (Field::CT_ORIG_DPORT, Field::DPORT, Field::SPORT),
    (Field::CT_REPLY_SPORT, Field::DPORT, Field::SPORT),
    (Field::CT_REPLY_DPORT, Field::SPORT, Field::DPORT),
];

/// The state of a packet that belongs to no connection that is known; `None` if that is not known.
///
/// Source: `tcp_error()` and `tcp_conntracks` of `nf_conntrack_proto_tcp.c` with `tcp_loose`, `icmp_pkt_to_tuple()` of
/// `nf_conntrack_proto_icmp.c`, `noct_valid_new` of `nf_conntrack_proto_icmpv6.c`, `udplite_error()` of
/// `nf_conntrack_proto_udp.c`.
pub fn first_state(family: Family, packet: &Packet, is_from_here: bool) -> Option<u32> {
    if packet.get(Field::FRAGMENT).is_some_and(|fragment| Field::ALL_LATER & 1 << fragment != 0) {
        return Some(Field::INVALID);
    }
    match (family, packet.get(Field::PROTOCOL)?) {
        (_, TCP) => {
            let flags = packet.get(Field::TCP_FLAGS)? & (FIN | SYN | RST | ACK);
            Some(if flags == SYN || flags == ACK { Field::NEW } else { Field::INVALID })
        }
        (Family::Ipv4, ICMP) => Some(match packet.get(Field::ICMP)? >> 8 {
            // Echo, timestamp, information and address mask: what can be answered.
            8 | 13 | 15 | 17 => Field::NEW,
            _ => Field::INVALID,
        }),
        (Family::Ipv6, ICMPV6) => match packet.get(Field::ICMP)? >> 8 {
            128 | 139 => Some(Field::NEW),
            130..=136 | 143 => Some(Field::UNTRACKED),
            // A redirect is looked into by some kernels and let alone by others.
            137 => None,
            _ => Some(Field::INVALID),
        },
        // Where it comes from the wire its checksum is taken for one of UDP, and is then wrong.
        (_, UDPLITE) => Some(if is_from_here { Field::NEW } else { Field::INVALID }),
        _ => Some(Field::NEW),
    }
}

fn is_icmp(packet: &Packet) -> bool {
    matches!(packet.get(Field::PROTOCOL), Some(ICMP | ICMPV6))
}

fn tcp_flags(packet: &Packet) -> Option<u32> {
    packet.get(Field::TCP_FLAGS).filter(|_| packet.get(Field::PROTOCOL) == Some(TCP))
}

/// Whether no TCP packet of any connection may have these flags. Source: `tcp_valid_flags` of `nf_conntrack_proto_tcp.c`.
fn has_odd_flags(packet: &Packet) -> bool {
    let Some(flags) = packet.get(Field::TCP_FLAGS).filter(|_| packet.get(Field::PROTOCOL) == Some(TCP))
    else {
        return false;
    };
    let is_urgent = flags & URG != 0;
    match flags & (FIN | SYN | RST | ACK) {
        SYN | ACK | FIN_ACK => false,
        SYN_ACK | RST | RST_ACK => is_urgent,
        _ => true,
    }
}

impl Walk<'_, '_, '_, '_> {
    /// What the packet is before tracking: it has no connection, unless something before the tables left it alone.
    pub(super) fn begin(&mut self) {
        if self.ruleset().family.is_ip() && self.found.get(Field::CT_STATE) != Some(Field::UNTRACKED) {
            self.packet.set(Field::CT_STATE, Field::INVALID);
        }
        self.disconnect();
        if self.world.tracking == Tracking::On && !self.route.is_from_here() {
            // Fragments are put together before raw.
            self.reassemble();
        }
    }

    pub(super) fn reassemble(&mut self) {
        let parts = Field::ALL_LATER | 1 << Field::FIRST;
        if self.packet.get(Field::FRAGMENT).is_some_and(|fragment| parts & 1 << fragment != 0) {
            self.packet.set(Field::FRAGMENT, Field::WHOLE);
        }
    }

    fn disconnect(&mut self) {
        for field in FOUND {
            self.packet.set(field, 0);
        }
    }

    /// Looks up the connection.
    pub(super) fn track(&mut self) {
        match self.packet.get(Field::CT_STATE) {
            // A rule of raw said so.
            Some(Field::UNTRACKED) => return,
            None => {
                // What raw left is not known, so neither is this.
                for field in FOUND {
                    self.packet.forget(field);
                }
                return;
            }
            Some(_) => {}
        }
        let family = self.ruleset().family;
        // It is either the reply to SYN or nothing.
        let is_answer =
            tcp_flags(&self.packet).is_some_and(|flags| flags & (FIN | SYN | RST | ACK) == SYN_ACK);
        let first = first_state(family, &self.packet, self.route.is_from_here());
        let state = match self.found.get(Field::CT_STATE) {
            None => first,
            Some(Field::NEW | Field::RELATED) if is_answer => Some(Field::INVALID),
            Some(Field::NEW | Field::ESTABLISHED | Field::RELATED) if has_odd_flags(&self.packet) => {
                Some(Field::INVALID)
            }
            claimed => claimed,
        };
        copy(Field::CT_STATE, state, &mut self.packet);
        if matches!(state, Some(Field::INVALID | Field::UNTRACKED)) {
            return;
        }
        let is_first = matches!(state, Some(Field::NEW | Field::RELATED));
        let seen = Field::STATUS_SEEN_REPLY | Field::STATUS_ASSURED | Field::STATUS_CONFIRMED;
        let defaults = [
            (Field::CT_STATUS, Some(if is_first { 0 } else { seen })),
            (Field::CT_DIRECTION, Some(is_answer.into())),
            (Field::CT_PROTOCOL, self.packet.get(Field::PROTOCOL)),
            (Field::CONNMARK, Some(0)),
        ];
        for (field, default) in defaults {
            copy(field, self.found.get(field).or(default), &mut self.packet);
        }
        let is_reply = self.packet.get(Field::CT_DIRECTION) == Some(1);
        let pick = |(field, forward, back)| (field, if is_reply { back } else { forward });
        let lanes =
            ENDS.map(pick).into_iter().flat_map(|(to, from)| to.parts().into_iter().zip(from.parts()));
        for (field, own) in lanes.chain(PORTS.map(pick)) {
            // Since Linux 6.16 tracking knows no ports of DCCP.
            let own = self.packet.get(own).filter(|_| self.packet.get(Field::PROTOCOL) != Some(DCCP));
            copy(field, self.found.get(field).or(own), &mut self.packet);
        }
    }

    /// Remembers the connection of a packet that leaves, which may come back by lo. Source: `nf_confirm()` of
    /// `nf_conntrack_proto.c`.
    pub(super) fn confirm(&mut self) {
        let has_connection = matches!(
            self.packet.get(Field::CT_STATE),
            Some(Field::NEW | Field::ESTABLISHED | Field::RELATED)
        );
        if has_connection && let Some(status) = self.packet.get(Field::CT_STATUS) {
            self.packet.set(Field::CT_STATUS, status | Field::STATUS_CONFIRMED);
        }
    }

    /// Whether the packet is the first of its connection, so that `nat` looks at it.
    ///
    /// Source: `nf_nat_inet_fn()` of `nf_nat_core.c`. Errors that belong to a connection are translated as it is.
    pub(super) fn begins_connection(&mut self) -> bool {
        match self.packet.get(Field::CT_STATE) {
            Some(Field::NEW) => true,
            Some(Field::RELATED) => !is_icmp(&self.packet),
            Some(_) => false,
            None => self.choices.decide(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PSH: u32 = 0x08;
    const ECE_CWR: u32 = 0xc0;

    #[test]
    fn the_first_packet_of_a_connection() {
        let tcp = |flags| {
            let packet = Packet::new().with(Field::PROTOCOL, TCP).with(Field::TCP_FLAGS, flags);
            first_state(Family::Ipv4, &packet, false)
        };
        for flags in [SYN, SYN | ECE_CWR, SYN | PSH, SYN | URG, ACK, ACK | PSH, ACK | URG] {
            assert_eq!(tcp(flags), Some(Field::NEW), "{flags:#x}");
        }
        for flags in [0, SYN | ACK, FIN, FIN | ACK, RST, RST | ACK, SYN | FIN, SYN | RST, URG, PSH] {
            assert_eq!(tcp(flags), Some(Field::INVALID), "{flags:#x}");
        }
        let icmp = |family, protocol, kind: u32| {
            let packet = Packet::new().with(Field::PROTOCOL, protocol).with(Field::ICMP, kind << 8);
            first_state(family, &packet, false)
        };
        for (kind, state) in [(8, Field::NEW), (13, Field::NEW), (0, Field::INVALID), (3, Field::INVALID)] {
            assert_eq!(icmp(Family::Ipv4, ICMP, kind), Some(state), "{kind}");
        }
        let discovery = [(133, Field::UNTRACKED), (135, Field::UNTRACKED), (143, Field::UNTRACKED)];
        for (kind, state) in
            [(128, Field::NEW), (129, Field::INVALID), (1, Field::INVALID)].into_iter().chain(discovery)
        {
            assert_eq!(icmp(Family::Ipv6, ICMPV6, kind), Some(state), "{kind}");
        }
        let plain = |protocol, is_from_here| {
            first_state(Family::Ipv4, &Packet::new().with(Field::PROTOCOL, protocol), is_from_here)
        };
        assert_eq!(plain(47, false), Some(Field::NEW));
        assert_eq!((plain(UDPLITE, false), plain(UDPLITE, true)), (Some(Field::INVALID), Some(Field::NEW)));
    }
}
