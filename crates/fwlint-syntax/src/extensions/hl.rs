//! IPv6's hop limit.

use super::{
    Extension, Families, OptionSpec,
    check::{ANY, Check},
};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::matching("hl", Families::V6, &[
    OptionSpec::new("hl-eq", Kind::Number(255)).aliases(&["hl"]).not(),
    OptionSpec::new("hl-lt", Kind::Number(255)),
    OptionSpec::new("hl-gt", Kind::Number(255)),
])
.checks(&[
    Check::AnyOf(ANY, "`--hl-eq`, `--hl-lt` or `--hl-gt`"),
    Check::OneOf(ANY, "only one of `--hl-eq`, `--hl-lt` and `--hl-gt`"),
]);
