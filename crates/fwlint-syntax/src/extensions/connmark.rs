//! The connection's mark.

use super::{Extension, Families, OptionSpec, check::{ANY, Check}};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::matching("connmark", Families::IP, &[
    OptionSpec::new("mark", Kind::Masked).not(),
])
.checks(&[Check::AnyOf(ANY, "`--mark`")]);
