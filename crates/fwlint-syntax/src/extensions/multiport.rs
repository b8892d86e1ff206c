//! Several ports at once.

use super::{Extension, Families, OptionSpec, check::{ANY, Check, WITH_PORTS}};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::matching("multiport", Families::IP, &[
    OptionSpec::new("sports", Kind::PortList).aliases(&["source-ports"]).not(),
    OptionSpec::new("dports", Kind::PortList).aliases(&["destination-ports"]).not(),
    OptionSpec::new("ports", Kind::PortList).not(),
])
.checks(&[Check::AnyOf(ANY, "`--sports`, `--dports` or `--ports`"), Check::OneOf(ANY, "only one of `--sports`, `--dports` and `--ports`"), Check::Protocol(WITH_PORTS, "`-p` tcp, udp, udplite, sctp or dccp in the same rule")]);
