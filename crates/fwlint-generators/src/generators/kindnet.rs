//! kindnetd, the network of kind's clusters.

use crate::generator::{Generator, NAT, chain};

pub(crate) static GENERATOR: Generator = Generator {
    name: "kindnet",
    chains: &[chain(NAT, "KIND-MASQ-AGENT")],
};

#[cfg(test)]
mod tests {
    use super::GENERATOR;
    use crate::testing::owns;

    #[test]
    fn chains() {
        owns(&GENERATOR, &[("nat", "KIND-MASQ-AGENT")]);
    }
}
