//! What is known of a packet, in numbers of 32 bits.

use std::fmt;

use crate::values::Values;

/// Something that a match can look at: a number of at most 32 bits.
///
/// What is longer has several fields, the most significant first: an IPv6 address four, a hardware address two. An IPv4
/// address has one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Field(u16);

/// How the values of a field are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Numbers that stand in an order: [`Values::Range`] and
    /// [`Values::Bits`].
    Number,
    /// A few alternatives: [`Values::OneOf`].
    Choice,
}

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $kind:ident, $high:expr, $text:literal;)*) => {
        impl Field {
            $($(#[$doc])* pub const $name: Self = Self($number);)*

            /// All fields that have a meaning of their own, in order.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// How its values are told.
            pub const fn kind(self) -> Kind {
                match self {
                    $(Self::$name => Kind::$kind,)*
                    _ => Kind::Choice,
                }
            }

            /// The highest value that it can have; of a choice, the last alternative.
            pub const fn highest(self) -> u32 {
                match self {
                    $(Self::$name => $high,)*
                    _ => 1,
                }
            }

            /// What it is called in words.
            pub const fn text(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                    _ => "a test that is not looked into",
                }
            }
        }
    };
}

fields! {
    /// The source address; of IPv6, its first 32 bits.
    SRC = 0, Number, u32::MAX, "source address";
    /// The second part of an IPv6 source address.
    SRC1 = 1, Number, u32::MAX, "source address";
    /// The third part.
    SRC2 = 2, Number, u32::MAX, "source address";
    /// The last part.
    SRC3 = 3, Number, u32::MAX, "source address";
    /// The destination address; of IPv6, its first 32 bits.
    DST = 4, Number, u32::MAX, "destination address";
    /// The second part of an IPv6 destination address.
    DST1 = 5, Number, u32::MAX, "destination address";
    /// The third part.
    DST2 = 6, Number, u32::MAX, "destination address";
    /// The last part.
    DST3 = 7, Number, u32::MAX, "destination address";
    /// The IP protocol; of IPv6, the last of the headers. On a bridge, that of the IP packet within.
    PROTOCOL = 8, Number, 255, "protocol";
    /// The source port.
    SPORT = 9, Number, 65_535, "source port";
    /// The destination port.
    DPORT = 10, Number, 65_535, "destination port";
    /// ICMP's or `ICMPv6`'s type times 256, plus its code.
    ICMP = 11, Number, 65_535, "ICMP type and code";
    /// The flags of TCP, as in the header's byte.
    TCP_FLAGS = 12, Number, 255, "TCP flags";
    /// Whether it is a fragment, and how much of the header behind that of IP is there: one of [`Field::WHOLE`] to
    /// [`Field::LATER_PORTS`].
    FRAGMENT = 13, Choice, 9, "fragment";
    /// The device that it came in by; 0 is none. The numbers are given by whoever reads the rules.
    IN_DEVICE = 14, Number, u32::MAX, "input device";
    /// The device that it goes out by; 0 is none.
    OUT_DEVICE = 15, Number, u32::MAX, "output device";
    /// The port of a bridge that it came in by; 0 is none.
    IN_PORT = 16, Number, u32::MAX, "input port of the bridge";
    /// The port of a bridge that it goes out by; 0 is none.
    OUT_PORT = 17, Number, u32::MAX, "output port of the bridge";
    /// Whether it is bridged (1) or routed (0).
    BRIDGED = 18, Choice, 1, "whether it is bridged";
    /// [`Field::NEW`], [`Field::ESTABLISHED`], [`Field::RELATED`], [`Field::INVALID`] or [`Field::UNTRACKED`].
    CT_STATE = 19, Choice, 4, "state of the connection";
    /// The connection's status, as the bits `IPS_…` of the kernel's `nf_conntrack_common.h`; 0 where there is none.
    CT_STATUS = 20, Number, u32::MAX, "status of the connection";
    /// Whether it goes in the direction of the connection's first packet (0) or in that of its replies (1).
    CT_DIRECTION = 21, Choice, 1, "direction of the connection";
    /// The connection's protocol.
    CT_PROTOCOL = 22, Number, 255, "protocol of the connection";
    /// Where the connection's first packet came from, before any translation; of IPv6, the first 32 bits.
    CT_ORIG_SRC = 23, Number, u32::MAX, "original source";
    /// The second part.
    CT_ORIG_SRC1 = 24, Number, u32::MAX, "original source";
    /// The third part.
    CT_ORIG_SRC2 = 25, Number, u32::MAX, "original source";
    /// The last part.
    CT_ORIG_SRC3 = 26, Number, u32::MAX, "original source";
    /// Where the connection's first packet went to, before any translation; of IPv6, the first 32 bits.
    CT_ORIG_DST = 27, Number, u32::MAX, "original destination";
    /// The second part.
    CT_ORIG_DST1 = 28, Number, u32::MAX, "original destination";
    /// The third part.
    CT_ORIG_DST2 = 29, Number, u32::MAX, "original destination";
    /// The last part.
    CT_ORIG_DST3 = 30, Number, u32::MAX, "original destination";
    /// Where replies come from; of IPv6, the first 32 bits.
    CT_REPLY_SRC = 31, Number, u32::MAX, "source of replies";
    /// The second part.
    CT_REPLY_SRC1 = 32, Number, u32::MAX, "source of replies";
    /// The third part.
    CT_REPLY_SRC2 = 33, Number, u32::MAX, "source of replies";
    /// The last part.
    CT_REPLY_SRC3 = 34, Number, u32::MAX, "source of replies";
    /// Where replies go to; of IPv6, the first 32 bits.
    CT_REPLY_DST = 35, Number, u32::MAX, "destination of replies";
    /// The second part.
    CT_REPLY_DST1 = 36, Number, u32::MAX, "destination of replies";
    /// The third part.
    CT_REPLY_DST2 = 37, Number, u32::MAX, "destination of replies";
    /// The last part.
    CT_REPLY_DST3 = 38, Number, u32::MAX, "destination of replies";
    /// The source port of the connection's first packet.
    CT_ORIG_SPORT = 39, Number, 65_535, "original source port";
    /// The destination port of the connection's first packet.
    CT_ORIG_DPORT = 40, Number, 65_535, "original destination port";
    /// The port that replies come from.
    CT_REPLY_SPORT = 41, Number, 65_535, "source port of replies";
    /// The port that replies go to.
    CT_REPLY_DPORT = 42, Number, 65_535, "destination port of replies";
    /// The packet's mark.
    MARK = 43, Number, u32::MAX, "mark";
    /// The connection's mark; 0 where there is no connection.
    CONNMARK = 44, Number, u32::MAX, "connection's mark";
    /// TTL, or hop limit of IPv6.
    TTL = 45, Number, 255, "TTL";
    /// Type of service or traffic class: DSCP and ECN together.
    TOS = 46, Number, 255, "TOS";
    /// The length of the IP packet in bytes, as `xt_length.c` reads it: of IPv6 with its header, and more than a packet
    /// can have where the kernel has put several together.
    LENGTH = 47, Number, u32::MAX, "length";
    /// The first four bytes of the hardware address that it is from.
    MAC_SRC = 48, Number, u32::MAX, "source MAC";
    /// The last two.
    MAC_SRC1 = 49, Number, 65_535, "source MAC";
    /// The first four bytes of the hardware address that it goes to.
    MAC_DST = 50, Number, u32::MAX, "destination MAC";
    /// The last two.
    MAC_DST1 = 51, Number, 65_535, "destination MAC";
    /// Whether there is a hardware address at all (1): locally made packets and those of tunnels have none.
    HAS_MAC = 52, Choice, 1, "whether it has a MAC";
    /// Its kind on the link: `PACKET_HOST` 0, `PACKET_BROADCAST` 1, `PACKET_MULTICAST` 2, `PACKET_OTHERHOST` 3,
    /// `PACKET_OUTGOING` 4, `PACKET_LOOPBACK` 5.
    PACKET_TYPE = 53, Choice, 5, "packet type";
    /// What the local routing table says of the source address: `RTN_…` of the kernel's `rtnetlink.h`.
    SRC_TYPE = 54, Choice, 11, "type of the source address";
    /// What it says of the destination address.
    DST_TYPE = 55, Choice, 11, "type of the destination address";
    /// Whether a socket of this host made it: [`Field::NO_SOCKET`], [`Field::OWN_SOCKET`] or [`Field::KERNEL_SOCKET`].
    HAS_SOCKET = 56, Choice, 2, "whether it is from a socket";
    /// The user whose socket made it.
    UID = 57, Number, u32::MAX, "user";
    /// The group whose socket made it.
    GID = 58, Number, u32::MAX, "group";
    /// The Ethernet type of a frame on a bridge.
    ETHERTYPE = 59, Number, 65_535, "Ethernet type";
    /// The bridge itself that a frame came in by; 0 is none.
    IN_BRIDGE = 60, Number, u32::MAX, "input bridge";
    /// The bridge itself that a frame goes out by; 0 is none.
    OUT_BRIDGE = 61, Number, u32::MAX, "output bridge";
    /// The routing realm: that of the source times 65,536, plus that of the destination.
    REALM = 62, Number, u32::MAX, "realm";
    /// The operation of an ARP packet.
    ARP_OPERATION = 63, Number, 65_535, "ARP operation";
    /// The SPI of an AH or ESP header.
    SPI = 64, Number, u32::MAX, "SPI";
    /// The priority that a target gave it.
    PRIORITY = 65, Number, u32::MAX, "priority";
    /// The hardware type of an ARP packet.
    ARP_HARDWARE = 66, Number, 65_535, "ARP hardware type";
    /// The protocol type of an ARP packet.
    ARP_PROTOCOL = 67, Number, 65_535, "ARP protocol type";
    /// The length of the hardware addresses of an ARP packet.
    ARP_LENGTH = 68, Number, 255, "length of ARP hardware addresses";
    /// The VLAN of a tagged frame.
    VLAN_ID = 69, Number, 4095, "VLAN";
    /// The priority in a frame's tag.
    VLAN_PRIORITY = 70, Number, 7, "VLAN priority";
    /// The Ethernet type behind a frame's tag.
    VLAN_TYPE = 71, Number, 65_535, "Ethernet type behind the tag";
}

