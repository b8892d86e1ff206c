//! The Differentiated Services code point.

use super::{
    Extension, Families, OptionSpec, Saved,
    check::{ANY, Check},
    dscp_target::CLASSES,
};
use crate::value::{Kind, Value};

pub(super) static EXTENSION: Extension = Extension::matching("dscp", Families::IP, &[
    OptionSpec::new("dscp", Kind::Number(63)).not().saved(Saved::As(saved)),
    OptionSpec::new("dscp-class", Kind::Name(&CLASSES)).not().saved(Saved::As(saved)),
])
.checks(&[
    Check::AnyOf(ANY, "`--dscp` or `--dscp-class`"),
    Check::OneOf(ANY, "only one of `--dscp` and `--dscp-class`"),
]);

fn saved(value: &Value<'_>, out: &mut Vec<u8>) {
    let point = match *value {
        Value::Number(point) => point,
        Value::Choice(point) => point.into(),
        _ => return,
    };
    out.extend_from_slice(format!("--dscp {point:#04x}").as_bytes());
}
