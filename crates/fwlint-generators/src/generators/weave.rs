//! Weave Net and its network policy controller, weave-npc.

use crate::generator::{FILTER, Generator, MANGLE, NAT, OwnedChain, chain};

const POLICIES: &str = "fills with network policies";
const ENCRYPTED: &str = "fills with encrypted peers";

const fn canary(tables: &'static [&'static str]) -> OwnedChain {
    chain(tables, "WEAVE-CANARY")
        .may_be_empty("it only has to exist")
        .may_be_uncalled("its disappearance tells Weave Net that its rules were flushed")
}

pub(crate) static GENERATOR: Generator = Generator {
    name: "Weave Net",
    chains: &[
        chain(NAT, "WEAVE"),
        chain(FILTER, "WEAVE-EXPOSE")
            .may_be_empty("fills when the host joins the network by `weave expose`"),
        chain(FILTER, "WEAVE-NPC"),
        chain(FILTER, "WEAVE-NPC-DEFAULT").may_be_empty(POLICIES),
        chain(FILTER, "WEAVE-NPC-INGRESS").may_be_empty(POLICIES),
        chain(FILTER, "WEAVE-NPC-EGRESS"),
        chain(FILTER, "WEAVE-NPC-EGRESS-DEFAULT").may_be_empty(POLICIES),
        chain(FILTER, "WEAVE-NPC-EGRESS-CUSTOM").may_be_empty(POLICIES),
        chain(FILTER, "WEAVE-NPC-EGRESS-ACCEPT")
            .may_be_uncalled("only the rules of network policies call it"),
        chain(FILTER, "WEAVE-IPSEC-IN").may_be_empty(ENCRYPTED),
        chain(MANGLE, "WEAVE-IPSEC-IN").may_be_empty(ENCRYPTED),
        chain(MANGLE, "WEAVE-IPSEC-IN-MARK").may_be_uncalled("only the rules of encrypted peers call it"),
        chain(MANGLE, "WEAVE-IPSEC-OUT").may_be_empty(ENCRYPTED),
        chain(MANGLE, "WEAVE-IPSEC-OUT-MARK").may_be_uncalled("only the rules of encrypted peers call it"),
        canary(FILTER),
        canary(NAT),
        canary(MANGLE),
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
                ("nat", "WEAVE"),
                ("filter", "WEAVE-NPC-EGRESS-CUSTOM"),
                ("mangle", "WEAVE-CANARY"),
                ("mangle", "WEAVE-IPSEC-OUT-MARK"),
            ],
        );
        leaves(&GENERATOR, &[("filter", "WEAVE")]);
    }
}
