//! Cilium's agent. Most of its work is done in eBPF, so many of its chains
//! have nothing to do.

use crate::generator::{FILTER, Generator, MANGLE, NAT, OwnedChain, RAW, chain};

const fn feature(tables: &'static [&'static str], pattern: &'static str) -> OwnedChain {
    chain(tables, pattern).may_be_empty("fills with what Cilium does not do in eBPF")
}

pub(crate) static GENERATOR: Generator = Generator {
    name: "Cilium",
    chains: &[
        feature(FILTER, "CILIUM_INPUT"),
        feature(FILTER, "CILIUM_OUTPUT"),
        feature(FILTER, "CILIUM_FORWARD"),
        feature(NAT, "CILIUM_PRE_nat"),
        feature(NAT, "CILIUM_POST_nat"),
        feature(NAT, "CILIUM_OUTPUT_nat"),
        feature(MANGLE, "CILIUM_PRE_mangle"),
        feature(MANGLE, "CILIUM_POST_mangle"),
        feature(RAW, "CILIUM_PRE_raw"),
        feature(RAW, "CILIUM_OUTPUT_raw"),
        // The next two are there while the agent replaces its rules, and longer
        // only if that went wrong.
        chain(FILTER, "CILIUM_TRANSIENT_FORWARD"),
        chain(&[], "OLD_CILIUM_*"),
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
                ("filter", "CILIUM_FORWARD"),
                ("nat", "CILIUM_POST_nat"),
                ("raw", "CILIUM_PRE_raw"),
                ("nat", "OLD_CILIUM_POST_nat"),
            ],
        );
    }

    #[test]
    fn a_forgotten_backup_is_no_placeholder() {
        let owner = owner_of("nat", "OLD_CILIUM_POST_nat", |_| false).unwrap();
        assert!(owner.chain.when_empty.is_none() && owner.chain.uncalled.is_none());
    }
}
