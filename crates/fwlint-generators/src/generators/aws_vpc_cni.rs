//! The Amazon VPC CNI plugin, `aws-node`.

use crate::generator::{Generator, NAT, OwnedChain, chain};

/// Created in any case. With `AWS_VPC_K8S_CNI_EXTERNALSNAT` none of the rules
/// are wanted, neither in it nor to call it.
const fn snat(pattern: &'static str) -> OwnedChain {
    chain(NAT, pattern)
        .may_be_empty("fills when the node itself translates what leaves the VPC")
        .may_be_uncalled("the call comes when the node itself translates what leaves the VPC")
}

/// There was one chain of each address range of the VPC; the newer versions
/// empty all but the first, and do not delete them.
const fn of_one_range(pattern: &'static str) -> OwnedChain {
    chain(NAT, pattern)
        .may_be_empty("newer versions use the first of these chains and only empty the others")
        .may_be_uncalled("newer versions use the first of these chains only")
}

pub(crate) static GENERATOR: Generator = Generator {
    name: "Amazon VPC CNI",
    chains: &[
        snat("AWS-SNAT-CHAIN-0"),
        snat("AWS-CONNMARK-CHAIN-0"),
        of_one_range("AWS-SNAT-CHAIN-*"),
        of_one_range("AWS-CONNMARK-CHAIN-*"),
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
                ("nat", "AWS-SNAT-CHAIN-0"),
                ("nat", "AWS-SNAT-CHAIN-1"),
                ("nat", "AWS-CONNMARK-CHAIN-0"),
            ],
        );
    }
}
