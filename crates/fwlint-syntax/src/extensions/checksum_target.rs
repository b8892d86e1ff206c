//! Fills in the packet's checksum, for programs that cannot bear with hardware that does it later.

use super::{
    Extension, Families, OptionSpec,
    check::{Check, options},
    place::Place,
};
use crate::value::Kind;

pub(super) static EXTENSION: Extension =
    Extension::target("CHECKSUM", Families::IP, &[OptionSpec::new("checksum-fill", Kind::Flag)])
        .checks(&[Check::AnyOf(options(&[0]), "`--checksum-fill`")])
        .places(&[Place::tables(&["mangle"])]);
