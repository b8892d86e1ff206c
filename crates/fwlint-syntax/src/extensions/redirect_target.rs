//! Translates the destination to this host.

use super::{Extension, Families, OptionSpec};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::target("REDIRECT", Families::IP, &[
    OptionSpec::new("to-ports", Kind::NatPorts),
    OptionSpec::new("random", Kind::Flag),
]);
