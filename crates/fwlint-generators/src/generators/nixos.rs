//! `NixOS`: its firewall and NAT modules, with their iptables backend.

use crate::generator::{FILTER, Generator, MANGLE, NAT, RAW, chain};

const FORWARDING: &str = "fills with the networks and ports of `networking.nat`";

pub(crate) static GENERATOR: Generator = Generator {
    name: "NixOS",
    chains: &[
        chain(FILTER, "nixos-fw"),
        chain(FILTER, "nixos-fw-accept"),
        chain(FILTER, "nixos-fw-refuse"),
        chain(FILTER, "nixos-fw-log-refuse"),
        chain(FILTER, "nixos-drop"),
        chain(MANGLE, "nixos-fw-rpfilter"),
        chain(RAW, "nixos-fw-rpfilter"),
        chain(FILTER, "nixos-filter-forward").may_be_empty(FORWARDING),
        chain(NAT, "nixos-nat-pre").may_be_empty(FORWARDING),
        chain(NAT, "nixos-nat-post").may_be_empty(FORWARDING),
        chain(NAT, "nixos-nat-out").may_be_empty(FORWARDING),
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
                ("filter", "nixos-fw"),
                ("mangle", "nixos-fw-rpfilter"),
                ("nat", "nixos-nat-out"),
            ],
        );
    }
}
