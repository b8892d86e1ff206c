//! The authentication header of `IPsec`, in IPv6, where packets of any protocol may have it.

use super::{Extension, Families, OptionSpec, esp::NOT_ALL_INDICES};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::matching("ah", Families::V6, &[
    OptionSpec::new("ahspi", Kind::Range(u32::MAX as u64)).not().saved(NOT_ALL_INDICES),
    OptionSpec::new("ahlen", Kind::Number(u32::MAX as u64)).not(),
    OptionSpec::new("ahres", Kind::Flag),
]);
