//! Sends the packet to a program that logs it, and goes on. Linux had it up to 3.16.

use super::{Extension, Families, OptionSpec, Saved};
use crate::value::{Kind, Value};

pub(super) static EXTENSION: Extension = Extension::target("ULOG", Families::V4, &[
    OptionSpec::new("ulog-prefix", Kind::Text).saved(Saved::As(|value, out| {
        if let Value::Text(prefix) = value {
            out.extend_from_slice(b"--ulog-prefix ");
            // The kernel keeps 31 bytes.
            crate::words::quote(prefix.get(..31).unwrap_or(prefix), out);
        }
    })),
    OptionSpec::new("ulog-nlgroup", Kind::Between(1, 32)).saved(Saved::Unless(is_one)),
    OptionSpec::new("ulog-cprange", Kind::Number(u64::MAX))
        .saved(Saved::Unless(|value| *value == Value::Number(0))),
    OptionSpec::new("ulog-qthreshold", Kind::Between(1, 50)).saved(Saved::Unless(is_one)),
]);

fn is_one(value: &Value<'_>) -> bool {
    *value == Value::Number(1)
}
