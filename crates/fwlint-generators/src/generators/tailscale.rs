//! Tailscale with its iptables mode.

use crate::generator::{FILTER, Generator, NAT, chain};

pub(crate) static GENERATOR: Generator = Generator {
    name: "Tailscale",
    chains: &[
        chain(FILTER, "ts-input"),
        chain(FILTER, "ts-forward"),
        chain(NAT, "ts-postrouting").may_be_empty("fills when subnet routes are translated"),
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
                ("filter", "ts-input"),
                ("filter", "ts-forward"),
                ("nat", "ts-postrouting"),
            ],
        );
        leaves(&GENERATOR, &[("filter", "ts-mine")]);
    }
}
