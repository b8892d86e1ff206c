//! Translates the source.

use super::check::{Check, PORTS, WITH_PORTS, options};
use super::{Extension, Families, OptionSpec, place::Place};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::target("SNAT", Families::IP, &[
    OptionSpec::new("to-source", Kind::NatRange),
    OptionSpec::new("random", Kind::Flag),
    OptionSpec::new("random-fully", Kind::Flag),
    OptionSpec::new("persistent", Kind::Flag),
])
.checks(&[
    Check::AnyOf(options(&[0]), "`--to-source`"),
    Check::Other(|given| (given.has_ports("to-source") && !given.is_for(WITH_PORTS)).then_some(PORTS)),
])
.places(&[Place::tables(&["nat"]), Place::chains(&["INPUT", "POSTROUTING"])]);
