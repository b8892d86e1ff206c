//! `OpenWrt`'s firewall until 21.02: fw3, and the shell scripts and C program
//! before it. fw4 writes nftables.

use crate::generator::{FILTER, Generator, MANGLE, NAT, OwnedChain, RAW, chain};

const FW3: &[&str] = &["forwarding_rule"];
const FW3_NAT: &[&str] = &["postrouting_rule"];

const fn custom(tables: &'static [&'static str], pattern: &'static str) -> OwnedChain {
    chain(tables, pattern).may_be_empty("for the rules of the administrator's own script")
}

/// The chain of a zone, called by a rule for each of its devices.
const fn zone(tables: &'static [&'static str], pattern: &'static str) -> OwnedChain {
    chain(tables, pattern)
        .may_be_empty("fills when a device of the zone is up")
        .may_be_uncalled("the call comes when a device of the zone is up")
}

pub(crate) static GENERATOR: Generator = Generator {
    name: "OpenWrt",
    chains: &[
        custom(FILTER, "forwarding_rule"),
        custom(NAT, "postrouting_rule"),
        custom(FILTER, "input_rule").beside(FW3),
        custom(FILTER, "output_rule").beside(FW3),
        custom(NAT, "prerouting_rule").beside(FW3_NAT),
        custom(FILTER, "input_*_rule").beside(FW3),
        custom(FILTER, "output_*_rule").beside(FW3),
        custom(FILTER, "forwarding_*_rule").beside(FW3),
        custom(NAT, "prerouting_*_rule").beside(FW3_NAT),
        custom(NAT, "postrouting_*_rule").beside(FW3_NAT),
        zone(FILTER, "zone_*_input").beside(FW3),
        zone(FILTER, "zone_*_output").beside(FW3),
        zone(FILTER, "zone_*_forward").beside(FW3),
        zone(FILTER, "zone_*_src_ACCEPT"),
        zone(FILTER, "zone_*_src_REJECT"),
        zone(FILTER, "zone_*_src_DROP"),
        zone(FILTER, "zone_*_dest_ACCEPT"),
        zone(FILTER, "zone_*_dest_REJECT"),
        zone(FILTER, "zone_*_dest_DROP"),
        zone(NAT, "zone_*_prerouting").beside(FW3_NAT),
        zone(NAT, "zone_*_postrouting").beside(FW3_NAT),
        zone(RAW, "zone_*_notrack"),
        chain(FILTER, "reject").beside(FW3),
        chain(FILTER, "syn_flood").beside(FW3),
        chain(FILTER, "delegate_input"),
        chain(FILTER, "delegate_output"),
        chain(FILTER, "delegate_forward"),
        chain(NAT, "delegate_prerouting"),
        chain(NAT, "delegate_postrouting"),
        chain(RAW, "delegate_notrack").may_be_empty("fills with zones that are not tracked"),
        // Before fw3.
        zone(FILTER, "zone_*").beside(FW3),
        zone(NAT, "zone_*_nat").beside(FW3_NAT),
        zone(MANGLE, "zone_*_MSSFIX"),
        custom(FILTER, "input_*").beside(FW3),
        custom(FILTER, "forwarding_*").beside(FW3),
        custom(NAT, "prerouting_*").beside(FW3_NAT),
        custom(FILTER, "nat_reflection_fwd"),
        custom(NAT, "nat_reflection_in"),
        custom(NAT, "nat_reflection_out"),
    ],
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
                ("filter", "forwarding_rule"),
                ("filter", "zone_wan_input"),
                ("filter", "zone_lan_dest_ACCEPT"),
                ("nat", "prerouting_wan_rule"),
                ("raw", "zone_lan_notrack"),
                ("filter", "zone_wan_DROP"),
                ("filter", "delegate_input"),
            ],
        );
        leaves(&GENERATOR, &[("filter", "zone"), ("mangle", "zone_wan")]);
    }

    #[test]
    fn zones_are_nobodys_without_openwrt() {
        for name in ["zone_dmz", "zone_dmz_input", "input_rule", "reject"] {
            assert!(owner_of("filter", name, |_| false).is_none(), "{name}");
        }
    }
}
