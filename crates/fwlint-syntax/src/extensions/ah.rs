//! The authentication header of `IPsec`, in IPv4: the Security Parameters Index.

use super::{Extension, Families, OptionSpec, check::Check, esp::NOT_ALL_INDICES};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::matching("ah", Families::V4, &[
    OptionSpec::new("ahspi", Kind::Range(u32::MAX as u64)).not().saved(NOT_ALL_INDICES),
])
.checks(&[Check::Protocol(&[51], "`-p ah` in the same rule")]);
