//! `KubeVirt`, inside the pod of a virtual machine with a masquerade interface.

use crate::generator::{Generator, NAT, chain};

pub(crate) static GENERATOR: Generator = Generator {
    name: "KubeVirt",
    chains: &[
        chain(NAT, "KUBEVIRT_PREINBOUND"),
        chain(NAT, "KUBEVIRT_POSTINBOUND"),
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
                ("nat", "KUBEVIRT_PREINBOUND"),
                ("nat", "KUBEVIRT_POSTINBOUND"),
            ],
        );
    }
}
