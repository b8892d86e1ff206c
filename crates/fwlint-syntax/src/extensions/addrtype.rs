//! The kind of the packet's addresses.

use super::{
    Extension, Families, OptionSpec,
    check::{Check, options},
    place::{Place, WITH_INPUT, WITH_OUTPUT},
};
use crate::value::{Kind, Names};

pub(super) static EXTENSION: Extension = Extension::matching("addrtype", Families::IP, &[
    OptionSpec::new("src-type", Kind::Some(&TYPES)).not(),
    OptionSpec::new("dst-type", Kind::Some(&TYPES)).not(),
    OptionSpec::new("limit-iface-in", Kind::Flag),
    OptionSpec::new("limit-iface-out", Kind::Flag),
])
.checks(&[
    Check::AnyOf(options(&[0, 1]), "`--src-type` or `--dst-type`"),
    Check::OneOf(options(&[2, 3]), "only one of `--limit-iface-in` and `--limit-iface-out`"),
])
.places(&[
    Place::chains(WITH_INPUT).on_loading().when("`--limit-iface-in`", |given| given.has("limit-iface-in")),
    Place::chains(WITH_OUTPUT).on_loading().when("`--limit-iface-out`", |given| given.has("limit-iface-out")),
]);

/// As bits by the numbers of `rtnetlink(7)`.
static TYPES: Names = Names {
    list: &[
        ("UNSPEC", 1),
        ("UNICAST", 1 << 1),
        ("LOCAL", 1 << 2),
        ("BROADCAST", 1 << 3),
        ("ANYCAST", 1 << 4),
        ("MULTICAST", 1 << 5),
        ("BLACKHOLE", 1 << 6),
        ("UNREACHABLE", 1 << 7),
        ("PROHIBIT", 1 << 8),
        ("THROW", 1 << 9),
        ("NAT", 1 << 10),
        ("XRESOLVE", 1 << 11),
    ],
    one: "an address type: LOCAL, UNICAST, BROADCAST, …",
    some: "address types: LOCAL, UNICAST, BROADCAST, MULTICAST, …, with commas between",
};
