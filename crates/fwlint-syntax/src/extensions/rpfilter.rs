//! Whether a reply to the packet would go out by the device that it came in by.

use super::{Extension, Families, OptionSpec, place::Place};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::matching("rpfilter", Families::IP, &[
    OptionSpec::new("loose", Kind::Flag),
    OptionSpec::new("validmark", Kind::Flag),
    OptionSpec::new("accept-local", Kind::Flag),
    OptionSpec::new("invert", Kind::Flag),
])
.places(&[Place::tables(&["raw", "mangle"]), Place::chains(&["PREROUTING"])]);
