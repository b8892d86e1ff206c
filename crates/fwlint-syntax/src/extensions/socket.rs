//! Whether there is a socket for the packet, by a lookup as the host itself makes it.

use super::{Extension, Families, OptionSpec, place::Place};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::matching("socket", Families::IP, &[
    OptionSpec::new("transparent", Kind::Flag),
    OptionSpec::new("nowildcard", Kind::Flag),
    OptionSpec::new("restore-skmark", Kind::Flag),
])
.places(&[Place::chains(&["PREROUTING", "INPUT"])]);
