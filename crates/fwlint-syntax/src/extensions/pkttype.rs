//! Whom the frame is addressed to: this host, all, some, or another.

use super::{
    Extension, Families, OptionSpec,
    check::{ANY, Check},
};
use crate::value::{Kind, Names};

pub(super) static EXTENSION: Extension = Extension::matching("pkttype", Families::IP, &[
    OptionSpec::new("pkt-type", Kind::Name(&TYPES)).not(),
])
.checks(&[Check::AnyOf(ANY, "`--pkt-type`")]);

/// As in `if_packet.h`.
static TYPES: Names = Names {
    list: &[
        ("unicast", 0),
        ("host", 0),
        ("broadcast", 1),
        ("bcast", 1),
        ("multicast", 2),
        ("mcast", 2),
        ("otherhost", 3),
    ],
    one: "a packet's type: unicast, broadcast, multicast or otherhost",
    some: "packets' types",
};
