//! Writes the packet's mark.

use super::{Extension, Families, OptionSpec, Saved, check::{ANY, Check}};
use crate::value::{Kind, Value};

pub(super) static EXTENSION: Extension = Extension::target("MARK", Families::IP, &[
    OptionSpec::new("set-xmark", Kind::Masked).saved(Saved::As(saved_set_xmark)),
    OptionSpec::new("set-mark", Kind::Masked).saved(Saved::As(saved_set_mark)),
    OptionSpec::new("and-mark", Kind::Unmasked).saved(Saved::As(saved_and_mark)),
    OptionSpec::new("or-mark", Kind::Unmasked).saved(Saved::As(saved_or_mark)),
    OptionSpec::new("xor-mark", Kind::Unmasked).saved(Saved::As(saved_xor_mark)),
])
.checks(&[Check::AnyOf(ANY, "what to do, as in `--set-xmark`"), Check::OneOf(ANY, "one operation only")]);

/// The one form that is printed: the bits of `mask` are cleared, then those of `value` flipped.
fn set_xmark(value: u32, mask: u32, out: &mut Vec<u8>) {
    out.extend_from_slice(format!("--set-xmark {value:#x}/{mask:#x}").as_bytes());
}

pub(super) fn saved_set_xmark(value: &Value<'_>, out: &mut Vec<u8>) {
    if let &Value::Masked { value, mask } = value {
        set_xmark(value, mask, out);
    }
}

pub(super) fn saved_set_mark(value: &Value<'_>, out: &mut Vec<u8>) {
    if let &Value::Masked { value, mask } = value {
        set_xmark(value, mask | value, out);
    }
}

pub(super) fn saved_and_mark(value: &Value<'_>, out: &mut Vec<u8>) {
    if let &Value::Masked { value, .. } = value {
        set_xmark(0, !value, out);
    }
}

pub(super) fn saved_or_mark(value: &Value<'_>, out: &mut Vec<u8>) {
    if let &Value::Masked { value, .. } = value {
        set_xmark(value, value, out);
    }
}

pub(super) fn saved_xor_mark(value: &Value<'_>, out: &mut Vec<u8>) {
    if let &Value::Masked { value, .. } = value {
        set_xmark(value, 0, out);
    }
}
