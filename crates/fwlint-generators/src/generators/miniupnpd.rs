//! `MiniUPnPd`: the chains of its init scripts, which the daemon fills.

use crate::generator::{FILTER, Generator, MANGLE, NAT, OwnedChain, chain};

const fn mappings(tables: &'static [&'static str], pattern: &'static str) -> OwnedChain {
    chain(tables, pattern).may_be_empty("fills when a client asks for a port")
}

pub(crate) static GENERATOR: Generator = Generator {
    name: "MiniUPnPd",
    chains: &[
        mappings(FILTER, "MINIUPNPD"),
        mappings(NAT, "MINIUPNPD"),
        mappings(MANGLE, "MINIUPNPD"),
        mappings(NAT, "MINIUPNPD-POSTROUTING"),
        mappings(NAT, "MINIUPNPD-PCP-PEER"),
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
                ("filter", "MINIUPNPD"),
                ("mangle", "MINIUPNPD"),
                ("nat", "MINIUPNPD-POSTROUTING"),
            ],
        );
    }
}
