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
            verbatim: true,
        },)*)*]
    };
}

pub(super) static EXTENSIONS: &[Extension] = unmodelled! {
    Match Families::ALL => "(unknown)";
    Target Families::ALL => "(unknown)";
    // iptables 1.8.11.
    Match Families::IP =>
        "ah" "bpf" "cgroup" "cluster" "connbytes" "connlabel" "connlimit" "cpu" "dccp" "devgroup" "dscp"
        "ecn" "esp" "hashlimit" "helper" "ipcomp" "iprange" "ipvs" "length" "mac" "nfacct" "osf" "owner" "pkttype"
        "policy" "quota" "rateest" "recent" "rpfilter" "sctp" "socket" "string" "tcpmss" "time" "tos" "u32" "udplite";
    Match Families::V4 => "realm" "ttl" "unclean" "addrtype_v0" "icmpv6";
    Match Families::V6 => "dst" "eui64" "frag" "hbh" "hl" "ipv6header" "mh" "rt" "srh";
    Target Families::V4 => "SAME";
    // xtables-addons, ipt-netflow and others that dumps are seen with.
    Match Families::IP =>
        "account" "asn" "condition" "connrate" "dhcpmac" "fuzzy" "geoip" "gradm" "iface" "ipp2p" "ipv4options"
        "layer7" "length2" "lscan" "ndpi" "opendpi" "pknock" "portscan" "psd" "quota2" "random" "nth" "tls" "webstr" "xmark";
    Target Families::IP =>
        "ACCOUNT" "CHAOS" "DELUDE" "DHCPMAC" "DNETMAP" "ECHO" "FLOWOFFLOAD" "FULLCONENAT" "IMQ" "IPMARK" "LOGMARK" "NDPI"
        "NETFLOW" "PROTO" "RAWDNAT" "RAWSNAT" "RTPENGINE" "MEDIAPROXY" "STEAL" "SYSRQ" "TARPIT" "IPV4OPTSSTRIP" "ROUTE" "XOR";
};
