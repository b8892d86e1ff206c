//! `CrowdSec`'s firewall bouncer in its iptables mode.

use crate::generator::{FILTER, Generator, chain};

pub(crate) static GENERATOR: Generator = Generator {
    name: "CrowdSec",
    chains: &[chain(FILTER, "CROWDSEC_CHAIN"), chain(FILTER, "CROWDSEC_LOG")],
};

#[cfg(test)]
mod tests {
    use super::GENERATOR;
    use crate::testing::owns;

    #[test]
    fn chains() {
        owns(
            &GENERATOR,
            &[("filter", "CROWDSEC_CHAIN"), ("filter", "CROWDSEC_LOG")],
        );
    }
}
