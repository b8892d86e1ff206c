//! Writes the source MAC address, on a bridge.

use super::check::{Check, options};
use super::{Extension, Families, OptionSpec, bridge_mark_target::STANDARD_TARGETS};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::target("snat", Families::BRIDGE, &[
    OptionSpec::new("to-source", Kind::Mac).aliases(&["to-src"]),
    OptionSpec::new("snat-arp", Kind::Flag),
    OptionSpec::new("snat-target", Kind::One(&STANDARD_TARGETS)),
])
.checks(&[Check::AnyOf(options(&[0]), "`--to-source`")]);
