//! Answers an ARP request.

use super::check::Check;
use super::{Extension, Families, OptionSpec, Saved, bridge_mark_target::STANDARD_TARGETS, place::Place};
use crate::value::{Kind, Value};

pub(super) static EXTENSION: Extension = Extension::target("arpreply", Families::BRIDGE, &[
    OptionSpec::new("arpreply-mac", Kind::Mac).always("00:00:00:00:00:00"),
    // DROP, unless said.
    OptionSpec::new("arpreply-target", Kind::Name(&STANDARD_TARGETS))
        .saved(Saved::Unless(|value| *value == Value::Choice(1))),
])
.checks(&[Check::Protocol(&[0x0806], "`-p ARP` in the same rule")])
.places(&[Place::tables(&["nat"]), Place::chains(&["PREROUTING"])]);
