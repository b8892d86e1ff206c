//! IPv6 in a frame on a bridge.

use super::check::{Check, options};
use super::{Extension, Families, OptionSpec, bridge_ip::{PORTS, has_protocol}, icmp6};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::matching("ip6", Families::BRIDGE, &[
    OptionSpec::new("ip6-src", Kind::BridgeNet6).aliases(&["ip6-source"]).not(),
    OptionSpec::new("ip6-dst", Kind::BridgeNet6).aliases(&["ip6-destination"]).not(),
    OptionSpec::new("ip6-tclass", Kind::Hex(255)).not(),
    OptionSpec::new("ip6-proto", Kind::IpProtocol).aliases(&["ip6-protocol"]).not(),
    OptionSpec::new("ip6-sport", Kind::Ports).aliases(&["ip6-source-port"]).not(),
    OptionSpec::new("ip6-dport", Kind::Ports).aliases(&["ip6-destination-port"]).not(),
    OptionSpec::new("ip6-icmp-type", Kind::IcmpRanges(&icmp6::TYPES)).not(),
])
.checks(&[
    Check::Protocol(&[0x86dd], "`-p IPv6` in the same rule"),
    Check::Other(|given| {
        let needs = |options, protocols| given.seen & options != 0 && !has_protocol(given, "ip6-proto", protocols);
        match () {
            () if needs(options(&[4, 5]), PORTS) => Some("`--ip6-proto` with a protocol that has ports"),
            () if needs(options(&[6]), &[58]) => Some("`--ip6-proto ipv6-icmp`"),
            () => None,
        }
    }),
]);
