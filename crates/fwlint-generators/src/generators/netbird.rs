//! `NetBird` with its iptables mode.

use crate::generator::{FILTER, Generator, MANGLE, NAT, OwnedChain, chain};

const fn routes(tables: &'static [&'static str], pattern: &'static str) -> OwnedChain {
    chain(tables, pattern).may_be_empty("fills when this peer routes for others")
}

pub(crate) static GENERATOR: Generator = Generator {
    name: "NetBird",
    chains: &[
        chain(FILTER, "NETBIRD-ACL-INPUT").may_be_empty("fills with access rules for this peer"),
        chain(FILTER, "NETBIRD-ACL-OUTPUT").may_be_empty("fills with access rules for this peer"),
        routes(FILTER, "NETBIRD-RT-FWD"),
        routes(FILTER, "NETBIRD-RT-FWD-IN"),
        routes(FILTER, "NETBIRD-RT-FWD-OUT"),
        routes(NAT, "NETBIRD-RT-NAT"),
        routes(NAT, "NETBIRD-RT-RDR"),
        routes(NAT, "NETBIRD-NAT-OUTPUT"),
        routes(MANGLE, "NETBIRD-RT-PRE"),
        routes(MANGLE, "NETBIRD-RT-MSSCLAMP"),
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
                ("filter", "NETBIRD-ACL-INPUT"),
                ("nat", "NETBIRD-RT-RDR"),
                ("mangle", "NETBIRD-RT-PRE"),
            ],
        );
    }
}
