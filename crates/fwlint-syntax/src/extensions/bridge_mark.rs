//! The packet's mark, on a bridge.

use super::{Extension, Families, OptionSpec};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::matching("mark_m", Families::BRIDGE, &[
    OptionSpec::new("mark", Kind::MaskedOrBits).not(),
]);
