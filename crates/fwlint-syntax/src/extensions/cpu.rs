//! The processor that handles the packet.

use super::{
    Extension, Families, OptionSpec,
    check::{ANY, Check},
};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::matching("cpu", Families::IP, &[
    OptionSpec::new("cpu", Kind::Number(u32::MAX as u64)).not(),
])
.checks(&[Check::AnyOf(ANY, "`--cpu`")]);
