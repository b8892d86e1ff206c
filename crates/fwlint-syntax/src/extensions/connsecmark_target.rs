//! Copies the security mark from the packet to its connection, or back.

use super::{
    Extension, Families, OptionSpec,
    check::{ANY, Check},
    place::Place,
};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::target(
    "CONNSECMARK",
    Families::IP,
    &[OptionSpec::new("save", Kind::Flag), OptionSpec::new("restore", Kind::Flag)],
)
.checks(&[
    Check::AnyOf(ANY, "`--save` or `--restore`"),
    Check::OneOf(ANY, "only one of `--save` and `--restore`"),
])
.places(&[Place::tables(&["mangle", "security"])]);
