//! Sends the packet to a program that logs it, and goes on.

use super::{
    Extension, Families, OptionSpec, Saved,
    check::{Check, options},
};
use crate::value::{Kind, Value};

pub(super) static EXTENSION: Extension = Extension::target("NFLOG", Families::IP, &[
    OptionSpec::new("nflog-prefix", Kind::Text).saved(Saved::As(|value, out| {
        if let Value::Text(prefix) = value {
            out.extend_from_slice(b"--nflog-prefix ");
            crate::words::quote(prefix.get(..MAX_PREFIX).unwrap_or(prefix), out);
        }
    })),
    OptionSpec::new("nflog-group", Kind::Number(u16::MAX as u64)).saved(NOT_ZERO),
    OptionSpec::new("nflog-range", Kind::Number(u32::MAX as u64)),
    OptionSpec::new("nflog-size", Kind::Number(u32::MAX as u64)),
    OptionSpec::new("nflog-threshold", Kind::Number(u16::MAX as u64)).saved(NOT_ZERO),
])
.checks(&[
    Check::OneOf(options(&[2, 3]), "only one of `--nflog-range` and `--nflog-size`"),
    Check::Value("nflog-prefix", |value| *value != Value::Text([][..].into()), "at least one character"),
]);

/// As many bytes as `x_tables` keeps; `nf_tables` keeps 127.
const MAX_PREFIX: usize = 63;

const NOT_ZERO: Saved = Saved::Unless(|value| *value == Value::Number(0));
