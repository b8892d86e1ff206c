//! How many connections there are from one address, or to one.

use super::{
    Extension, Families, OptionSpec,
    check::{Check, Given, options},
};
use crate::{tree::Family, value::Kind};

pub(super) static EXTENSION: Extension = Extension::matching("connlimit", Families::IP, &[
    OptionSpec::new("connlimit-upto", Kind::Number(u32::MAX as u64)).not(),
    OptionSpec::new("connlimit-above", Kind::Number(u32::MAX as u64)).not(),
    OptionSpec::new("connlimit-mask", Kind::PrefixLength),
    OptionSpec::new("connlimit-saddr", Kind::Flag),
    OptionSpec::new("connlimit-daddr", Kind::Flag),
])
.checks(&[
    Check::AnyOf(options(&[0, 1]), "`--connlimit-upto` or `--connlimit-above`"),
    Check::OneOf(options(&[0, 1]), "only one of `--connlimit-upto` and `--connlimit-above`"),
    Check::OneOf(options(&[3, 4]), "only one of `--connlimit-saddr` and `--connlimit-daddr`"),
])
.saved(save);

/// The mask and the address always stand there; `! --connlimit-above` is `--connlimit-upto`, and the other way round.
fn save(given: &Given<'_>, out: &mut Vec<u8>) {
    for (name, opposite) in [("connlimit-upto", "connlimit-above"), ("connlimit-above", "connlimit-upto")] {
        for arg in given.named(name) {
            let name = if arg.negated() { opposite } else { name };
            out.extend_from_slice(format!(" --{name} ").as_bytes());
            given.print_value(arg, out);
        }
    }
    if given.has("connlimit-mask") {
        given.print("connlimit-mask", out);
    } else {
        let all = if given.family() == Family::Ipv6 { 128 } else { 32 };
        out.extend_from_slice(format!(" --connlimit-mask {all}").as_bytes());
    }
    let by_destination = given.has("connlimit-daddr");
    out.extend_from_slice(if by_destination { b" --connlimit-daddr" } else { b" --connlimit-saddr" });
}

#[cfg(test)]
mod tests {
    use crate::{Family, testing::saved};

    #[test]
    fn mask_and_address_are_always_said() {
        assert_eq!(
            saved(Family::Ipv4, "-m connlimit --connlimit-above 5"),
            "-m connlimit --connlimit-above 5 --connlimit-mask 32 --connlimit-saddr"
        );
        assert_eq!(
            saved(Family::Ipv6, "-m connlimit --connlimit-daddr ! --connlimit-above 5 --connlimit-mask ffff::"),
            "-m connlimit --connlimit-upto 5 --connlimit-mask 16 --connlimit-daddr"
        );
    }
}
