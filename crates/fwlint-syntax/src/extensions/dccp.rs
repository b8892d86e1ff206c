//! DCCP: ports, types of packets, options.

use super::{Extension, Families, OptionSpec, check::Check};
use crate::value::{Kind, Names};

pub(super) static EXTENSION: Extension = Extension::matching("dccp", Families::IP, &[
    OptionSpec::new("sport", Kind::Ports).aliases(&["source-port"]).not(),
    OptionSpec::new("dport", Kind::Ports).aliases(&["destination-port"]).not(),
    OptionSpec::new("dccp-types", Kind::Some(&TYPES)).not(),
    OptionSpec::new("dccp-option", Kind::Between(1, 255)).not(),
])
.checks(&[Check::Protocol(&[33], "`-p dccp` in the same rule")]);

/// As bits by the numbers of RFC 4340, section 5.1.
static TYPES: Names = Names {
    list: &[
        ("REQUEST", 1),
        ("RESPONSE", 1 << 1),
        ("DATA", 1 << 2),
        ("ACK", 1 << 3),
        ("DATAACK", 1 << 4),
        ("CLOSEREQ", 1 << 5),
        ("CLOSE", 1 << 6),
        ("RESET", 1 << 7),
        ("SYNC", 1 << 8),
        ("SYNCACK", 1 << 9),
        ("INVALID", 1 << 15),
    ],
    one: "a type of DCCP packet",
    some: "types of DCCP packets: REQUEST, RESPONSE, DATA, ACK, …, with commas between",
};
