//! Writes the source MAC address, on a bridge.

use super::check::{Check, options};
use super::{Extension, Families, OptionSpec, bridge_mark_target::STANDARD_TARGETS, place::Place};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::target("snat", Families::BRIDGE, &[
    OptionSpec::new("to-src", Kind::Mac).aliases(&["to-source"]),
    OptionSpec::new("snat-arp", Kind::Flag),
    OptionSpec::new("snat-target", Kind::Name(&STANDARD_TARGETS)).always("ACCEPT"),
])
.checks(&[Check::AnyOf(options(&[0]), "`--to-source`")])
.places(&[Place::tables(&["nat"]), Place::chains(&["POSTROUTING"])]);
