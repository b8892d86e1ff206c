//! IPv4's time to live.

use super::{
    Extension, Families, OptionSpec,
    check::{ANY, Check},
};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::matching("ttl", Families::V4, &[
    OptionSpec::new("ttl-eq", Kind::Number(255)).aliases(&["ttl"]).not(),
    OptionSpec::new("ttl-lt", Kind::Number(255)),
    OptionSpec::new("ttl-gt", Kind::Number(255)),
])
.checks(&[
    Check::AnyOf(ANY, "`--ttl-eq`, `--ttl-lt` or `--ttl-gt`"),
    Check::OneOf(ANY, "only one of `--ttl-eq`, `--ttl-lt` and `--ttl-gt`"),
]);
