//! Writes a line to the kernel's log, as a match that every frame passes.

use super::{Extension, Families, OptionSpec, Saved};
use crate::{
    value::{Kind, Names, Value},
    words,
};

pub(super) static EXTENSION: Extension = Extension::matching("log", Families::BRIDGE, &[
    // It asks for what the other options ask for as well.
    OptionSpec::new("log", Kind::Flag).saved(Saved::Unless(|_| true)),
    OptionSpec::new("log-level", Kind::Code(&LEVELS, 7)).always("notice"),
    OptionSpec::new("log-prefix", Kind::Text).saved(Saved::Value(in_quotes)),
    OptionSpec::new("log-ip", Kind::Flag),
    OptionSpec::new("log-arp", Kind::Flag),
    OptionSpec::new("log-ip6", Kind::Flag),
]);

/// In quotes whether it needs them or not.
pub(super) fn in_quotes(value: &Value<'_>, out: &mut Vec<u8>) {
    if let Value::Text(text) = value {
        words::in_quotes(text, out);
    }
}

/// As in `syslog(3)`.
static LEVELS: Names = Names {
    list: &[
        ("emerg", 0),
        ("alert", 1),
        ("crit", 2),
        ("error", 3),
        ("warning", 4),
        ("notice", 5),
        ("info", 6),
        ("debug", 7),
    ],
    one: "a log level: emerg, alert, crit, error, warning, notice, info, debug, or 0 to 7",
    some: "log levels",
};
