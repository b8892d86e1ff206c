//! IP's compressed payload: the Compression Parameters Index.

use super::{Extension, Families, OptionSpec, check::Check, esp::NOT_ALL_INDICES};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::matching("ipcomp", Families::IP, &[
    // Without it, only index 0 matches.
    OptionSpec::new("ipcompspi", Kind::Range(u32::MAX as u64)).not().saved(NOT_ALL_INDICES).always("0"),
    OptionSpec::new("compres", Kind::Flag),
])
.checks(&[Check::Protocol(&[108], "`-p ipcomp` in the same rule")]);
