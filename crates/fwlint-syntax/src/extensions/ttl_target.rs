//! Writes IPv4's time to live.

use super::{
    Extension, Families, OptionSpec,
    check::{ANY, Check},
    place::Place,
};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::target("TTL", Families::V4, &[
    OptionSpec::new("ttl-set", Kind::Number(255)),
    OptionSpec::new("ttl-dec", Kind::Between(1, 255)),
    OptionSpec::new("ttl-inc", Kind::Between(1, 255)),
])
.checks(&[
    Check::AnyOf(ANY, "what to do, as in `--ttl-set`"),
    Check::OneOf(ANY, "only one of `--ttl-set`, `--ttl-dec` and `--ttl-inc`"),
])
.places(&[Place::tables(&["mangle"])]);
