//! Translates the source.

use super::{Extension, Families, OptionSpec};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::target("SNAT", Families::IP, &[
    OptionSpec::new("to-source", Kind::NatRange),
    OptionSpec::new("random", Kind::Flag),
    OptionSpec::new("random-fully", Kind::Flag),
    OptionSpec::new("persistent", Kind::Flag),
]);
