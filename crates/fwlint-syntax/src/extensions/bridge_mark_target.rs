//! Writes the packet's mark, on a bridge.

use super::check::{Check, options};
use super::{Extension, Families, OptionSpec};
use crate::value::{Kind, Names};

const OPERATIONS: u64 = options(&[0, 1, 2, 3]);

pub(super) static EXTENSION: Extension = Extension::target("mark", Families::BRIDGE, &[
    OptionSpec::new("mark-set", Kind::Unmasked).aliases(&["set-mark"]),
    OptionSpec::new("mark-or", Kind::Unmasked).aliases(&["or-mark"]),
    OptionSpec::new("mark-and", Kind::Unmasked).aliases(&["and-mark"]),
    OptionSpec::new("mark-xor", Kind::Unmasked).aliases(&["xor-mark"]),
    OptionSpec::new("mark-target", Kind::Name(&STANDARD_TARGETS)).always("ACCEPT"),
])
.checks(&[Check::AnyOf(OPERATIONS, "what to do, as in `--mark-set`"), Check::OneOf(OPERATIONS, "one operation only")]);

/// What a target of ebtables does with the frame when it has done its own work.
pub(super) static STANDARD_TARGETS: Names = Names {
    list: &[("ACCEPT", 0), ("DROP", 1), ("CONTINUE", 2), ("RETURN", 3)],
    one: "`ACCEPT`, `DROP`, `CONTINUE` or `RETURN`",
    some: "standard targets",
};
