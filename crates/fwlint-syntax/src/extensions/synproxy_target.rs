//! Answers for a server until a client's connection stands.

use super::{Extension, Families, OptionSpec, check::TCP, place::Place};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::target("SYNPROXY", Families::IP, &[
    OptionSpec::new("sack-perm", Kind::Flag),
    OptionSpec::new("timestamp", Kind::Flag),
    OptionSpec::new("wscale", Kind::Number(u8::MAX as u64)),
    OptionSpec::new("mss", Kind::Number(u16::MAX as u64)),
    OptionSpec::new("ecn", Kind::Flag),
])
.checks(&[TCP])
.places(&[Place::chains(&["INPUT", "FORWARD"])]);
