//! kube-router, also as the network policy controller inside k3s.

use crate::generator::{FILTER, Generator, NAT, chain};

pub(crate) static GENERATOR: Generator = Generator {
    name: "kube-router",
    chains: &[
        chain(FILTER, "KUBE-ROUTER-INPUT"),
        chain(FILTER, "KUBE-ROUTER-FORWARD"),
        chain(FILTER, "KUBE-ROUTER-OUTPUT"),
        chain(FILTER, "KUBE-ROUTER-SERVICES")
            .may_be_empty("fills with the Services that kube-router proxies"),
        chain(NAT, "KUBE-ROUTER-HAIRPIN")
            .may_be_empty("fills when a Service lets its pods reach themselves"),
        chain(FILTER, "KUBE-POD-FW-*"),
        chain(FILTER, "KUBE-NWPLCY-*").may_be_empty("the policy allows nothing"),
        chain(FILTER, "KUBE-NWPLCY-DEFAULT")
            .may_be_uncalled("only the chains of pods call it"),
        chain(FILTER, "KUBE-NWPLCY-COMMON")
            .may_be_uncalled("only the chains of pods call it"),
    ],
};

#[cfg(test)]
mod tests {
    use super::GENERATOR;
    use crate::testing::{leaves, owns};

    #[test]
    fn chains() {
        owns(
            &GENERATOR,
            &[
                ("filter", "KUBE-ROUTER-FORWARD"),
                ("filter", "KUBE-POD-FW-4NQZ5MN5URT3RHBX"),
                ("filter", "KUBE-NWPLCY-DEFAULT"),
                ("filter", "KUBE-NWPLCY-3WVNWMZEGZBEVJ7L"),
                ("nat", "KUBE-ROUTER-HAIRPIN"),
            ],
        );
        leaves(&GENERATOR, &[("filter", "KUBE-SERVICES")]);
    }
}
