//! `OpenStack` Neutron's agents. Each puts its own name, cut to 16 characters,
//! before the chains that it shares with no other: `neutron-openvswi-INPUT`.

use crate::generator::{FILTER, Generator, MANGLE, NAT, OwnedChain, RAW, chain};

/// Created in every table at the start, with what the agent may need.
const fn wrapped(tables: &'static [&'static str], pattern: &'static str) -> OwnedChain {
    chain(tables, pattern).may_be_empty("fills when the agent has work at this hook")
}

const fn port(pattern: &'static str) -> OwnedChain {
    chain(FILTER, pattern).may_have_idle_rules("a security group that lets all pass cuts off the rest of them")
}

pub(crate) static GENERATOR: Generator = Generator {
    name: "OpenStack Neutron",
    chains: &[
        chain(&[], "neutron-*"),
        port("neutron-*-i*"),
        port("neutron-*-o*"),
        chain(FILTER, "neutron-filter-top"),
        chain(NAT, "neutron-postrouting-bottom"),
        wrapped(FILTER, "neutron-*-INPUT"),
        wrapped(FILTER, "neutron-*-FORWARD"),
        wrapped(FILTER, "neutron-*-OUTPUT"),
        wrapped(FILTER, "neutron-*-local"),
        wrapped(NAT, "neutron-*-PREROUTING"),
        wrapped(NAT, "neutron-*-OUTPUT"),
        wrapped(NAT, "neutron-*-POSTROUTING"),
        wrapped(NAT, "neutron-*-snat"),
        wrapped(NAT, "neutron-*-float-snat"),
        wrapped(RAW, "neutron-*-PREROUTING"),
        wrapped(RAW, "neutron-*-OUTPUT"),
        wrapped(MANGLE, "neutron-*-PREROUTING"),
        wrapped(MANGLE, "neutron-*-INPUT"),
        wrapped(MANGLE, "neutron-*-FORWARD"),
        wrapped(MANGLE, "neutron-*-OUTPUT"),
        wrapped(MANGLE, "neutron-*-POSTROUTING"),
        wrapped(MANGLE, "neutron-*-mark"),
        wrapped(MANGLE, "neutron-*-scope"),
        wrapped(MANGLE, "neutron-*-floatingip"),
        wrapped(FILTER, "neutron-*-scope"),
        chain(FILTER, "neutron-*-sg-chain").may_be_uncalled("the calls come with ports"),
        chain(FILTER, "neutron-*-sg-fallback")
            .may_be_uncalled("only the chains of ports call it"),
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
                ("filter", "neutron-filter-top"),
                ("filter", "neutron-linuxbri-i11111111-1"),
                ("raw", "neutron-openvswi-PREROUTING"),
                ("nat", "neutron-l3-agent-float-snat"),
                ("filter", "neutron-meter-l-c5df2fe5-c60"),
            ],
        );
        leaves(&GENERATOR, &[("filter", "nova-filter-top")]);
    }

    #[test]
    fn the_shared_chain_is_no_placeholder_and_an_agents_own_is() {
        let empty = |name| owner_of("filter", name, |_| false).unwrap().chain.when_empty;
        assert!(empty("neutron-filter-top").is_none());
        assert!(empty("neutron-linuxbri-local").is_some());
    }
}