impl Field {
    /// [`FRAGMENT`](Self::FRAGMENT): no fragment.
    pub const WHOLE: u32 = 0;
    /// [`FRAGMENT`](Self::FRAGMENT): the first of several; it holds the ports.
    pub const FIRST: u32 = 1;
    /// [`FRAGMENT`](Self::FRAGMENT): one behind the first; it holds none, but as many bytes as a header has.
    pub const LATER: u32 = 2;
    /// [`FRAGMENT`](Self::FRAGMENT): no later fragment, and yet too short to hold any port.
    pub const SHORT: u32 = 3;
    /// [`FRAGMENT`](Self::FRAGMENT): it ends before the headers of IP do, or they cannot be followed to the last.
    pub const BROKEN: u32 = 4;
    /// [`FRAGMENT`](Self::FRAGMENT): no later fragment, and yet too short for anything but the source port.
    pub const SHORT_SOURCE: u32 = 5;
    /// [`FRAGMENT`](Self::FRAGMENT): no later fragment, and yet too short for anything but the ports.
    pub const SHORT_PORTS: u32 = 6;
    /// [`FRAGMENT`](Self::FRAGMENT): one behind the first, with fewer bytes than a port has.
    pub const LATER_SHORT: u32 = 7;
    /// [`FRAGMENT`](Self::FRAGMENT): one behind the first, with as many bytes as a port has.
    pub const LATER_SOURCE: u32 = 8;
    /// [`FRAGMENT`](Self::FRAGMENT): one behind the first, with as many bytes as two ports have.
    pub const LATER_PORTS: u32 = 9;

