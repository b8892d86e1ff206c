//! OVN-Kubernetes, in its versions that use iptables for what enters and
//! leaves a node.

use crate::generator::{Generator, MANGLE, NAT, OwnedChain, chain};

const fn services(tables: &'static [&'static str], pattern: &'static str) -> OwnedChain {
    chain(tables, pattern).may_be_empty("fills with Services of this kind")
}

pub(crate) static GENERATOR: Generator = Generator {
    name: "OVN-Kubernetes",
    chains: &[
        services(NAT, "OVN-KUBE-NODEPORT"),
        services(NAT, "OVN-KUBE-EXTERNALIP"),
        services(NAT, "OVN-KUBE-ETP"),
        services(NAT, "OVN-KUBE-ITP"),
        services(MANGLE, "OVN-KUBE-ITP"),
        services(NAT, "OVN-KUBE-EGRESS-SVC"),
        services(MANGLE, "OVN-KUBE-EGRESS-SVC"),
        chain(NAT, "OVN-KUBE-SNAT-MGMTPORT"),
        chain(NAT, "OVN-KUBE-EGRESS-IP-MULTI-NIC")
            .may_be_empty("fills with egress addresses on further interfaces"),
        chain(NAT, "OVN-KUBE-UDN-MASQUERADE")
            .may_be_empty("fills with user-defined networks"),
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
                ("nat", "OVN-KUBE-NODEPORT"),
                ("mangle", "OVN-KUBE-ITP"),
                ("nat", "OVN-KUBE-EGRESS-SVC"),
            ],
        );
    }
}
