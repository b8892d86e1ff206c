//! Azure's network policy manager, both versions.

use crate::generator::{FILTER, Generator, chain};

const POLICIES: &str = "fills with network policies";

const OVERLAP: &str = "policies may overlap";

pub(crate) static GENERATOR: Generator = Generator {
    name: "Azure NPM",
    chains: &[
        chain(FILTER, "AZURE-NPM"),
        chain(FILTER, "AZURE-NPM-ACCEPT"),
        chain(FILTER, "AZURE-NPM-INGRESS"),
        chain(FILTER, "AZURE-NPM-EGRESS"),
        chain(FILTER, "AZURE-NPM-INGRESS-ALLOW-MARK")
            .may_be_uncalled("only the chains of ingress policies call it"),
        // One of each policy, named by a hash.
        chain(FILTER, "AZURE-NPM-INGRESS-*").may_have_idle_rules(OVERLAP),
        chain(FILTER, "AZURE-NPM-EGRESS-*").may_have_idle_rules(OVERLAP),
        // The first version.
        chain(FILTER, "AZURE-NPM-INGRESS-DROPS").may_have_idle_rules(OVERLAP),
        chain(FILTER, "AZURE-NPM-EGRESS-DROPS").may_have_idle_rules(OVERLAP),
        chain(FILTER, "AZURE-NPM-INGRESS-PORT").may_be_empty(POLICIES),
        chain(FILTER, "AZURE-NPM-INGRESS-FROM").may_be_empty(POLICIES),
        chain(FILTER, "AZURE-NPM-EGRESS-PORT").may_be_empty(POLICIES),
        chain(FILTER, "AZURE-NPM-EGRESS-TO").may_be_empty(POLICIES),
        chain(FILTER, "AZURE-NPM-TARGET-SETS").may_be_empty(POLICIES),
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
                ("filter", "AZURE-NPM"),
                ("filter", "AZURE-NPM-INGRESS-ALLOW-MARK"),
                ("filter", "AZURE-NPM-EGRESS-2697641196"),
            ],
        );
    }
}
