//! Proxmox VE's firewall, in iptables and ebtables.

use crate::generator::{FILTER, Generator, OwnedChain, RAW, chain};

/// Created in every ruleset, for the rules that name it.
const fn standard(pattern: &'static str) -> OwnedChain {
    chain(FILTER, pattern).may_be_uncalled("it is there for the rules and options that need it")
}

const fn guest(pattern: &'static str) -> OwnedChain {
    chain(FILTER, pattern).beside(&["PVEFW-FORWARD"])
}

pub(crate) static GENERATOR: Generator = Generator {
    name: "Proxmox VE",
    chains: &[
        chain(FILTER, "PVEFW-*"),
        chain(RAW, "PVEFW-*"),
        chain(FILTER, "PVEFW-FORWARD"),
        standard("PVEFW-Drop"),
        standard("PVEFW-DropBroadcast"),
        standard("PVEFW-Reject"),
        standard("PVEFW-reject"),
        standard("PVEFW-SET-ACCEPT-MARK"),
        standard("PVEFW-logflags"),
        standard("PVEFW-smurflog"),
        standard("PVEFW-smurfs"),
        standard("PVEFW-tcpflags"),
        guest("tap*i*-IN"),
        guest("tap*i*-OUT"),
        guest("tap*i*-OUT-ARP"),
        guest("veth*i*-IN"),
        guest("veth*i*-OUT"),
        guest("veth*i*-OUT-ARP"),
        guest("GROUP-*-IN").may_be_uncalled("the call comes when a guest or host uses the security group"),
        guest("GROUP-*-OUT").may_be_uncalled("the call comes when a guest or host uses the security group"),
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
                ("filter", "PVEFW-HOST-IN"),
                ("raw", "PVEFW-PREROUTING"),
                ("filter", "tap100i0-IN"),
                ("filter", "veth101i1-OUT"),
                ("filter", "GROUP-web-IN"),
            ],
        );
        leaves(&GENERATOR, &[("filter", "tap0-IN")]);
        assert!(owner_of("filter", "tap100i0-IN", |_| false).is_none());
    }
}
