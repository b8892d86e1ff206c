//! Translates the destination.

use super::check::{Check, PORTS, WITH_PORTS, options};
use super::{Extension, Families, OptionSpec, place::Place};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::target("DNAT", Families::IP, &[
    OptionSpec::new("to-destination", Kind::ShiftingNatRange),
    OptionSpec::new("random", Kind::Flag),
    OptionSpec::new("persistent", Kind::Flag),
])
.checks(&[
    Check::AnyOf(options(&[0]), "`--to-destination`"),
    Check::Other(|given| (given.has_ports("to-destination") && !given.is_for(WITH_PORTS)).then_some(PORTS)),
])
.places(&[Place::tables(&["nat"]), Place::chains(&["PREROUTING", "OUTPUT"])]);
