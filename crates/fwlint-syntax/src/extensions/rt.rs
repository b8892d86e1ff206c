//! IPv6's routing header.

use super::{
    Extension, Families, OptionSpec,
    check::{Check, Given, options},
    esp::NOT_ALL_INDICES,
};
use crate::value::{Kind, Value};

pub(super) static EXTENSION: Extension = Extension::matching("rt", Families::V6, &[
    OptionSpec::new("rt-type", Kind::Number(u32::MAX as u64)).not(),
    OptionSpec::new("rt-segsleft", Kind::Range(u32::MAX as u64)).not().saved(NOT_ALL_INDICES),
    OptionSpec::new("rt-len", Kind::Number(u32::MAX as u64)).not(),
    OptionSpec::new("rt-0-res", Kind::Flag),
    OptionSpec::new("rt-0-addrs", Kind::Hosts),
    OptionSpec::new("rt-0-not-strict", Kind::Flag),
])
.checks(&[
    Check::Needs(options(&[5]), options(&[4]), "`--rt-0-addrs`"),
    Check::Conflict(lacks_type, "`--rt-type 0`, which the options of that type need"),
    Check::Value(
        "rt-0-addrs",
        |value| !matches!(value, Value::Nets(addresses) if addresses.iter().nth(MAX_ADDRESSES).is_some()),
        "at most 16 addresses",
    ),
]);

/// The most addresses that `ip6t_rt.h` has room for.
const MAX_ADDRESSES: usize = 16;

fn lacks_type(given: &Given<'_>) -> bool {
    let is_zero = |arg: &crate::Arg| !arg.negated() && arg.value(given.source) == Value::Number(0);
    given.seen & options(&[3, 4, 5]) != 0 && !given.named("rt-type").any(is_zero)
}
