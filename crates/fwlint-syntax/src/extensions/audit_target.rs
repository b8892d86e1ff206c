//! Writes an audit record and goes on.

use super::{
    Extension, Families, OptionSpec,
    check::{Check, options},
};
use crate::value::{Kind, Names};

pub(super) static EXTENSION: Extension =
    Extension::target("AUDIT", Families::IP, &[OptionSpec::new("type", Kind::Name(&TYPES))])
        .checks(&[Check::AnyOf(options(&[0]), "`--type`")]);

static TYPES: Names = Names {
    list: &[("accept", 0), ("drop", 1), ("reject", 2)],
    one: "`accept`, `drop` or `reject`",
    some: "kinds of records",
};
