//! Sends the frame to the bridge itself.

use super::{Extension, Families, OptionSpec, bridge_mark_target::STANDARD_TARGETS};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::target("redirect", Families::BRIDGE, &[
    OptionSpec::new("redirect-target", Kind::One(&STANDARD_TARGETS)),
]);
