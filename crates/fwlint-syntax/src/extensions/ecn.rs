//! The bits of Explicit Congestion Notification, in the headers of IP and TCP.

use super::{
    Extension, Families, OptionSpec,
    check::{ANY, Check, options},
};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::matching("ecn", Families::IP, &[
    OptionSpec::new("ecn-tcp-ece", Kind::Flag).not(),
    OptionSpec::new("ecn-tcp-cwr", Kind::Flag).not(),
    OptionSpec::new("ecn-ip-ect", Kind::Number(3)).not(),
])
.checks(&[
    Check::AnyOf(ANY, "something to test, as in `--ecn-ip-ect`"),
    Check::Other(|given| {
        let reads_tcp = given.seen & options(&[0, 1]) != 0;
        (reads_tcp && !given.is_for(&[6])).then_some("`-p tcp` in the same rule, which TCP's bits need")
    }),
]);
