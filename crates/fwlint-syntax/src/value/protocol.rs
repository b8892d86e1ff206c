//! Protocols by name: IP's as in `/etc/protocols`, Ethernet's as in `/etc/ethertypes`.

use super::{LENGTH_FRAMES, Names};

/// IP's protocols. The first name of a number is the one that Debian's iptables prints.
static PROTOCOLS: Names = Names {
    list: &[
        ("all", 0),
        ("ip", 0),
        ("hopopt", 0),
        ("icmp", 1),
        ("igmp", 2),
        ("ggp", 3),
        ("ipencap", 4),
        ("ipv4", 4),
        ("st", 5),
        ("tcp", 6),
        ("egp", 8),
        ("igp", 9),
        ("pup", 12),
        ("udp", 17),
        ("hmp", 20),
        ("xns-idp", 22),
        ("rdp", 27),
        ("iso-tp4", 29),
        ("dccp", 33),
        ("xtp", 36),
        ("ddp", 37),
        ("idpr-cmtp", 38),
        ("ipv6", 41),
        ("ipv6-route", 43),
        ("ipv6-frag", 44),
        ("idrp", 45),
        ("rsvp", 46),
        ("gre", 47),
        ("esp", 50),
        ("ipv6-crypt", 50),
        ("ah", 51),
        ("ipv6-auth", 51),
        ("skip", 57),
        ("ipv6-icmp", 58),
        ("icmpv6", 58),
        ("icmp6", 58),
        ("ipv6-nonxt", 59),
        ("ipv6-opts", 60),
        ("rspf", 73),
        ("vmtp", 81),
        ("eigrp", 88),
        ("ospf", 89),
        ("ospfigp", 89),
        ("ax.25", 93),
        ("ipip", 94),
        ("etherip", 97),
        ("encap", 98),
        ("pim", 103),
        ("ipcomp", 108),
        ("vrrp", 112),
        ("l2tp", 115),
        ("isis", 124),
        ("sctp", 132),
        ("fc", 133),
        ("mobility-header", 135),
        ("ipv6-mh", 135),
        ("mh", 135),
        ("udplite", 136),
        ("mpls-in-ip", 137),
        ("manet", 138),
        ("hip", 139),
        ("shim6", 140),
        ("wesp", 141),
        ("rohc", 142),
        ("ethernet", 143),
        // Other names of these, which Debian has.
        ("ip-encap", 4),
        ("ipsec-esp", 50),
        ("ipsec-ah", 51),
        ("cphb", 73),
    ],
    one: "a protocol",
    some: "protocols",
};

/// Ethernet's types. The first name of a number is the one that Debian's ebtables prints.
static ETHERTYPES: Names = Names {
    list: &[
        ("IPv4", 0x0800),
        ("ip", 0x0800),
        ("ip4", 0x0800),
        ("X25", 0x0805),
        ("ARP", 0x0806),
        ("ether-arp", 0x0806),
        ("FR_ARP", 0x0808),
        ("BPQ", 0x08ff),
        ("TRILL", 0x22f3),
        ("L2-IS-IS", 0x22f4),
        ("TEB", 0x6558),
        ("RAW_FR", 0x6559),
        ("RARP", 0x8035),
        ("ATALK", 0x809b),
        ("AARP", 0x80f3),
        ("802_1Q", 0x8100),
        ("8021q", 0x8100),
        ("1q", 0x8100),
        ("802.1q", 0x8100),
        ("dot1q", 0x8100),
        ("IPX", 0x8137),
        ("IPv6", 0x86dd),
        ("ip6", 0x86dd),
        ("PPP", 0x880b),
        ("MPLS", 0x8847),
        ("MPLS_MULTI", 0x8848),
        ("ATMMPOA", 0x884c),
        ("PPP_DISC", 0x8863),
        ("PPP_SES", 0x8864),
        ("ATMFATE", 0x8884),
        ("EAPOL", 0x888e),
        ("S-TAG", 0x88a8),
        ("EAP_PREAUTH", 0x88c7),
        ("LLDP", 0x88cc),
        ("MACSEC", 0x88e5),
        ("PBB", 0x88e7),
        ("macinmac", 0x88e7),
        ("MVRP", 0x88f5),
        ("PTP", 0x88f7),
        ("FCOE", 0x8906),
        ("FIP", 0x8914),
        ("ROCE", 0x8915),
        ("LoWPAN", 0xa0ed),
        ("DEC", 0x6000),
        ("NetBEUI", 0x8191),
        ("Length", LENGTH_FRAMES as u32),
    ],
    one: "an Ethernet type",
    some: "Ethernet types",
};

/// A protocol by name, whatever its case, or by number.
pub(super) fn protocol(words: &[u8]) -> Option<u8> {
    match words {
        // Nearly every rule says one of these.
        b"tcp" => Some(6),
        b"udp" => Some(17),
        _ => PROTOCOLS.choice(words).and_then(|n| u8::try_from(n).ok()),
    }
}

/// The name that iptables prints for a protocol, if it has one. Protocol 0 is any.
pub fn protocol_name(number: u8) -> Option<&'static str> {
    PROTOCOLS.name(number.into())
}

/// The name that ebtables prints for an Ethernet type, if it has one.
pub fn ethertype_name(number: u16) -> Option<&'static str> {
    ETHERTYPES.name(number.into())
}

/// An Ethernet type by name, whatever its case, or by number, which is hexadecimal with or without `0x`.
pub(super) fn ethertype(words: &[u8]) -> Option<u16> {
    // Below that it is a length, which only `Length` can say.
    ethertype_above(words, 0x5ff)
}

/// Likewise, and the number may be that of a length.
pub(super) fn any_ethertype(words: &[u8]) -> Option<u16> {
    ethertype_above(words, 0)
}

fn ethertype_above(words: &[u8], limit: u64) -> Option<u16> {
    let number = match ETHERTYPES.choice_by_name(words) {
        Some(known) => known.into(),
        None => super::number::hexadecimal(words).filter(|&number| number > limit)?,
    };
    u16::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn protocols_by_name_and_number() {
        assert_eq!(protocol(b"TCP"), Some(6));
        assert_eq!(protocol(b"4"), Some(4));
        assert_eq!(protocol_name(4), Some("ipencap"));
        assert_eq!(protocol(b"256"), None);
        assert_eq!(protocol(b"nonsense"), None);
        assert_eq!(super::super::number::number(b"58"), Some(58));
        assert_eq!(protocol_name(58), Some("ipv6-icmp"));
    }

    #[test]
    fn ethernet_types_by_name_and_number() {
        assert_eq!(ethertype(b"ipv4"), Some(0x800));
        assert_eq!(ethertype(b"0x835"), Some(0x835));
        assert_eq!(ethertype(b"length"), Some(LENGTH_FRAMES));
        assert_eq!(ethertype(b"0100"), None);
    }
}
