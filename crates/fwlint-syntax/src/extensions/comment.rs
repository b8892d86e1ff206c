//! A comment, which matches every packet.

use super::{Extension, Families, OptionSpec, check::{ANY, Check}};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::matching("comment", Families::IP, &[
    OptionSpec::new("comment", Kind::Text),
])
.checks(&[Check::AnyOf(ANY, "`--comment`")]);
