//! The packet's mark.

use super::{Extension, Families, OptionSpec, check::{ANY, Check}};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::matching("mark", Families::IP, &[
    OptionSpec::new("mark", Kind::Masked).not(),
])
.checks(&[Check::AnyOf(ANY, "`--mark`")]);
