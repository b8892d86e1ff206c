//! The extension headers that an IPv6 packet has.

use super::{
    Extension, Families, OptionSpec,
    check::{Check, options},
};
use crate::value::{Kind, Names};

pub(super) static EXTENSION: Extension = Extension::matching("ipv6header", Families::V6, &[
    OptionSpec::new("header", Kind::Some(&HEADERS)).not(),
    OptionSpec::new("soft", Kind::Flag),
])
.checks(&[Check::AnyOf(options(&[0]), "`--header`"), Check::Spelled("header", &HEADERS)]);

/// As bits of `ip6t_ipv6header.h`, in the order in which they are printed.
static HEADERS: Names = Names {
    list: &[
        ("hop-by-hop", 0x80),
        ("hop", 0x80),
        ("0", 0x80),
        ("ipv6-opts", 0x40),
        ("dst", 0x40),
        ("60", 0x40),
        ("ipv6-route", 0x20),
        ("route", 0x20),
        ("43", 0x20),
        ("ipv6-frag", 0x10),
        ("frag", 0x10),
        ("44", 0x10),
        ("ah", 0x08),
        ("auth", 0x08),
        ("51", 0x08),
        ("esp", 0x04),
        ("50", 0x04),
        ("ipv6-nonxt", 0x02),
        ("none", 0x02),
        ("59", 0x02),
        ("protocol", 0x01),
        ("prot", 0x01),
        ("255", 0x01),
    ],
    one: "an IPv6 header",
    some: "IPv6 headers: hop, dst, route, frag, auth, esp, none, prot, with commas between",
};
