//! The ports of a bridge that the packet came in and goes out by.

use super::{Extension, Families, OptionSpec, check::{ANY, Check}};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::matching("physdev", Families::IP, &[
    OptionSpec::new("physdev-is-in", Kind::Flag).not(),
    OptionSpec::new("physdev-in", Kind::Interface).not(),
    OptionSpec::new("physdev-is-out", Kind::Flag).not(),
    OptionSpec::new("physdev-out", Kind::Interface).not(),
    OptionSpec::new("physdev-is-bridged", Kind::Flag).not(),
])
.checks(&[Check::AnyOf(ANY, "a port of a bridge, as in `--physdev-in`")]);
