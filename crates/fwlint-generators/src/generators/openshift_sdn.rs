//! `OpenShift` SDN, the network plugin of `OpenShift` 3 and 4 before
//! OVN-Kubernetes.

use crate::generator::{FILTER, Generator, NAT, RAW, chain};

pub(crate) static GENERATOR: Generator = Generator {
    name: "OpenShift SDN",
    chains: &[
        chain(NAT, "OPENSHIFT-MASQUERADE"),
        chain(NAT, "OPENSHIFT-MASQUERADE-2"),
        chain(FILTER, "OPENSHIFT-FIREWALL-ALLOW"),
        chain(FILTER, "OPENSHIFT-FIREWALL-FORWARD"),
        chain(FILTER, "OPENSHIFT-ADMIN-OUTPUT-RULES").may_be_empty(
            "for the administrator's own rules, which OpenShift SDN never touches",
        ),
        chain(FILTER, "OPENSHIFT-BLOCK-OUTPUT"),
        chain(RAW, "OPENSHIFT-NOTRACK"),
    ],
};

#[cfg(test)]
mod tests {
    use super::GENERATOR;
    use crate::owner_of;
    use crate::testing::owns;

    #[test]
    fn chains() {
        owns(
            &GENERATOR,
            &[
                ("nat", "OPENSHIFT-MASQUERADE-2"),
                ("filter", "OPENSHIFT-FIREWALL-ALLOW"),
            ],
        );
    }

    #[test]
    fn the_administrators_chain_is_a_placeholder() {
        let owner = owner_of("filter", "OPENSHIFT-ADMIN-OUTPUT-RULES", |_| false).unwrap();
        assert!(owner.chain.when_empty.is_some());
    }
}
