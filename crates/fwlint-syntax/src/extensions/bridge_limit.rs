//! A token bucket: so many frames per unit of time, on a bridge.

use super::{Extension, Families, OptionSpec};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::matching("limit", Families::BRIDGE, &[
    OptionSpec::new("limit", Kind::Rate).always("3/hour"),
    OptionSpec::new("limit-burst", Kind::Number(10_000)).always("5"),
]);