    /// All of [`FRAGMENT`](Self::FRAGMENT) that are behind the first, as bits.
    pub const ALL_LATER: u32 =
        1 << Self::LATER | 1 << Self::LATER_SHORT | 1 << Self::LATER_SOURCE | 1 << Self::LATER_PORTS;
    /// All of [`FRAGMENT`](Self::FRAGMENT) that are too short for a header, as bits.
    pub const ALL_SHORT: u32 = 1 << Self::SHORT | 1 << Self::SHORT_SOURCE | 1 << Self::SHORT_PORTS;

    /// [`CT_STATE`](Self::CT_STATE): no connection can be told for it.
    pub const INVALID: u32 = 0;
    /// [`CT_STATE`](Self::CT_STATE): the first packet, and all of its direction until a reply is seen.
    pub const NEW: u32 = 1;
    /// [`CT_STATE`](Self::CT_STATE): the first packet of a connection that another one has announced, or an error of one.
    pub const RELATED: u32 = 2;
    /// [`CT_STATE`](Self::CT_STATE): of a connection that has seen packets in both directions.
    pub const ESTABLISHED: u32 = 3;
    /// [`CT_STATE`](Self::CT_STATE): tracking was told to leave it alone, or does so by itself.
    pub const UNTRACKED: u32 = 4;

