//! Writes the bits of Explicit Congestion Notification, in the header of IPv4 or TCP.

use super::{
    Extension, Families, OptionSpec,
    check::{ANY, Check, Given, options},
    place::Place,
};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::target("ECN", Families::V4, &[
    OptionSpec::new("ecn-tcp-remove", Kind::Flag),
    OptionSpec::new("ecn-tcp-ece", Kind::Number(1)),
    OptionSpec::new("ecn-tcp-cwr", Kind::Number(1)),
    OptionSpec::new("ecn-ip-ect", Kind::Number(3)),
])
.saved(save)
.checks(&[
    Check::AnyOf(ANY, "what to do, as in `--ecn-tcp-remove`"),
    Check::OneOf(options(&[0, 1]), "only one of `--ecn-tcp-remove` and `--ecn-tcp-ece`"),
    Check::OneOf(options(&[0, 2]), "only one of `--ecn-tcp-remove` and `--ecn-tcp-cwr`"),
    Check::Other(|given| {
        let writes_tcp = given.seen & options(&[0, 1, 2]) != 0;
        (writes_tcp && !given.is_for(&[6])).then_some("`-p tcp` in the same rule, which TCP's bits need")
    }),
])
.places(&[Place::tables(&["mangle"])]);

/// `--ecn-tcp-remove` is what it does, unless IPv4's bits are written as well.
fn save(given: &Given<'_>, out: &mut Vec<u8>) {
    if given.has("ecn-tcp-remove") && given.has("ecn-ip-ect") {
        out.extend_from_slice(b" --ecn-tcp-ece 0 --ecn-tcp-cwr 0");
    } else {
        given.print("ecn-tcp-remove", out);
    }
    for name in ["ecn-tcp-ece", "ecn-tcp-cwr", "ecn-ip-ect"] {
        given.print(name, out);
    }
}

#[cfg(test)]
mod tests {
    use crate::{Family, testing::saved};

    #[test]
    fn removing_is_saved_as_two_operations_beside_a_third() {
        assert_eq!(saved(Family::Ipv4, "-p tcp -j ECN --ecn-tcp-remove"), "-p tcp -j ECN --ecn-tcp-remove");
        assert_eq!(
            saved(Family::Ipv4, "-p tcp -j ECN --ecn-tcp-remove --ecn-ip-ect 3"),
            "-p tcp -j ECN --ecn-tcp-ece 0 --ecn-tcp-cwr 0 --ecn-ip-ect 3"
        );
        assert_eq!(saved(Family::Ipv4, "-j ECN --ecn-ip-ect 1"), "-j ECN --ecn-ip-ect 1");
        assert_eq!(
            saved(Family::Ipv4, "-j ECN --ecn-tcp-cwr 1"),
            "ECN: `-p tcp` in the same rule, which TCP's bits need"
        );
    }
}
