//! IPv4 in a frame on a bridge.

use super::check::{Check, options};
use super::{Extension, Families, Given, OptionSpec, icmp};
use crate::value::{Kind, Names, Value};

pub(super) static EXTENSION: Extension = Extension::matching("ip", Families::BRIDGE, &[
    OptionSpec::new("ip-src", Kind::BridgeNet).aliases(&["ip-source"]).not(),
    OptionSpec::new("ip-dst", Kind::BridgeNet).aliases(&["ip-destination"]).not(),
    OptionSpec::new("ip-tos", Kind::Hex(255)).not(),
    OptionSpec::new("ip-proto", Kind::IpProtocol).aliases(&["ip-protocol"]).not(),
    OptionSpec::new("ip-sport", Kind::Ports).aliases(&["ip-source-port"]).not(),
    OptionSpec::new("ip-dport", Kind::Ports).aliases(&["ip-destination-port"]).not(),
    OptionSpec::new("ip-icmp-type", Kind::IcmpRanges(&icmp::TYPES)).not(),
    OptionSpec::new("ip-igmp-type", Kind::NamedRange(&IGMP_TYPES)).not(),
])
.checks(&[
    Check::Protocol(&[0x0800], "`-p IPv4` in the same rule"),
    Check::OneOf(options(&[6, 7]), "only one of `--ip-icmp-type` and `--ip-igmp-type`"),
    Check::Other(|given| {
        let needs = |options, protocols| given.seen & options != 0 && !has_protocol(given, "ip-proto", protocols);
        match () {
            () if needs(options(&[4, 5]), PORTS) => Some("`--ip-proto` with a protocol that has ports"),
            () if needs(options(&[6]), &[1]) => Some("`--ip-proto icmp`"),
            () if needs(options(&[7]), &[2]) => Some("`--ip-proto igmp`"),
            () => None,
        }
    }),
]);

/// tcp, udp, dccp, sctp, udplite.
pub(super) const PORTS: &[u8] = &[6, 17, 33, 132, 136];

/// Whether the frame's IP protocol is one of these.
pub(super) fn has_protocol(given: &Given<'_>, option: &'static str, protocols: &[u8]) -> bool {
    given.affirmed(option).any(|value| matches!(value, Value::Protocol(number) if protocols.contains(&number)))
}

static IGMP_TYPES: Names = Names {
    list: &[
        ("membership-query", 0x11),
        ("membership-report-v1", 0x12),
        ("membership-report-v2", 0x16),
        ("leave-group", 0x17),
        ("membership-report-v3", 0x22),
    ],
    one: "an IGMP type by name or number, or two numbers as `low:high`",
    some: "IGMP types",
};
