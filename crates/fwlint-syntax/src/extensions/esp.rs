//! The encapsulated payload of `IPsec`: the Security Parameters Index.

use super::{Extension, Families, OptionSpec, Saved, check::Check};
use crate::value::{Kind, Value};

pub(super) static EXTENSION: Extension = Extension::matching("esp", Families::IP, &[
    OptionSpec::new("espspi", Kind::Range(u32::MAX as u64)).not().saved(NOT_ALL_INDICES),
])
.checks(&[Check::Protocol(&[50], "`-p esp` in the same rule")]);

/// A test that every number of 32 bits passes is not printed.
pub(super) const NOT_ALL_INDICES: Saved = 
    Saved::Unless(|value| *value == Value::Range(0, u64::from(u32::MAX)));
