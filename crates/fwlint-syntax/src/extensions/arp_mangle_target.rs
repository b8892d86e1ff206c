//! Writes addresses into ARP packets.

use super::check::{Check, options};
use super::{Extension, Families, OptionSpec, Saved};
use crate::value::{Kind, Names, Value};

pub(super) static EXTENSION: Extension = Extension::target("mangle", Families::ARP, &[
    OptionSpec::new("mangle-ip-s", Kind::BridgeNet),
    OptionSpec::new("mangle-mac-s", Kind::Mac),
    OptionSpec::new("mangle-ip-d", Kind::BridgeNet),
    OptionSpec::new("mangle-mac-d", Kind::Mac),
    OptionSpec::new("mangle-target", Kind::Name(&TARGETS)).saved(Saved::Unless(|value| *value == Value::Choice(0))),
])
.checks(&[Check::AnyOf(options(&[0, 1, 2, 3]), "an address to write, as in `--mangle-ip-s`")]);

static TARGETS: Names = Names {
    list: &[("ACCEPT", 0), ("DROP", 1), ("CONTINUE", 2)],
    one: "`ACCEPT`, `DROP` or `CONTINUE`",
    some: "targets",
};
