//! ufw-docker, rules for ufw's configuration that make it see what Docker
//! publishes.

use crate::generator::{FILTER, Generator, chain};

pub(crate) static GENERATOR: Generator = Generator {
    name: "ufw-docker",
    chains: &[chain(FILTER, "ufw-docker-logging-deny")],
};

#[cfg(test)]
mod tests {
    use super::GENERATOR;
    use crate::testing::{leaves, owns};

    #[test]
    fn chains() {
        owns(&GENERATOR, &[("filter", "ufw-docker-logging-deny")]);
        leaves(&GENERATOR, &[("filter", "ufw-logging-deny")]);
    }
}
