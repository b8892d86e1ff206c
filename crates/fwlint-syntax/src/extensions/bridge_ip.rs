//! IPv4 in a frame on a bridge.

use super::check::{Check};
use super::{Extension, Families, OptionSpec};
use crate::value::{Kind, Value};

pub(super) static EXTENSION: Extension = Extension::matching("ip", Families::BRIDGE, &[
    OptionSpec::new("ip-source", Kind::BridgeNet).aliases(&["ip-src"]).not(),
    OptionSpec::new("ip-destination", Kind::BridgeNet).aliases(&["ip-dst"]).not(),
    OptionSpec::new("ip-tos", Kind::Hex(255)).not(),
    OptionSpec::new("ip-protocol", Kind::IpProtocol).aliases(&["ip-proto"]).not(),
    OptionSpec::new("ip-icmp-type", Kind::Word).not(),
    OptionSpec::new("ip-igmp-type", Kind::Word).not(),
    OptionSpec::new("ip-source-port", Kind::Ports).aliases(&["ip-sport"]).not(),
    OptionSpec::new("ip-destination-port", Kind::Ports).aliases(&["ip-dport"]).not(),
])
.checks(&[Check::Protocol(&[0x0800], "`-p IPv4` in the same rule"), Check::Other(|given| { let ports = given.has_ports("ip-source-port") || given.has_ports("ip-destination-port"); let known = given.values("ip-protocol").any(|value| matches!(value, Value::Protocol(6 | 17 | 33 | 132 | 136))); (ports && !known).then_some("`--ip-protocol` with a protocol that has ports") })]);
