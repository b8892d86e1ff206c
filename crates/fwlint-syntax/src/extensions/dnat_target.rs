//! Translates the destination.

use super::{Extension, Families, OptionSpec};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::target("DNAT", Families::IP, &[
    OptionSpec::new("to-destination", Kind::NatRange),
    OptionSpec::new("random", Kind::Flag),
    OptionSpec::new("persistent", Kind::Flag),
]);
