//! Extensions whose options are kept word for word: known by name, so that `-j TARPIT` is not
//! taken for a missing chain, and counted, so that nobody believes they were understood.

use super::{Extension, Families, Role};

/// The name of the match and the target that stand for all unheard-of ones.
pub(super) const UNKNOWN: &str = "(unknown)";

macro_rules! unmodelled {
    ($($role:ident $families:expr => $($name:literal)*;)*) => {
        &[$($(Extension {
            name: $name,
            role: Role::$role,
            families: $families,
            options: &[],
            checks: &[],
            saved: None,
            places: &[],
            refusals: &[],
            verbatim: true,
        },)*)*]
    };
}

pub(super) static EXTENSIONS: &[Extension] = unmodelled! {
    Match Families::ALL => "(unknown)";
    Target Families::ALL => "(unknown)";
    // The kernel's own, and those of older programs.
    Match Families::IP => "udplite";
    Match Families::V4 => "unclean" "addrtype_v0" "icmpv6";
    Target Families::V4 => "SAME";
    // xtables-addons, ipt-netflow and others that dumps are seen with.
    Match Families::IP =>
        "account" "asn" "condition" "connrate" "dhcpmac" "fuzzy" "geoip" "gradm" "iface" "ipp2p" "ipv4options"
        "layer7" "length2" "lscan" "ndpi" "opendpi" "pknock" "portscan" "psd" "quota2" "random" "nth" "tls" "webstr" "xmark";
    Target Families::IP =>
        "ACCOUNT" "CHAOS" "DELUDE" "DHCPMAC" "DNETMAP" "ECHO" "FLOWOFFLOAD" "FULLCONENAT" "IMQ" "IPMARK" "LOGMARK" "NDPI"
        "NETFLOW" "PROTO" "RAWDNAT" "RAWSNAT" "RTPENGINE" "MEDIAPROXY" "STEAL" "SYSRQ" "TARPIT" "IPV4OPTSSTRIP" "ROUTE" "XOR";
};
