//! Writes a line to the kernel's log and goes on.

use super::{Extension, Families, OptionSpec, Saved};
use crate::value::{Kind, Names, Value};

pub(super) static EXTENSION: Extension = Extension::target("LOG", Families::IP, &[
    OptionSpec::new("log-prefix", Kind::Text).saved(Saved::As(|value, out| {
        if let Value::Text(prefix) = value {
            out.extend_from_slice(b"--log-prefix ");
            // The kernel keeps 29 bytes.
            crate::words::quote(prefix.get(..29).unwrap_or(prefix), out);
        }
    })),
    OptionSpec::new("log-level", Kind::One(&LEVELS)).saved(Saved::As(|value, out| {
        // 4 is the default, which is not printed.
        if let Value::Choice(level) = value && *level != 4 {
            out.extend_from_slice(format!("--log-level {level}").as_bytes());
        }
    })),
    OptionSpec::new("log-tcp-sequence", Kind::Flag),
    OptionSpec::new("log-tcp-options", Kind::Flag),
    OptionSpec::new("log-ip-options", Kind::Flag),
    OptionSpec::new("log-uid", Kind::Flag),
    OptionSpec::new("log-macdecode", Kind::Flag),
]);

/// As in `syslog(3)`.
static LEVELS: Names = Names {
    list: &[
        ("emerg", 0),
        ("panic", 0),
        ("alert", 1),
        ("crit", 2),
        ("err", 3),
        ("error", 3),
        ("warning", 4),
        ("warn", 4),
        ("notice", 5),
        ("info", 6),
        ("debug", 7),
    ],
    one: "a log level: emerg, alert, crit, error, warning, notice, info, debug, or 0 to 7",
    some: "log levels",
};
