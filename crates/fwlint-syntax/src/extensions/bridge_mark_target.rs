//! Writes the packet's mark, on a bridge.

use super::{Extension, Families, OptionSpec};
use crate::value::{Kind, Names};

pub(super) static EXTENSION: Extension = Extension::target("mark", Families::BRIDGE, &[
    OptionSpec::new("mark-set", Kind::Masked).aliases(&["set-mark"]),
    OptionSpec::new("mark-or", Kind::Masked),
    OptionSpec::new("mark-and", Kind::Masked),
    OptionSpec::new("mark-xor", Kind::Masked),
    OptionSpec::new("mark-target", Kind::One(&STANDARD_TARGETS)),
]);

/// What a target of ebtables does with the frame when it has done its own work.
pub(super) static STANDARD_TARGETS: Names = Names {
    list: &[("ACCEPT", 0), ("DROP", 1), ("CONTINUE", 2), ("RETURN", 3)],
    one: "`ACCEPT`, `DROP`, `CONTINUE` or `RETURN`",
    some: "standard targets",
};
