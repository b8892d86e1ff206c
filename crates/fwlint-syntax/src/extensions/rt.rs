//! IPv6's routing header.

use super::{
    Extension, Families, OptionSpec,
    check::{Check, Given},
    esp::NOT_ALL_INDICES,
};
use crate::{
    tree::Arg,
    value::{Kind, Value},
};

pub(super) static EXTENSION: Extension = Extension::matching("rt", Families::V6, &[
    OptionSpec::new("rt-type", Kind::Number(u32::MAX as u64)).not(),
    OptionSpec::new("rt-segsleft", Kind::Range(u32::MAX as u64)).not().saved(NOT_ALL_INDICES),
    OptionSpec::new("rt-len", Kind::Number(u32::MAX as u64)).not(),
    OptionSpec::new("rt-0-res", Kind::Flag),
    OptionSpec::new("rt-0-addrs", Kind::Hosts),
    OptionSpec::new("rt-0-not-strict", Kind::Flag),
])
.checks(&[
    Check::Conflict(lacks_type, "`--rt-type 0` in front of the options of that type"),
    Check::Conflict(lacks_addresses, "`--rt-0-addrs` in front of `--rt-0-not-strict`"),
    Check::Value(
        "rt-0-addrs",
        |value| !matches!(value, Value::Nets(addresses) if addresses.iter().nth(MAX_ADDRESSES).is_some()),
        "at most 16 addresses",
    ),
]);

/// The most addresses that `ip6t_rt.h` has room for.
const MAX_ADDRESSES: usize = 16;

fn lacks_type(given: &Given<'_>) -> bool {
    let is_zero = |arg: &&Arg| !arg.negated() && arg.value(given.source) == Value::Number(0);
    let zero_at = given.named("rt-type").find(is_zero).map(Arg::span);
    let names = ["rt-0-res", "rt-0-addrs", "rt-0-not-strict"];
    names.into_iter().flat_map(|name| given.named(name)).any(|arg| zero_at.is_none_or(|zero| zero > arg.span()))
}

fn lacks_addresses(given: &Given<'_>) -> bool {
    let at = |name| given.named(name).map(Arg::span).next();
    at("rt-0-not-strict").is_some_and(|flag| at("rt-0-addrs").is_none_or(|addresses| addresses > flag))
}

#[cfg(test)]
mod tests {
    use crate::{Family, testing::saved};

    #[test]
    fn what_belongs_to_a_type_stands_behind_it() {
        let v6 = |rule: &str| saved(Family::Ipv6, &format!("-m rt {rule}"));
        let whole = "--rt-type 0 --rt-segsleft 1:4294967295 --rt-0-addrs 2001:db8::1 --rt-0-not-strict";
        assert_eq!(
            v6("--rt-type 0 --rt-0-addrs 2001:db8::1 --rt-0-not-strict --rt-segsleft 1:"),
            format!("-m rt {whole}")
        );
        for bad in ["--rt-0-res", "! --rt-type 0 --rt-0-res", "--rt-type 1 --rt-0-res", "--rt-0-res --rt-type 0"] {
            assert!(v6(bad).contains("`--rt-type 0` in front"), "{bad}");
        }
        for bad in ["--rt-0-not-strict", "--rt-0-not-strict --rt-0-addrs 2001:db8::1"] {
            assert!(v6(&format!("--rt-type 0 {bad}")).contains("`--rt-0-addrs` in front"), "{bad}");
        }
    }
}