    /// [`CT_STATUS`](Self::CT_STATUS): another connection announced it.
    pub const STATUS_EXPECTED: u32 = 1;
    /// [`CT_STATUS`](Self::CT_STATUS): packets in both directions.
    pub const STATUS_SEEN_REPLY: u32 = 1 << 1;
    /// [`CT_STATUS`](Self::CT_STATUS): not to be thrown away early.
    pub const STATUS_ASSURED: u32 = 1 << 2;
    /// [`CT_STATUS`](Self::CT_STATUS): its first packet has left the host or reached it.
    pub const STATUS_CONFIRMED: u32 = 1 << 3;
    /// [`CT_STATUS`](Self::CT_STATUS): its source is translated.
    pub const STATUS_SRC_NAT: u32 = 1 << 4;
    /// [`CT_STATUS`](Self::CT_STATUS): its destination is translated.
    pub const STATUS_DST_NAT: u32 = 1 << 5;

    /// [`HAS_SOCKET`](Self::HAS_SOCKET): none did.
    pub const NO_SOCKET: u32 = 0;
    /// [`HAS_SOCKET`](Self::HAS_SOCKET): that of a program.
    pub const OWN_SOCKET: u32 = 1;
    /// [`HAS_SOCKET`](Self::HAS_SOCKET): that of the kernel, which belongs to nobody.
    pub const KERNEL_SOCKET: u32 = 2;

    /// How many fields have a meaning of their own.
    pub const KNOWN: u16 = 72;

    /// How many tests that are not looked into can be told apart.
    pub const OPAQUE: u16 = u16::MAX - Self::KNOWN;

    /// The answer (0 or 1) of a test that is not looked into, but gives the same packet the same answer each time;
    /// `None` if there are too many of them.
    pub const fn opaque(number: u16) -> Option<Self> {
        if number < Self::OPAQUE { Some(Self(Self::KNOWN + number)) } else { None }
    }

    /// Which of the tests that are not looked into it is the answer of.
    pub const fn opaque_number(self) -> Option<u16> {
        self.0.checked_sub(Self::KNOWN)
    }

    /// The field with this number.
    pub fn from_index(index: usize) -> Option<Self> {
        u16::try_from(index).ok().map(Self)
    }

    /// All values that it can have.
    pub const fn all(self) -> Values {
        match self.kind() {
            Kind::Number => Values::Range { low: 0, high: self.highest() },
            Kind::Choice => Values::OneOf(u32::MAX >> (31 - self.highest())),
        }
    }

    /// A number for each field, from 0.
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The four parts of an IPv6 address, of which this is the first; of IPv4 only the first counts.
    pub const fn parts(self) -> [Self; 4] {
        [self, Self(self.0 + 1), Self(self.0 + 2), Self(self.0 + 3)]
    }
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.opaque_number() {
            Some(number) => write!(f, "test {number}"),
            None => write!(f, "{} ({})", self.text(), self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_numbered_without_gaps() {
        for (index, field) in Field::ALL.iter().enumerate() {
            assert_eq!(field.index(), index);
        }
        assert_eq!(Field::ALL.len(), usize::from(Field::KNOWN));
        assert_eq!(Field::opaque(0).map(Field::index), Some(Field::ALL.len()));
        assert_eq!(Field::opaque(3).and_then(Field::opaque_number), Some(3));
        assert_eq!(Field::opaque(Field::OPAQUE), None);
    }
}
