//! The reference CNI plugins: bridge and ptp (`ipMasq`), portmap, firewall.

use crate::generator::{FILTER, Generator, NAT, chain};

const NETWORKS: &str = "fills with the networks that are to be isolated";

pub(crate) static GENERATOR: Generator = Generator {
    name: "CNI plugins",
    chains: &[
        // One of each container, named by a hash.
        chain(NAT, "CNI-*"),
        chain(NAT, "CNI-DN-*"),
        chain(NAT, "CNI-SN-*"),
        // These stay behind when the last container goes.
        chain(NAT, "CNI-HOSTPORT-DNAT").may_be_empty("fills when a container has a host port"),
        chain(NAT, "CNI-HOSTPORT-SNAT").may_be_empty("fills when a container has a host port"),
        chain(NAT, "CNI-HOSTPORT-SETMARK")
            .may_be_uncalled("only the chains of containers with host ports call it"),
        chain(NAT, "CNI-HOSTPORT-MASQ"),
        chain(FILTER, "CNI-FORWARD"),
        chain(FILTER, "CNI-ADMIN").may_be_empty(
            "for the administrator's own rules, which the firewall plugin never touches",
        ),
        chain(FILTER, "CNI-ISOLATION-STAGE-1").may_be_empty(NETWORKS),
        chain(FILTER, "CNI-ISOLATION-STAGE-2")
            .may_be_empty(NETWORKS)
            .may_have_idle_rules("a network alone has no other to be kept apart from"),
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
                ("nat", "CNI-5b354d93eeee385a65f2df08"),
                ("nat", "CNI-DN-67e92b96e692a494b6b85"),
                ("nat", "CNI-HOSTPORT-DNAT"),
                ("filter", "CNI-FORWARD"),
                ("filter", "CNI-ISOLATION-STAGE-2"),
            ],
        );
        leaves(&GENERATOR, &[("filter", "CNI-5b354d93eeee385a65f2df08")]);
    }

    #[test]
    fn the_administrators_chain_is_a_placeholder() {
        let owner = owner_of("filter", "CNI-ADMIN", |_| false).unwrap();
        assert!(owner.chain.when_empty.is_some() && owner.chain.uncalled.is_none());
    }
}
