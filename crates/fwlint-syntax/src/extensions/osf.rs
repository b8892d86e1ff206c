//! The operating system that a TCP SYN looks like it comes from.

use super::{
    Extension, Families, OptionSpec,
    check::{Check, TCP, options},
    place::{Place, WITH_INPUT},
};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::matching("osf", Families::V4, &[
    OptionSpec::new("genre", Kind::Word).not(),
    OptionSpec::new("ttl", Kind::Number(2)),
    OptionSpec::new("log", Kind::Number(2)),
])
.checks(&[Check::AnyOf(options(&[0]), "`--genre`"), TCP])
.places(&[Place::chains(WITH_INPUT)]);
