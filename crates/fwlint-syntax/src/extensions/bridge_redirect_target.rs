//! Sends the frame to the bridge itself.

use super::{Extension, Families, Given, OptionSpec, bridge_mark_target::STANDARD_TARGETS, place::Place};
use crate::value::{Kind, Value, print};

const TARGET: Kind = Kind::Name(&STANDARD_TARGETS);

pub(super) static EXTENSION: Extension =
    Extension::target("redirect", Families::BRIDGE, &[OptionSpec::new("redirect-target", TARGET)])
        .saved(save)
        .places(&[Place::tables(&["nat", "broute"]), Place::chains(&["PREROUTING", "BROUTING"])]);

/// A blank stands behind the name whether or not the option follows, which it does unless it says ACCEPT.
fn save(given: &Given<'_>, out: &mut Vec<u8>) {
    out.push(b' ');
    if let Some(target) = given.values("redirect-target").find(|target| *target != Value::Choice(0)) {
        out.extend_from_slice(b"--redirect-target ");
        print(TARGET, &target, out);
    }
}
