//! netavark, the network of Podman 4 and later. Podman before it used the CNI
//! plugins.

use crate::generator::{FILTER, Generator, NAT, chain};

const NETWORKS: &str = "fills with networks";
const ISOLATED: &str = "fills with isolated networks";
const ISOLATED_CALL: &str = "the call comes with isolated networks";

pub(crate) static GENERATOR: Generator = Generator {
    name: "Podman",
    chains: &[
        // One of each network, named by a hash.
        chain(NAT, "NETAVARK-*"),
        chain(NAT, "NETAVARK-DN-*"),
        // These stay behind when the last container goes.
        chain(NAT, "NETAVARK-HOSTPORT-DNAT").may_be_empty("fills when a container has a host port"),
        chain(NAT, "NETAVARK-HOSTPORT-SETMARK")
            .may_be_uncalled("only the chains of networks with host ports call it"),
        chain(NAT, "NETAVARK-HOSTPORT-MASQ"),
        chain(FILTER, "NETAVARK_FORWARD").may_be_empty(NETWORKS),
        chain(FILTER, "NETAVARK_INPUT").may_be_empty(NETWORKS),
        chain(FILTER, "NETAVARK_ISOLATION_1")
            .may_be_empty(ISOLATED)
            .may_be_uncalled(ISOLATED_CALL),
        chain(FILTER, "NETAVARK_ISOLATION_2")
            .may_be_empty(ISOLATED)
            .may_be_uncalled(ISOLATED_CALL),
        chain(FILTER, "NETAVARK_ISOLATION_3")
            .may_be_empty(ISOLATED)
            .may_be_uncalled(ISOLATED_CALL),
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
                ("nat", "NETAVARK-1D8721804F16F"),
                ("nat", "NETAVARK-DN-1D8721804F16F"),
                ("nat", "NETAVARK-HOSTPORT-DNAT"),
                ("filter", "NETAVARK_FORWARD"),
                ("filter", "NETAVARK_ISOLATION_2"),
            ],
        );
    }
}
