//! The ports of a bridge that the packet came in and goes out by.

use super::{
    Extension, Families, Given, OptionSpec,
    check::{ANY, Check},
    place::Place,
};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::matching("physdev", Families::IP, &[
    OptionSpec::new("physdev-is-in", Kind::Flag).not(),
    OptionSpec::new("physdev-in", Kind::Interface).not(),
    OptionSpec::new("physdev-is-out", Kind::Flag).not(),
    OptionSpec::new("physdev-out", Kind::Interface).not(),
    OptionSpec::new("physdev-is-bridged", Kind::Flag).not(),
])
.checks(&[Check::AnyOf(ANY, "a port of a bridge, as in `--physdev-in`")])
.places(&[Place::chains(&["PREROUTING", "INPUT", "FORWARD", "POSTROUTING"])
    .on_loading()
    .when("`--physdev-out` without `--physdev-is-bridged`", is_out_of_routed)]);

fn is_out_of_routed(given: &Given<'_>) -> bool {
    let is_out = given.has("physdev-out") || given.has("physdev-is-out");
    is_out && given.affirmed("physdev-is-bridged").next().is_none()
}
