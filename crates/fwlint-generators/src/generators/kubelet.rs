//! kubelet, and the host ports of its kubenet and dockershim.

use crate::generator::{FILTER, Generator, MANGLE, NAT, chain};

const EXISTS: &str = "it only has to exist";
const CANARY: &str = "its disappearance tells kubelet that its rules were flushed";

pub(crate) static GENERATOR: Generator = Generator {
    name: "kubelet",
    chains: &[
        chain(MANGLE, "KUBE-IPTABLES-HINT")
            .may_be_empty(EXISTS)
            .may_be_uncalled("it shows other programs which iptables backend kubelet uses"),
        chain(MANGLE, "KUBE-KUBELET-CANARY")
            .may_be_empty(EXISTS)
            .may_be_uncalled(CANARY),
        chain(NAT, "KUBE-KUBELET-CANARY")
            .may_be_empty(EXISTS)
            .may_be_uncalled(CANARY),
        chain(FILTER, "KUBE-KUBELET-CANARY")
            .may_be_empty(EXISTS)
            .may_be_uncalled(CANARY),
        chain(FILTER, "KUBE-FIREWALL"),
        // Until 1.27; kube-proxy has the better claim where it runs.
        chain(NAT, "KUBE-MARK-MASQ")
            .may_be_uncalled("kubelet creates it whether or not kube-proxy is there to use it"),
        chain(NAT, "KUBE-POSTROUTING"),
        chain(NAT, "KUBE-MARK-DROP")
            .may_be_empty("kube-proxy only creates it, and kubelet fills it until 1.27")
            .may_be_uncalled("kube-proxy has not used it since 1.25"),
        chain(NAT, "KUBE-HOSTPORTS").may_be_empty("fills when a pod has a host port"),
        chain(NAT, "KUBE-HP-*"),
        // ebtables, against duplicate frames on a promiscuous bridge.
        chain(FILTER, "KUBE-DEDUP"),
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
                ("mangle", "KUBE-IPTABLES-HINT"),
                ("nat", "KUBE-KUBELET-CANARY"),
                ("nat", "KUBE-MARK-DROP"),
                ("nat", "KUBE-HP-4YVONL46AKYWSKS3"),
                ("filter", "KUBE-FIREWALL"),
            ],
        );
        leaves(
            &GENERATOR,
            &[("nat", "KUBE-FIREWALL"), ("nat", "KUBE-PROXY-CANARY")],
        );
    }
}
