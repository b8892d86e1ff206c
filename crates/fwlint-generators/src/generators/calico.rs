//! Calico's agent Felix. Its chains have begun with `cali-` since 2.1; before,
//! with `felix-`.

use crate::generator::{FILTER, Generator, MANGLE, NAT, OwnedChain, RAW, chain};

const HOST_ENDPOINTS: &str = "fills with host endpoints";
const FAILSAFE: &str = "fills with the failsafe ports of the configuration";
const FAILSAFE_CALL: &str = "only the chains of host endpoints call it";
const FLOATING: &str = "fills with floating addresses";
const MARKED: &str = "without host endpoints nothing sets the mark that it asks for";
const ALL_PASS: &str = "a policy or profile that lets all pass cuts off the rest of them";
const HOOK: &str = "fills when a feature needs this hook";
const NO_RULES: &str = "it has no rules in this direction";

const fn host_endpoint(tables: &'static [&'static str], pattern: &'static str) -> OwnedChain {
    chain(tables, pattern).may_be_empty(HOST_ENDPOINTS)
}

const fn failsafe(tables: &'static [&'static str], pattern: &'static str) -> OwnedChain {
    chain(tables, pattern)
        .may_be_empty(FAILSAFE)
        .may_be_uncalled(FAILSAFE_CALL)
}

pub(crate) static GENERATOR: Generator = Generator {
    name: "Calico",
    chains: &[
        chain(&[], "cali-*"),
        chain(FILTER, "cali-INPUT").may_have_idle_rules(MARKED),
        chain(FILTER, "cali-OUTPUT").may_be_empty(HOOK).may_have_idle_rules(MARKED),
        chain(FILTER, "cali-fw-*").may_have_idle_rules(ALL_PASS),
        chain(FILTER, "cali-tw-*").may_have_idle_rules(ALL_PASS),
        chain(RAW, "cali-PREROUTING").may_be_empty(HOOK),
        chain(RAW, "cali-OUTPUT").may_be_empty(HOOK),
        chain(MANGLE, "cali-PREROUTING").may_be_empty(HOOK),
        chain(MANGLE, "cali-OUTPUT").may_be_empty(HOOK),
        chain(MANGLE, "cali-POSTROUTING").may_be_empty(HOOK),
        chain(FILTER, "cali-cidr-block")
            .may_be_empty("fills with the address ranges that would loop"),
        chain(RAW, "cali-rpf-skip")
            .may_be_empty("fills with the workloads that may send from any address"),
        chain(NAT, "cali-nat-outgoing")
            .may_be_empty("fills when an address pool has outgoing NAT"),
        chain(NAT, "cali-fip-dnat").may_be_empty(FLOATING),
        chain(NAT, "cali-fip-snat").may_be_empty(FLOATING),
        failsafe(FILTER, "cali-failsafe-in"),
        failsafe(FILTER, "cali-failsafe-out"),
        failsafe(MANGLE, "cali-failsafe-in"),
        failsafe(MANGLE, "cali-failsafe-out"),
        failsafe(RAW, "cali-failsafe-in"),
        failsafe(RAW, "cali-failsafe-out"),
        host_endpoint(FILTER, "cali-from-hep-forward"),
        host_endpoint(FILTER, "cali-to-hep-forward"),
        host_endpoint(FILTER, "cali-from-host-endpoint"),
        host_endpoint(FILTER, "cali-to-host-endpoint"),
        host_endpoint(MANGLE, "cali-from-host-endpoint"),
        host_endpoint(MANGLE, "cali-to-host-endpoint"),
        host_endpoint(RAW, "cali-from-host-endpoint"),
        host_endpoint(RAW, "cali-to-host-endpoint"),
        chain(FILTER, "cali-pri-*").may_be_empty(NO_RULES),
        chain(FILTER, "cali-pro-*").may_be_empty(NO_RULES),
        chain(&[], "cali-pi-*").may_be_empty(NO_RULES),
        chain(&[], "cali-po-*").may_be_empty(NO_RULES),
        chain(FILTER, "cali-wl-to-host")
            .may_have_idle_rules("without workloads it drops all that claims to come from one"),
        chain(&[], "felix-*"),
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
                ("raw", "cali-PREROUTING"),
                ("filter", "cali-FORWARD"),
                ("filter", "cali-tw-cali1234abcd"),
                ("filter", "cali-pri-_u2Tn2rSoAPffvE7JO6"),
                ("nat", "cali-fip-dnat"),
                ("filter", "felix-FORWARD"),
            ],
        );
        leaves(&GENERATOR, &[("filter", "calico-dhcp-INPUT")]);
    }

    #[test]
    fn hooks_into_other_tables_are_placeholders() {
        for table in ["raw", "mangle"] {
            let owner = owner_of(table, "cali-PREROUTING", |_| false).unwrap();
            assert!(owner.chain.when_empty.is_some(), "{table}");
        }
        let forward = owner_of("filter", "cali-FORWARD", |_| false).unwrap();
        assert!(forward.chain.when_empty.is_none());
    }
}
