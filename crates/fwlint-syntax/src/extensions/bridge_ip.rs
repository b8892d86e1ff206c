//! IPv4 in a frame on a bridge.

use super::{Extension, Families, OptionSpec};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::matching("ip", Families::BRIDGE, &[
    OptionSpec::new("ip-source", Kind::BridgeNet).aliases(&["ip-src"]).not(),
    OptionSpec::new("ip-destination", Kind::BridgeNet).aliases(&["ip-dst"]).not(),
    OptionSpec::new("ip-tos", Kind::Hex(255)).not(),
    OptionSpec::new("ip-protocol", Kind::IpProtocol).aliases(&["ip-proto"]).not(),
    OptionSpec::new("ip-icmp-type", Kind::Word).not(),
    OptionSpec::new("ip-igmp-type", Kind::Word).not(),
    OptionSpec::new("ip-source-port", Kind::Ports).aliases(&["ip-sport"]).not(),
    OptionSpec::new("ip-destination-port", Kind::Ports).aliases(&["ip-dport"]).not(),
]);
