//! Ranges of addresses.

use super::{
    Extension, Families, OptionSpec,
    check::{ANY, Check},
};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::matching("iprange", Families::IP, &[
    OptionSpec::new("src-range", Kind::AddressRange).not(),
    OptionSpec::new("dst-range", Kind::AddressRange).not(),
])
.checks(&[Check::AnyOf(ANY, "`--src-range` or `--dst-range`")]);
