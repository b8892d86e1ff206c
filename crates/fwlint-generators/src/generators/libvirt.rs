//! libvirt: its virtual networks, and its network filters (nwfilter), which
//! also write to ebtables.

use crate::generator::{FILTER, Generator, MANGLE, NAT, OwnedChain, chain};

/// Created for all networks together, with the first of them.
const fn networks(tables: &'static [&'static str], pattern: &'static str) -> OwnedChain {
    chain(tables, pattern).may_be_empty("fills with virtual networks that need it")
}

/// Stays behind when the last guest with a filter goes.
const fn guests(pattern: &'static str) -> OwnedChain {
    chain(FILTER, pattern).may_be_empty("fills with guests whose interfaces have a filter")
}

/// One of each interface. An administrator may name interfaces at will, so the
/// short names are libvirt's only beside its own chains.
const fn interface(pattern: &'static str) -> OwnedChain {
    chain(FILTER, pattern).beside(&["libvirt-in"])
}

/// The ebtables chains of an interface, which end with the name of the filter's
/// chain: a protocol, or a word that begins with one.
macro_rules! by_protocol {
    ($($direction:literal),*) => {
        &[
            networks(FILTER, "LIBVIRT_INP"),
            networks(FILTER, "LIBVIRT_OUT"),
            networks(FILTER, "LIBVIRT_FWI"),
            networks(FILTER, "LIBVIRT_FWO"),
            networks(FILTER, "LIBVIRT_FWX"),
            networks(NAT, "LIBVIRT_PRT"),
            networks(MANGLE, "LIBVIRT_PRT"),
            guests("libvirt-in"),
            guests("libvirt-out"),
            guests("libvirt-in-post"),
            guests("libvirt-host-in"),
            interface("FI-*"),
            interface("FO-*"),
            interface("HI-*"),
            // While a filter is replaced.
            interface("FJ-*"),
            interface("FP-*"),
            interface("HJ-*"),
            $(
                chain(NAT, concat!("libvirt-", $direction, "-*")),
                chain(NAT, concat!($direction, "-*-mac")),
                chain(NAT, concat!($direction, "-*-vlan")),
                chain(NAT, concat!($direction, "-*-stp")),
                chain(NAT, concat!($direction, "-*-arp")),
                chain(NAT, concat!($direction, "-*-arp-mac")),
                chain(NAT, concat!($direction, "-*-arp-ip")),
                chain(NAT, concat!($direction, "-*-rarp")),
                chain(NAT, concat!($direction, "-*-ipv4")),
                chain(NAT, concat!($direction, "-*-ipv4-ip")),
                chain(NAT, concat!($direction, "-*-ipv6")),
                chain(NAT, concat!($direction, "-*-ipv6-ip")),
            )*
        ]
    };
}

pub(crate) static GENERATOR: Generator = Generator {
    name: "libvirt",
    // Incoming and outgoing, and the same while a filter is replaced.
    chains: by_protocol!["I", "O", "J", "P"],
};

#[cfg(test)]
mod tests {
    use super::GENERATOR;
    use crate::owner_of;
    use crate::testing::{leaves, owns};

    #[test]
    fn chains() {
        owns(
            &GENERATOR,
            &[
                ("filter", "LIBVIRT_FWX"),
                ("mangle", "LIBVIRT_PRT"),
                ("filter", "libvirt-in-post"),
                ("filter", "FI-vnet0"),
                ("filter", "HI-tap3a"),
                ("nat", "libvirt-I-vnet0"),
                ("nat", "I-vnet0-ipv4-ip"),
                ("nat", "O-vnet0-rarp"),
            ],
        );
        leaves(&GENERATOR, &[("nat", "I-am-mine"), ("nat", "FI-vnet0")]);
    }

    #[test]
    fn short_names_need_a_neighbour() {
        assert!(owner_of("filter", "FI-vnet0", |_| false).is_none());
        assert!(owner_of("filter", "FI-vnet0", |name| name == "libvirt-in").is_some());
    }
}
