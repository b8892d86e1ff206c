//! So many bytes, and no more.

use super::{
    Extension, Families, OptionSpec,
    check::{ANY, Check},
};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::matching("quota", Families::IP, &[
    OptionSpec::new("quota", Kind::Number(u64::MAX)).not(),
])
.checks(&[Check::AnyOf(ANY, "`--quota`")]);
