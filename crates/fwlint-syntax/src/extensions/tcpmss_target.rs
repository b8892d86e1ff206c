//! Writes the largest segment size that a TCP connection is to have.

use super::{
    Extension, Families, OptionSpec,
    check::{ANY, Check, TCP},
};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::target("TCPMSS", Families::IP, &[
    // A packet has at most 65535 bytes, and headers take 20 of them, or 40.
    OptionSpec::new("set-mss", Kind::Number(65_515)).only(Families::V4),
    OptionSpec::new("set-mss", Kind::Number(65_495)).only(Families::V6),
    OptionSpec::new("clamp-mss-to-pmtu", Kind::Flag),
])
.checks(&[Check::AnyOf(ANY, "`--set-mss` or `--clamp-mss-to-pmtu`"), TCP]);
