//! Writes the packet's security mark, for `SELinux`.

use super::{
    Extension, Families, OptionSpec,
    check::{Check, options},
    place::Place,
};
use crate::value::Kind;

pub(super) static EXTENSION: Extension =
    Extension::target("SECMARK", Families::IP, &[OptionSpec::new("selctx", Kind::Word)])
        .checks(&[Check::AnyOf(options(&[0]), "`--selctx`")])
        .places(&[Place::tables(&["mangle", "security"])]);
