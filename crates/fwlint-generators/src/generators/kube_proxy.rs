//! kube-proxy in its iptables, IPVS and (until Kubernetes 1.25) userspace
//! modes. In nftables mode none of its rules are seen by iptables.

use crate::generator::{FILTER, Generator, MANGLE, NAT, chain};

const CANARY_EMPTY: &str = "it only has to exist";
const CANARY: &str = "its disappearance tells kube-proxy that its rules were flushed";
const NODE_PORTS: &str = "fills when a Service has a node port";
const PORTALS: &str = "fills with the Services of the userspace mode";

pub(crate) static GENERATOR: Generator = Generator {
    name: "kube-proxy",
    chains: &[
        chain(NAT, "KUBE-SERVICES"),
        chain(FILTER, "KUBE-SERVICES").may_be_empty("fills when a Service has no endpoints"),
        chain(NAT, "KUBE-EXTERNAL-SERVICES"),
        chain(FILTER, "KUBE-EXTERNAL-SERVICES")
            .may_be_empty("fills when a Service reachable from outside has no endpoints"),
        chain(NAT, "KUBE-NODEPORTS").may_be_empty(NODE_PORTS),
        chain(FILTER, "KUBE-NODEPORTS")
            .may_be_empty("fills when a Service has a health check node port"),
        chain(FILTER, "KUBE-FORWARD")
            .may_have_idle_rules("until 1.22 it wrote one for each direction, alike without a cluster CIDR"),
        chain(FILTER, "KUBE-PROXY-FIREWALL")
            .may_be_empty("fills when a load balancer limits its source ranges"),
        chain(NAT, "KUBE-SVC-*"),
        chain(NAT, "KUBE-SVL-*"),
        chain(NAT, "KUBE-EXT-*"),
        chain(NAT, "KUBE-FW-*"),
        chain(NAT, "KUBE-SEP-*"),
        chain(NAT, "KUBE-XLB-*"),
        // kubelet up to 1.27 wrote these two as well, and without kube-proxy it
        // was the only one.
        chain(NAT, "KUBE-MARK-MASQ").beside(&["KUBE-SERVICES"]),
        chain(NAT, "KUBE-POSTROUTING").beside(&["KUBE-SERVICES"]),
        chain(MANGLE, "KUBE-PROXY-CANARY")
            .may_be_empty(CANARY_EMPTY)
            .may_be_uncalled(CANARY),
        chain(NAT, "KUBE-PROXY-CANARY")
            .may_be_empty(CANARY_EMPTY)
            .may_be_uncalled(CANARY),
        chain(FILTER, "KUBE-PROXY-CANARY")
            .may_be_empty(CANARY_EMPTY)
            .may_be_uncalled(CANARY),
        // IPVS mode: a rule that matches an ipset is left out while the set is
        // empty, be it the only rule of a chain or its only caller.
        chain(NAT, "KUBE-NODE-PORT").may_be_empty(NODE_PORTS),
        chain(FILTER, "KUBE-NODE-PORT"),
        chain(NAT, "KUBE-LOAD-BALANCER")
            .may_be_uncalled("the call comes with the first load balancer"),
        chain(NAT, "KUBE-FIREWALL")
            .may_be_uncalled("the call comes with the first load balancer that limits its source ranges"),
        chain(FILTER, "KUBE-SOURCE-RANGES-FIREWALL")
            .may_be_uncalled("the call comes with the first load balancer that limits its source ranges"),
        chain(FILTER, "KUBE-IPVS-FILTER"),
        chain(FILTER, "KUBE-IPVS-OUT-FILTER")
            .may_be_empty("fills when a load balancer limits its source ranges"),
        // Userspace mode.
        chain(NAT, "KUBE-PORTALS-CONTAINER").may_be_empty(PORTALS),
        chain(NAT, "KUBE-PORTALS-HOST").may_be_empty(PORTALS),
        chain(NAT, "KUBE-NODEPORT-CONTAINER").may_be_empty(NODE_PORTS),
        chain(NAT, "KUBE-NODEPORT-HOST").may_be_empty(NODE_PORTS),
        chain(FILTER, "KUBE-NODEPORT-NON-LOCAL").may_be_empty(NODE_PORTS),
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
                ("nat", "KUBE-SERVICES"),
                ("nat", "KUBE-SVC-NPX46M4PTMTKRN6Y"),
                ("nat", "KUBE-SEP-SXIVWICOYRO3J4NJ"),
                ("nat", "KUBE-MARK-MASQ"),
                ("mangle", "KUBE-PROXY-CANARY"),
                ("filter", "KUBE-IPVS-FILTER"),
            ],
        );
        leaves(
            &GENERATOR,
            &[
                ("nat", "KUBE-MARK-DROP"),
                ("nat", "KUBE-SVC-"),
                ("filter", "KUBE-ROUTER-SERVICES"),
                ("filter", "KUBE-SEP-SXIVWICOYRO3J4NJ"),
                ("filter", "KUBE-FIREWALL"),
            ],
        );
    }

    #[test]
    fn the_services_chain_is_a_placeholder_in_filter_only() {
        let empty = |table| owner_of(table, "KUBE-SERVICES", |_| false).unwrap().chain.when_empty;
        assert!(empty("filter").is_some());
        assert!(empty("nat").is_none());
    }
}
