//! Hands the frame to programs that listen at netlink, as a match that every frame passes.

use super::{Extension, Families, OptionSpec, Saved, bridge_log::in_quotes};
use crate::value::{Kind, Value};

pub(super) static EXTENSION: Extension = Extension::matching("nflog", Families::BRIDGE, &[
    // It asks for what the other options ask for as well.
    OptionSpec::new("nflog", Kind::Flag).saved(Saved::Unless(|_| true)),
    OptionSpec::new("nflog-prefix", Kind::Text).saved(Saved::Value(in_quotes)),
    OptionSpec::new("nflog-group", Kind::Number(0xffff)).always("1"),
    OptionSpec::new("nflog-range", Kind::Number(u32::MAX as u64)),
    OptionSpec::new("nflog-threshold", Kind::Number(0xffff)).saved(Saved::Unless(|value| *value == Value::Number(1))),
]);
