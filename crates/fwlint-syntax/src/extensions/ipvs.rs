//! What the IP Virtual Server knows of the packet's connection.

use super::{
    Extension, Families, OptionSpec, Saved,
    check::{ANY, Check},
};
use crate::value::{Kind, Names, Value};

pub(super) static EXTENSION: Extension = Extension::matching("ipvs", Families::IP, &[
    OptionSpec::new("ipvs", Kind::Flag).not(),
    OptionSpec::new("vproto", Kind::Protocol).not().saved(Saved::As(|value, out| {
        if let Value::Protocol(number) = value {
            out.extend_from_slice(format!("--vproto {number}").as_bytes());
        }
    })),
    OptionSpec::new("vaddr", Kind::Net).not(),
    OptionSpec::new("vport", Kind::Port).not(),
    OptionSpec::new("vdir", Kind::Name(&DIRECTIONS)),
    OptionSpec::new("vmethod", Kind::Name(&METHODS)).not(),
    OptionSpec::new("vportctl", Kind::Port).not(),
])
.checks(&[Check::AnyOf(ANY, "something to test, as in `--ipvs`")]);

static DIRECTIONS: Names =
    Names { list: &[("ORIGINAL", 0), ("REPLY", 1)], one: "`ORIGINAL` or `REPLY`", some: "directions" };

/// As in `ip_vs.h`.
static METHODS: Names = Names {
    list: &[("MASQ", 0), ("IPIP", 2), ("GATE", 3)],
    one: "a forwarding method: GATE, IPIP or MASQ",
    some: "forwarding methods",
};
