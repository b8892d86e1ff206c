//! Writes the Differentiated Services code point.

use super::{
    Extension, Families, OptionSpec, Saved,
    check::{ANY, Check},
    place::Place,
};
use crate::value::{Kind, Names, Value};

pub(super) static EXTENSION: Extension = Extension::target("DSCP", Families::IP, &[
    OptionSpec::new("set-dscp", Kind::Number(63)).saved(Saved::As(saved)),
    OptionSpec::new("set-dscp-class", Kind::Name(&CLASSES)).saved(Saved::As(saved)),
])
.checks(&[
    Check::AnyOf(ANY, "`--set-dscp` or `--set-dscp-class`"),
    Check::OneOf(ANY, "only one of `--set-dscp` and `--set-dscp-class`"),
])
.places(&[Place::tables(&["mangle"])]);

fn saved(value: &Value<'_>, out: &mut Vec<u8>) {
    let point = match *value {
        Value::Number(point) => point,
        Value::Choice(point) => point.into(),
        _ => return,
    };
    out.extend_from_slice(format!("--set-dscp {point:#04x}").as_bytes());
}

/// RFC 2474, 2597 and 3246.
pub(super) static CLASSES: Names = Names {
    list: &[
        ("CS0", 0),
        ("BE", 0),
        ("CS1", 8),
        ("AF11", 10),
        ("AF12", 12),
        ("AF13", 14),
        ("CS2", 16),
        ("AF21", 18),
        ("AF22", 20),
        ("AF23", 22),
        ("CS3", 24),
        ("AF31", 26),
        ("AF32", 28),
        ("AF33", 30),
        ("CS4", 32),
        ("AF41", 34),
        ("AF42", 36),
        ("AF43", 38),
        ("CS5", 40),
        ("EF", 46),
        ("CS6", 48),
        ("CS7", 56),
    ],
    one: "a DiffServ class: BE, EF, CS0 to CS7, or AF11 to AF43",
    some: "DiffServ classes",
};
