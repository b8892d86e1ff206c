//! Answers an ARP request.

use super::{Extension, Families, OptionSpec, bridge_mark_target::STANDARD_TARGETS};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::target("arpreply", Families::BRIDGE, &[
    OptionSpec::new("arpreply-mac", Kind::Mac),
    OptionSpec::new("arpreply-target", Kind::One(&STANDARD_TARGETS)),
]);
