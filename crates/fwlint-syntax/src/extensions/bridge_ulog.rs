//! Hands the frame to a program that listens at netlink (ebtables-legacy alone).

use super::{Extension, Families, OptionSpec, Saved, bridge_log::in_quotes};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::matching("ulog", Families::BRIDGE, &[
    OptionSpec::new("ulog", Kind::Flag).saved(Saved::Unless(|_| true)),
    OptionSpec::new("ulog-prefix", Kind::Text).saved(Saved::Value(in_quotes)),
    OptionSpec::new("ulog-nlgroup", Kind::Number(32)).always("1"),
    OptionSpec::new("ulog-cprange", Kind::Number(u32::MAX as u64)),
    OptionSpec::new("ulog-qthreshold", Kind::Number(50)),
]);
