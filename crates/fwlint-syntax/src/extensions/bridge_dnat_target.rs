//! Writes the destination MAC address, on a bridge.

use super::check::{Check, options};
use super::{Extension, Families, OptionSpec, bridge_mark_target::STANDARD_TARGETS, place::Place};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::target("dnat", Families::BRIDGE, &[
    OptionSpec::new("to-dst", Kind::Mac).aliases(&["to-destination"]),
    OptionSpec::new("dnat-target", Kind::Name(&STANDARD_TARGETS)).always("ACCEPT"),
])
.checks(&[Check::AnyOf(options(&[0]), "`--to-destination`")])
.places(&[Place::tables(&["nat", "broute"]), Place::chains(&["PREROUTING", "OUTPUT", "BROUTING"])]);
