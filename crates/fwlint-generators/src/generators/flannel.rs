//! flannel since 0.20.1; before, its rules stood in the built-in chains.

use crate::generator::{FILTER, Generator, NAT, chain};

pub(crate) static GENERATOR: Generator = Generator {
    name: "flannel",
    chains: &[
        chain(NAT, "FLANNEL-POSTRTG"),
        chain(FILTER, "FLANNEL-FWD"),
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
            &[("nat", "FLANNEL-POSTRTG"), ("filter", "FLANNEL-FWD")],
        );
    }
}
