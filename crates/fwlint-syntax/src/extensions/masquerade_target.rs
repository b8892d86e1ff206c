//! Translates the source to an address of the outgoing interface.

use super::check::{Check, PORTS, WITH_PORTS};
use super::{Extension, Families, OptionSpec, place::Place};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::target("MASQUERADE", Families::IP, &[
    OptionSpec::new("to-ports", Kind::NatPorts),
    OptionSpec::new("random", Kind::Flag),
    OptionSpec::new("random-fully", Kind::Flag),
])
.checks(&[Check::Other(|given| (given.has_ports("to-ports") && !given.is_for(WITH_PORTS)).then_some(PORTS))])
.places(&[Place::tables(&["nat"]), Place::chains(&["POSTROUTING"])]);
