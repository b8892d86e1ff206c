//! firewalld with its iptables backend, and the direct rules of either
//! backend, to ebtables as well.

use crate::generator::{FILTER, Generator, MANGLE, NAT, OwnedChain, RAW, chain};

/// In these tables firewalld has its own direct chain, whatever the version.
const PREROUTING: &[&str] = &["PREROUTING_direct"];

const fn direct(pattern: &'static str) -> OwnedChain {
    chain(&[], pattern).may_be_empty("fills with the administrator's direct rules")
}

const fn zones(pattern: &'static str) -> OwnedChain {
    chain(&[], pattern)
        .may_be_empty("fills with zones that have interfaces or sources")
        .may_have_idle_rules("the last resort, should a zone let packets pass")
}

const fn policies(pattern: &'static str) -> OwnedChain {
    chain(&[], pattern)
        .may_be_empty("fills with policies between zones")
        .may_have_idle_rules("policies ask for the output device also where no packet has one yet")
}

/// The chain of a zone or policy, which calls its five parts.
const fn zone(tables: &'static [&'static str], pattern: &'static str) -> OwnedChain {
    chain(tables, pattern).may_be_uncalled("the call comes when the zone gets an interface or source")
}

const fn part(tables: &'static [&'static str], pattern: &'static str) -> OwnedChain {
    chain(tables, pattern).may_be_empty("fills with what the zone or policy sets")
}

macro_rules! zone_and_parts {
    ($($tables:ident $beside:ident $prefix:literal),* $(,)?) => {
        &[
            direct("PREROUTING_direct"),
            direct("INPUT_direct"),
            direct("FORWARD_direct"),
            direct("OUTPUT_direct"),
            direct("POSTROUTING_direct"),
            zones("PREROUTING_ZONES"),
            zones("INPUT_ZONES"),
            zones("FORWARD_ZONES"),
            zones("POSTROUTING_ZONES"),
            zones("PREROUTING_ZONES_SOURCE"),
            zones("INPUT_ZONES_SOURCE"),
            zones("POSTROUTING_ZONES_SOURCE"),
            zones("FORWARD_IN_ZONES"),
            zones("FORWARD_IN_ZONES_SOURCE"),
            zones("FORWARD_OUT_ZONES"),
            zones("FORWARD_OUT_ZONES_SOURCE"),
            policies("PREROUTING_POLICIES_pre"),
            policies("PREROUTING_POLICIES_post"),
            policies("INPUT_POLICIES_pre"),
            policies("INPUT_POLICIES_post"),
            policies("FORWARD_POLICIES_pre"),
            policies("FORWARD_POLICIES_post"),
            policies("OUTPUT_POLICIES_pre"),
            policies("OUTPUT_POLICIES_post"),
            policies("POSTROUTING_POLICIES_pre"),
            policies("POSTROUTING_POLICIES_post"),
            zones("PREROUTING_dispatch").beside(PREROUTING),
            zones("INPUT_dispatch").beside(INPUT),
            zones("FORWARD_dispatch").beside(FORWARD),
            zones("OUTPUT_dispatch").beside(OUTPUT),
            zones("POSTROUTING_dispatch").beside(POSTROUTING),
            $(
                zone($tables, concat!($prefix, "_*")).beside($beside),
                part($tables, concat!($prefix, "_*_pre")).beside($beside),
                part($tables, concat!($prefix, "_*_log")).beside($beside),
                part($tables, concat!($prefix, "_*_deny")).beside($beside),
                part($tables, concat!($prefix, "_*_allow"))
                    .may_have_idle_rules("services, ports and rules of a zone may overlap")
                    .beside($beside),
                part($tables, concat!($prefix, "_*_post")).beside($beside),
            )*
        ]
    };
}

const INPUT: &[&str] = &["INPUT_direct"];
const FORWARD: &[&str] = &["FORWARD_direct"];
const OUTPUT: &[&str] = &["OUTPUT_direct"];
const POSTROUTING: &[&str] = &["POSTROUTING_direct"];

pub(crate) static GENERATOR: Generator = Generator {
    name: "firewalld",
    chains: zone_and_parts![
        FILTER INPUT "IN",
        FILTER FORWARD "FWD",
        FILTER FORWARD "FWDI",
        FILTER FORWARD "FWDO",
        FILTER OUTPUT "OUT",
        NAT OUTPUT "OUT",
        RAW PREROUTING "PRE",
        MANGLE PREROUTING "PRE",
        NAT PREROUTING "PRE",
        NAT POSTROUTING "POST",
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
                ("security", "INPUT_direct"),
                ("filter", "IN_public"),
                ("filter", "IN_public_allow"),
                ("filter", "FWD_lan2wan_post"),
                ("filter", "FWDI_public_deny"),
                ("nat", "POST_internal_pre"),
                ("raw", "PRE_allow-host-ipv6_log"),
                ("mangle", "PREROUTING_ZONES"),
                ("filter", "FORWARD_POLICIES_post"),
                ("filter", "IN_public_dispatch_stage2"),
            ],
        );
        leaves(
            &GENERATOR,
            &[("nat", "IN_public"), ("filter", "INPUT_rules")],
        );
    }

    #[test]
    fn a_zone_may_be_uncalled_and_its_parts_may_be_empty() {
        let with = |name: &str| name == "INPUT_direct";
        let zone = owner_of("filter", "IN_block", with).unwrap().chain;
        assert!(zone.uncalled.is_some() && zone.when_empty.is_none());
        let part = owner_of("filter", "IN_block_deny", with).unwrap().chain;
        assert!(part.uncalled.is_none() && part.when_empty.is_some());
    }

    #[test]
    fn zone_names_are_nobodys_without_firewalld() {
        for name in ["IN_public", "IN_public_allow", "FWD_lan", "PRE_x_log"] {
            for table in ["filter", "nat", "mangle", "raw"] {
                assert!(owner_of(table, name, |_| false).is_none(), "{name}");
            }
        }
    }
}
