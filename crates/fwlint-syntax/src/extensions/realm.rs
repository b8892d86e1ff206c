//! The realm of the packet's route.

use super::{
    Extension, Families, OptionSpec,
    check::{ANY, Check},
    devgroup::NUMBER_OR_NAME,
    place::Place,
};
use crate::value::Kind;

pub(super) static EXTENSION: Extension =
    Extension::matching("realm", Families::V4, &[OptionSpec::new("realm", Kind::Own(&NUMBER_OR_NAME)).not()])
        .checks(&[Check::AnyOf(ANY, "`--realm`")])
        .places(&[Place::chains(&["INPUT", "FORWARD", "OUTPUT", "POSTROUTING"])]);
