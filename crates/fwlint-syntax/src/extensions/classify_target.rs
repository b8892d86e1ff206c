//! Puts the packet in a class for `tc(8)`.

use super::{
    Extension, Families, OptionSpec,
    check::{Check, options},
    place::{Place, WITH_OUTPUT},
};
use crate::value::Kind;

pub(super) static EXTENSION: Extension =
    Extension::target("CLASSIFY", Families::IP, &[OptionSpec::new("set-class", Kind::TrafficClass)])
        .checks(&[Check::AnyOf(options(&[0]), "`--set-class`")])
        .places(&[Place::chains(WITH_OUTPUT)]);
