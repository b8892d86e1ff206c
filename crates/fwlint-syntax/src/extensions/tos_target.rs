//! Writes IPv4's type of service, or IPv6's traffic class.

use super::{
    Extension, Families, OptionSpec, Saved,
    check::{ANY, Check},
    place::Place,
};
use crate::value::{Kind, Value};

pub(super) static EXTENSION: Extension = Extension::target("TOS", Families::IP, &[
    OptionSpec::new("set-tos", Kind::Tos),
    OptionSpec::new("and-tos", BITS)
        .saved(Saved::As(|value, out| set_tos(value, out, |bits| (0, bits ^ 0xff)))),
    OptionSpec::new("or-tos", BITS)
        .saved(Saved::As(|value, out| set_tos(value, out, |bits| (bits, bits)))),
    OptionSpec::new("xor-tos", BITS).saved(Saved::As(|value, out| set_tos(value, out, |bits| (bits, 0)))),
])
.checks(&[
    Check::AnyOf(ANY, "what to do, as in `--set-tos`"),
    Check::OneOf(ANY, "only one of `--set-tos`, `--and-tos`, `--or-tos` and `--xor-tos`"),
])
.places(&[Place::tables(&["mangle"])]);

const BITS: Kind = Kind::Number(u8::MAX as u64);

/// The one form that is printed: the bits of the mask are cleared, then those of the value flipped.
fn set_tos(value: &Value<'_>, out: &mut Vec<u8>, masked: fn(u64) -> (u64, u64)) {
    if let Value::Number(bits) = *value {
        let (value, mask) = masked(bits);
        out.extend_from_slice(format!("--set-tos {value:#04x}/{mask:#04x}").as_bytes());
    }
}
