//! ICMP: type and code.

use super::{Extension, Families, OptionSpec, check::{ANY, Check}};
use crate::value::{Kind, Names};

pub(super) static EXTENSION: Extension = Extension::matching("icmp", Families::V4, &[
    OptionSpec::new("icmp-type", Kind::Icmp(&TYPES)).not(),
])
.checks(&[Check::Protocol(&[1], "`-p icmp` in the same rule"), Check::AnyOf(ANY, "`--icmp-type`")]);

const ANY_TYPE: u32 = 256 << 16 | 256;

const fn any_code(kind: u32) -> u32 {
    kind << 16 | 256
}

/// Type in the upper half, code in the lower; 256 is any.
static TYPES: Names = Names {
    list: &[
        ("any", ANY_TYPE),
        ("echo-reply", any_code(0)),
        ("pong", any_code(0)),
        ("destination-unreachable", any_code(3)),
        ("network-unreachable", 3 << 16),
        ("host-unreachable", 3 << 16 | 1),
        ("protocol-unreachable", 3 << 16 | 2),
        ("port-unreachable", 3 << 16 | 3),
        ("fragmentation-needed", 3 << 16 | 4),
        ("source-route-failed", 3 << 16 | 5),
        ("network-unknown", 3 << 16 | 6),
        ("host-unknown", 3 << 16 | 7),
        ("network-prohibited", 3 << 16 | 9),
        ("host-prohibited", 3 << 16 | 10),
        ("TOS-network-unreachable", 3 << 16 | 11),
        ("TOS-host-unreachable", 3 << 16 | 12),
        ("communication-prohibited", 3 << 16 | 13),
        ("host-precedence-violation", 3 << 16 | 14),
        ("precedence-cutoff", 3 << 16 | 15),
        ("source-quench", any_code(4)),
        ("redirect", any_code(5)),
        ("network-redirect", 5 << 16),
        ("host-redirect", 5 << 16 | 1),
        ("TOS-network-redirect", 5 << 16 | 2),
        ("TOS-host-redirect", 5 << 16 | 3),
        ("echo-request", any_code(8)),
        ("ping", any_code(8)),
        ("router-advertisement", any_code(9)),
        ("router-solicitation", any_code(10)),
        ("time-exceeded", any_code(11)),
        ("ttl-exceeded", any_code(11)),
        ("ttl-zero-during-transit", 11 << 16),
        ("ttl-zero-during-reassembly", 11 << 16 | 1),
        ("parameter-problem", any_code(12)),
        ("ip-header-bad", 12 << 16),
        ("required-option-missing", 12 << 16 | 1),
        ("timestamp-request", any_code(13)),
        ("timestamp-reply", any_code(14)),
        ("address-mask-request", any_code(17)),
        ("address-mask-reply", any_code(18)),
    ],
    one: "an ICMP type",
    some: "ICMP types",
};
