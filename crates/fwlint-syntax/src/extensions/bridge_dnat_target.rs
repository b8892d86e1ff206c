//! Writes the destination MAC address, on a bridge.

use super::check::{Check, options};
use super::{Extension, Families, OptionSpec, bridge_mark_target::STANDARD_TARGETS};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::target("dnat", Families::BRIDGE, &[
    OptionSpec::new("to-destination", Kind::Mac).aliases(&["to-dst"]),
    OptionSpec::new("dnat-target", Kind::One(&STANDARD_TARGETS)),
])
.checks(&[Check::AnyOf(options(&[0]), "`--to-destination`")]);
