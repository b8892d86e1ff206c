//! Writes IPv6's hop limit.

use super::{
    Extension, Families, OptionSpec,
    check::{ANY, Check},
    place::Place,
};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::target("HL", Families::V6, &[
    OptionSpec::new("hl-set", Kind::Number(255)),
    OptionSpec::new("hl-dec", Kind::Between(1, 255)),
    OptionSpec::new("hl-inc", Kind::Between(1, 255)),
])
.checks(&[
    Check::AnyOf(ANY, "what to do, as in `--hl-set`"),
    Check::OneOf(ANY, "only one of `--hl-set`, `--hl-dec` and `--hl-inc`"),
])
.places(&[Place::tables(&["mangle"])]);
