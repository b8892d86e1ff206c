//! The packet's mark.

use super::{Extension, Families, OptionSpec};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::matching("mark", Families::IP, &[
    OptionSpec::new("mark", Kind::Masked).not(),
]);
