//! UDP: ports.

use super::{Extension, Families, OptionSpec, tcp::NOT_ALL_PORTS, check::{Check}};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::matching("udp", Families::IP, &[
    OptionSpec::new("sport", Kind::Ports).aliases(&["source-port"]).not().saved(NOT_ALL_PORTS),
    OptionSpec::new("dport", Kind::Ports).aliases(&["destination-port"]).not().saved(NOT_ALL_PORTS),
])
.checks(&[Check::Protocol(&[17], "`-p udp` in the same rule")]);
