//! Antrea's agent, whose rules in the host's chains serve what Open vSwitch
//! cannot.

use crate::generator::{FILTER, Generator, MANGLE, NAT, OwnedChain, RAW, chain};

const NODE_POLICIES: &str = "fills with policies that apply to nodes";

const fn feature(tables: &'static [&'static str], pattern: &'static str) -> OwnedChain {
    chain(tables, pattern).may_be_empty("fills when a feature of Antrea needs this hook")
}

pub(crate) static GENERATOR: Generator = Generator {
    name: "Antrea",
    chains: &[
        feature(RAW, "ANTREA-PREROUTING"),
        feature(RAW, "ANTREA-OUTPUT"),
        feature(MANGLE, "ANTREA-PREROUTING"),
        feature(MANGLE, "ANTREA-OUTPUT"),
        feature(MANGLE, "ANTREA-POSTROUTING"),
        chain(MANGLE, "ANTREA-MANGLE"),
        feature(NAT, "ANTREA-PREROUTING"),
        feature(NAT, "ANTREA-OUTPUT"),
        chain(NAT, "ANTREA-POSTROUTING"),
        chain(NAT, "ANTREA-NODE-PORT-LOCAL")
            .may_be_empty("fills when a pod's port is opened on its node"),
        chain(FILTER, "ANTREA-FORWARD"),
        feature(FILTER, "ANTREA-INPUT"),
        feature(FILTER, "ANTREA-OUTPUT"),
        chain(FILTER, "ANTREA-POL-INGRESS-RULES").may_be_empty(NODE_POLICIES),
        chain(FILTER, "ANTREA-POL-EGRESS-RULES").may_be_empty(NODE_POLICIES),
        chain(FILTER, "ANTREA-POL-PRE-INGRESS-RULES"),
        chain(FILTER, "ANTREA-POL-PRE-EGRESS-RULES"),
        // One of each rule with several services, named by a hash.
        chain(FILTER, "ANTREA-POL-*"),
    ],
};

#[cfg(test)]
mod tests {
    use super::GENERATOR;
    use crate::testing::owns;

    #[test]
    fn chains() {
        owns(
            &GENERATOR,
            &[
                ("raw", "ANTREA-PREROUTING"),
                ("nat", "ANTREA-POSTROUTING"),
                ("filter", "ANTREA-POL-EGRESS-RULES"),
                ("filter", "ANTREA-POL-12619C0214FB0845"),
            ],
        );
    }
}
