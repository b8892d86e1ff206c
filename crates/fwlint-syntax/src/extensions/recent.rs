//! A list of addresses that were seen lately, and when.

use super::{
    Extension, Families, OptionSpec, Saved,
    check::{Check, Given, options},
};
use crate::{
    tree::Family,
    value::{Kind, Value},
};

/// `--set` … `--remove`.
const OPERATIONS: u64 = options(&[0, 1, 2, 3]);

pub(super) static EXTENSION: Extension = Extension::matching("recent", Families::IP, &[
    OptionSpec::new("set", Kind::Flag).not(),
    OptionSpec::new("rcheck", Kind::Flag).not(),
    OptionSpec::new("update", Kind::Flag).not(),
    OptionSpec::new("remove", Kind::Flag).not(),
    OptionSpec::new("seconds", Kind::Between(1, u32::MAX as u64)),
    OptionSpec::new("reap", Kind::Flag),
    // xt_recent.c keeps its counts in 16 bits.
    OptionSpec::new("hitcount", Kind::Number(65_535)).saved(Saved::Unless(|value| *value == Value::Number(0))),
    OptionSpec::new("rttl", Kind::Flag),
    OptionSpec::new("name", Kind::Word),
    OptionSpec::new("mask", Kind::Host),
    OptionSpec::new("rsource", Kind::Flag),
    OptionSpec::new("rdest", Kind::Flag),
])
.checks(&[
    Check::AnyOf(OPERATIONS, "`--set`, `--rcheck`, `--update` or `--remove`"),
    Check::OneOf(OPERATIONS, "only one of `--set`, `--rcheck`, `--update` and `--remove`"),
    Check::Needs(options(&[5]), options(&[4]), "`--seconds`, which `--reap` needs"),
    Check::Conflict(
        |given| given.seen & options(&[0, 3]) != 0 && given.seen & options(&[4, 5, 6, 7]) != 0,
        "`--seconds`, `--reap`, `--hitcount` and `--rttl` with `--rcheck` or `--update` only",
    ),
    Check::Value(
        "name",
        |name| !matches!(name, Value::Text(name) if name.is_empty() || name.contains(&b'/')),
        "the name of a file in /proc",
    ),
])
.saved(save);

/// Name, mask and address always stand there.
fn save(given: &Given<'_>, out: &mut Vec<u8>) {
    for name in ["set", "rcheck", "update", "remove", "seconds", "reap", "hitcount", "rttl"] {
        given.print(name, out);
    }
    if given.has("name") {
        given.print("name", out);
    } else {
        out.extend_from_slice(b" --name DEFAULT");
    }
    if given.has("mask") {
        given.print("mask", out);
    } else if given.family() == Family::Ipv6 {
        out.extend_from_slice(b" --mask ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
    } else {
        out.extend_from_slice(b" --mask 255.255.255.255");
    }
    let at = |name| given.named(name).map(|arg| arg.span().start).next();
    // The last one counts.
    out.extend_from_slice(if at("rdest") > at("rsource") { b" --rdest" } else { b" --rsource" });
}

#[cfg(test)]
mod tests {
    use crate::{Family, testing::saved};

    #[test]
    fn a_list_has_a_name_a_mask_and_a_side() {
        let v4 = |rule: &str| saved(Family::Ipv4, rule);
        assert_eq!(
            v4("-m recent --update --hitcount 4 --seconds 60 --rttl"),
            "-m recent --update --seconds 60 --hitcount 4 --rttl --name DEFAULT --mask 255.255.255.255 --rsource"
        );
        assert_eq!(
            v4("-m recent --rdest --name x ! --rcheck --hitcount 0 --mask 255.255.0.0"),
            "-m recent ! --rcheck --name x --mask 255.255.0.0 --rdest"
        );
        assert!(v4("-m recent --rcheck --rdest --rsource").ends_with("--rsource"));
        assert!(saved(Family::Ipv6, "-m recent --set --mask ffff::").ends_with("--mask ffff:: --rsource"));
        assert_eq!(v4("-m recent --rcheck --mask 24"), "24: an IPv4 address without a mask");
        assert!(v4("-m recent --set --seconds 5").contains("with `--rcheck` or `--update` only"));
    }
}
