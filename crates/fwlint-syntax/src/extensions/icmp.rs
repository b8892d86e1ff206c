//! ICMP: type and code.

use super::{Extension, Families, OptionSpec, check::{ANY, Check}};
use crate::value::{Kind, Names};

pub(super) static EXTENSION: Extension = Extension::matching("icmp", Families::V4, &[
    OptionSpec::new("icmp-type", Kind::Icmp(&TYPES)).not(),
])
.checks(&[Check::Protocol(&[1], "`-p icmp` in the same rule"), Check::AnyOf(ANY, "`--icmp-type`")]);

const ANY_TYPE: u32 = code(256, 256);

const fn code(kind: u32, code: u32) -> u32 {
    kind << 16 | code
}

const fn any_code(kind: u32) -> u32 {
    code(kind, 256)
}

/// Type in the upper half, code in the lower; 256 is any.
pub(super) static TYPES: Names = Names {
    list: &[
        ("any", ANY_TYPE),
        ("echo-reply", any_code(0)),
        ("pong", any_code(0)),
        ("destination-unreachable", any_code(3)),
        ("network-unreachable", code(3, 0)),
        ("host-unreachable", code(3, 1)),
        ("protocol-unreachable", code(3, 2)),
        ("port-unreachable", code(3, 3)),
        ("fragmentation-needed", code(3, 4)),
        ("source-route-failed", code(3, 5)),
        ("network-unknown", code(3, 6)),
        ("host-unknown", code(3, 7)),
        ("network-prohibited", code(3, 9)),
        ("host-prohibited", code(3, 10)),
        ("TOS-network-unreachable", code(3, 11)),
        ("TOS-host-unreachable", code(3, 12)),
        ("communication-prohibited", code(3, 13)),
        ("host-precedence-violation", code(3, 14)),
        ("precedence-cutoff", code(3, 15)),
        ("source-quench", any_code(4)),
        ("redirect", any_code(5)),
        ("network-redirect", code(5, 0)),
        ("host-redirect", code(5, 1)),
        ("TOS-network-redirect", code(5, 2)),
        ("TOS-host-redirect", code(5, 3)),
        ("echo-request", any_code(8)),
        ("ping", any_code(8)),
        ("router-advertisement", any_code(9)),
        ("router-solicitation", any_code(10)),
        ("time-exceeded", any_code(11)),
        ("ttl-exceeded", any_code(11)),
        ("ttl-zero-during-transit", code(11, 0)),
        ("ttl-zero-during-reassembly", code(11, 1)),
        ("parameter-problem", any_code(12)),
        ("ip-header-bad", code(12, 0)),
        ("required-option-missing", code(12, 1)),
        ("timestamp-request", any_code(13)),
        ("timestamp-reply", any_code(14)),
        ("address-mask-request", any_code(17)),
        ("address-mask-reply", any_code(18)),
    ],
    one: "an ICMP type",
    some: "ICMP types",
};
