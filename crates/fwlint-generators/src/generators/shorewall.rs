//! Shorewall and Shorewall6. Only the chains with fixed names: those of zones
//! are called what the administrator calls the zones.

use crate::generator::{FILTER, Generator, OwnedChain, chain};

const fn beside_shorewall(pattern: &'static str) -> OwnedChain {
    chain(FILTER, pattern).beside(&["shorewall"])
}

/// Half of a checksum of the configuration, carried by the name itself.
const fn checksum(pattern: &'static str) -> OwnedChain {
    chain(FILTER, pattern)
        .may_be_empty("its name is what it carries, half of a checksum of the configuration")
        .may_be_uncalled("its name is what it carries, half of a checksum of the configuration")
}

pub(crate) static GENERATOR: Generator = Generator {
    name: "Shorewall",
    chains: &[
        chain(FILTER, "shorewall")
            .may_be_uncalled("its presence is what `shorewall status` looks at"),
        checksum("sha-lh-*"),
        checksum("sha-rh-*"),
        beside_shorewall("dynamic")
            .may_be_empty("fills with the addresses given to `shorewall drop` and its like"),
        beside_shorewall("logdrop").may_be_uncalled("the calls come from `shorewall logdrop`"),
        beside_shorewall("logreject").may_be_uncalled("the calls come from `shorewall logreject`"),
        beside_shorewall("reject")
            .may_have_idle_rules("most of its callers have dropped broadcasts before"),
        beside_shorewall("logflags"),
        beside_shorewall("tcpflags"),
        beside_shorewall("smurfs"),
        beside_shorewall("smurflog"),
        beside_shorewall("sfilter"),
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
                ("filter", "shorewall"),
                ("filter", "sha-lh-02d688fcffed023d43fb"),
                ("filter", "dynamic"),
                ("filter", "logdrop"),
            ],
        );
        leaves(&GENERATOR, &[("filter", "net-fw"), ("nat", "dynamic")]);
    }

    #[test]
    fn common_names_are_nobodys_without_shorewall() {
        for name in ["dynamic", "reject", "logdrop", "tcpflags"] {
            assert!(owner_of("filter", name, |_| false).is_none(), "{name}");
        }
    }
}
