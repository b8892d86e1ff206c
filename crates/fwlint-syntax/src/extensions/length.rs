//! The packet's length in bytes, from the IP header on.

use super::{
    Extension, Families, OptionSpec,
    check::{ANY, Check},
};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::matching("length", Families::IP, &[
    OptionSpec::new("length", Kind::Range(u16::MAX as u64)).not(),
])
.checks(&[Check::AnyOf(ANY, "`--length`")]);
