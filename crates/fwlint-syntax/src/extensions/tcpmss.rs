//! The maximum segment size that a TCP SYN offers.

use super::{
    Extension, Families, OptionSpec,
    check::{ANY, Check, TCP},
};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::matching("tcpmss", Families::IP, &[
    OptionSpec::new("mss", Kind::Range(u16::MAX as u64)).not(),
])
.checks(&[Check::AnyOf(ANY, "`--mss`"), TCP]);
