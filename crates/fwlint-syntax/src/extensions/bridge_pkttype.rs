//! Whom the network card believes the frame to be for.

use super::{Extension, Families, OptionSpec};
use crate::value::{Kind, Names};

pub(super) static EXTENSION: Extension = Extension::matching("pkttype", Families::BRIDGE, &[
    OptionSpec::new("pkttype-type", Kind::Code(&TYPES, 255)).not(),
]);

/// As in `linux/if_packet.h`.
static TYPES: Names = Names {
    list: &[
        ("host", 0),
        ("broadcast", 1),
        ("multicast", 2),
        ("otherhost", 3),
        ("outgoing", 4),
        ("loopback", 5),
        ("fastroute", 6),
    ],
    one: "a type of packet: host, broadcast, multicast, otherhost, outgoing, loopback or fastroute",
    some: "types of packets",
};
