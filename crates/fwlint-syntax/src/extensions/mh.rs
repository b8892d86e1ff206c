//! The type of a message of Mobile IPv6.

use super::{Extension, Families, OptionSpec, Saved, check::Check};
use crate::value::{self, Grammar, Kind, Names, Value};

pub(super) static EXTENSION: Extension = Extension::matching("mh", Families::V6, &[
    OptionSpec::new("mh-type", Kind::Own(&TYPE_RANGE))
        .not()
        .saved(Saved::Unless(|value| *value == Value::Range(0, u64::from(u8::MAX)))),
])
.checks(&[Check::Protocol(&[135], "`-p mobility-header` in the same rule")]);

static TYPE_RANGE: Grammar = Grammar::new(
    "a type of Mobile IPv6's messages by name or number, or two as `low:high`",
    |words| {
        let number = |text| TYPES.choice(text).map(u64::from).filter(|&number| number <= u8::MAX.into());
        let mut parts = words.splitn(2, |&byte| byte == b':');
        let low = parts.next()?;
        match (low, parts.next()) {
            (low, None) => number(low).map(|number| Value::Range(number, number)),
            (low, Some(high)) => Some(Value::Range(
                if low.is_empty() { 0 } else { number(low)? },
                if high.is_empty() { u8::MAX.into() } else { number(high)? },
            )),
        }
    },
    |range, out| value::print(Kind::Range(u64::from(u8::MAX)), range, out),
);

/// RFC 6275, section 6.1.
static TYPES: Names = Names {
    list: &[
        ("binding-refresh-request", 0),
        ("brr", 0),
        ("home-test-init", 1),
        ("hoti", 1),
        ("careof-test-init", 2),
        ("coti", 2),
        ("home-test", 3),
        ("hot", 3),
        ("careof-test", 4),
        ("cot", 4),
        ("binding-update", 5),
        ("bu", 5),
        ("binding-acknowledgement", 6),
        ("ba", 6),
        ("binding-error", 7),
        ("be", 7),
    ],
    one: "a type of Mobile IPv6's messages",
    some: "types of Mobile IPv6's messages",
};
