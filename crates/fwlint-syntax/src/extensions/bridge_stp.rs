//! The spanning tree protocol between bridges.

use super::{Extension, Families, OptionSpec};
use crate::value::{Kind, Names};

const WORD: Kind = Kind::Rising(0xffff);

pub(super) static EXTENSION: Extension = Extension::matching("stp", Families::BRIDGE, &[
    OptionSpec::new("stp-type", Kind::Code(&TYPES, 255)).not(),
    OptionSpec::new("stp-flags", Kind::Code(&FLAGS, 255)).not(),
    OptionSpec::new("stp-root-prio", WORD).not(),
    OptionSpec::new("stp-root-addr", Kind::Mac).not(),
    OptionSpec::new("stp-root-cost", Kind::Rising(u32::MAX as u64)).not(),
    OptionSpec::new("stp-sender-prio", WORD).not(),
    OptionSpec::new("stp-sender-addr", Kind::Mac).not(),
    OptionSpec::new("stp-port", WORD).not(),
    OptionSpec::new("stp-msg-age", WORD).not(),
    OptionSpec::new("stp-max-age", WORD).not(),
    OptionSpec::new("stp-hello-time", WORD).not(),
    OptionSpec::new("stp-forward-delay", WORD).not(),
]);

static TYPES: Names = Names {
    list: &[("config", 0), ("tcn", 128)],
    one: "`config`, `tcn` or the number of a type",
    some: "types",
};

static FLAGS: Names = Names {
    list: &[("topology-change", 1), ("topology-change-ack", 128)],
    one: "`topology-change`, `topology-change-ack` or a number",
    some: "flags",
};
