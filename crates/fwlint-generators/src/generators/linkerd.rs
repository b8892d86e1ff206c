//! Linkerd's proxy-init, inside a pod.

use crate::generator::{Generator, NAT, chain};

pub(crate) static GENERATOR: Generator = Generator {
    name: "Linkerd",
    chains: &[
        chain(NAT, "PROXY_INIT_REDIRECT"),
        chain(NAT, "PROXY_INIT_OUTPUT"),
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
                ("nat", "PROXY_INIT_REDIRECT"),
                ("nat", "PROXY_INIT_OUTPUT"),
            ],
        );
    }
}
