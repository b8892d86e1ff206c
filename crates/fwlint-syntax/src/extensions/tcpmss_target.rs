//! Writes the largest segment size that a TCP connection is to have.

use super::{
    Extension, Families, OptionSpec,
    check::{ANY, Check, Given, TCP},
    place::{Place, Refusal, WITH_OUTPUT},
};
use crate::{
    tree::Backends,
    value::{Kind, TCP_FLAGS, Value},
};

pub(super) static EXTENSION: Extension = Extension::target("TCPMSS", Families::IP, &[
    // A packet has at most 65535 bytes, and headers take 20 of them, or 40.
    OptionSpec::new("set-mss", Kind::Number(65_515)).only(Families::V4),
    OptionSpec::new("set-mss", Kind::Number(65_495)).only(Families::V6),
    OptionSpec::new("clamp-mss-to-pmtu", Kind::Flag),
])
.checks(&[Check::AnyOf(ANY, "`--set-mss` or `--clamp-mss-to-pmtu`"), TCP])
.places(&[Place::chains(WITH_OUTPUT)
    .on_loading()
    .when("`--clamp-mss-to-pmtu`", |given| given.has("clamp-mss-to-pmtu"))])
.refusals(&[Refusal {
    by: Backends::LEGACY,
    what: "`TCPMSS` without a test for SYN beside it, as in `--tcp-flags SYN,RST SYN`",
    when: |given| !tests_syn(given),
}]);

/// `find_syn_match` of the kernel's `xt_TCPMSS.c`.
fn tests_syn(given: &Given<'_>) -> bool {
    let syn = TCP_FLAGS.choice_by_name(b"SYN").unwrap_or_default();
    let has_syn = |value| matches!(value, Value::TcpFlags { set, .. } if u32::from(set) & syn != 0);
    given.affirmed("syn").next().is_some() || given.affirmed("tcp-flags").any(has_syn)
}
