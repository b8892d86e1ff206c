//! `ICMPv6`: type and code.

use super::{Extension, Families, OptionSpec, check::{ANY, Check}};
use crate::value::{Kind, Names};

pub(super) static EXTENSION: Extension = Extension::matching("icmp6", Families::V6, &[
    OptionSpec::new("icmpv6-type", Kind::Icmp(&TYPES)).not(),
])
.checks(&[Check::Protocol(&[58], "`-p ipv6-icmp` in the same rule"), Check::AnyOf(ANY, "`--icmpv6-type`")]);

const fn code(kind: u32, code: u32) -> u32 {
    kind << 16 | code
}

const fn any_code(kind: u32) -> u32 {
    code(kind, 256)
}

/// Type in the upper half, code in the lower; 256 is any.
pub(super) static TYPES: Names = Names {
    list: &[
        ("destination-unreachable", any_code(1)),
        ("no-route", code(1, 0)),
        ("communication-prohibited", code(1, 1)),
        ("beyond-scope", code(1, 2)),
        ("address-unreachable", code(1, 3)),
        ("port-unreachable", code(1, 4)),
        ("failed-policy", code(1, 5)),
        ("reject-route", code(1, 6)),
        ("packet-too-big", any_code(2)),
        ("time-exceeded", any_code(3)),
        ("ttl-exceeded", any_code(3)),
        ("ttl-zero-during-transit", code(3, 0)),
        ("ttl-zero-during-reassembly", code(3, 1)),
        ("parameter-problem", any_code(4)),
        ("bad-header", code(4, 0)),
        ("unknown-header-type", code(4, 1)),
        ("unknown-option", code(4, 2)),
        ("echo-request", any_code(128)),
        ("ping", any_code(128)),
        ("echo-reply", any_code(129)),
        ("pong", any_code(129)),
        ("mld-listener-query", any_code(130)),
        ("mld-listener-report", any_code(131)),
        ("mld-listener-done", any_code(132)),
        ("mld-listener-reduction", any_code(132)),
        ("router-solicitation", any_code(133)),
        ("router-advertisement", any_code(134)),
        ("neighbour-solicitation", any_code(135)),
        ("neighbor-solicitation", any_code(135)),
        ("neighbour-advertisement", any_code(136)),
        ("neighbor-advertisement", any_code(136)),
        ("redirect", any_code(137)),
    ],
    one: "an ICMPv6 type",
    some: "ICMPv6 types",
};
