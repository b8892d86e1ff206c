//! Docker's daemon: its chains up to version 27, those since 28, and the two
//! inside a container's network namespace.

use crate::generator::{FILTER, Generator, NAT, chain};

const PUBLISHED: &str = "fills when a container publishes a port";
const BRIDGES: &str = "fills with bridge networks";

pub(crate) static GENERATOR: Generator = Generator {
    name: "Docker",
    chains: &[
        chain(FILTER, "DOCKER-USER")
            .may_be_empty("for the administrator's own rules, which Docker never touches"),
        chain(NAT, "DOCKER").may_be_empty(PUBLISHED),
        chain(FILTER, "DOCKER")
            .may_be_empty(PUBLISHED)
            .may_be_uncalled("the calls come with bridge networks of this address family"),
        chain(FILTER, "DOCKER-INGRESS"),
        chain(NAT, "DOCKER-INGRESS"),
        // Since 28.
        chain(FILTER, "DOCKER-FORWARD"),
        chain(FILTER, "DOCKER-CT").may_be_empty(BRIDGES),
        chain(FILTER, "DOCKER-BRIDGE").may_be_empty(BRIDGES),
        chain(FILTER, "DOCKER-INTERNAL").may_be_empty("fills with internal networks"),
        // Until 28.
        chain(FILTER, "DOCKER-ISOLATION").may_be_empty(BRIDGES),
        chain(FILTER, "DOCKER-ISOLATION-STAGE-1").may_be_empty(BRIDGES),
        chain(FILTER, "DOCKER-ISOLATION-STAGE-2")
            .may_be_empty(BRIDGES)
            .may_be_uncalled("the calls come with bridge networks")
            .may_have_idle_rules("a network alone has no other to be kept apart from"),
        chain(FILTER, "DOCKER-OVERLAY"),
        // The embedded DNS server, inside a container.
        chain(NAT, "DOCKER_OUTPUT"),
        chain(NAT, "DOCKER_POSTROUTING"),
    ],
};

#[cfg(test)]
mod tests {
    use super::GENERATOR;
    use crate::owner_of;
    use crate::testing::{leaves, owns};

    #[test]
    fn chains() {
        owns(
            &GENERATOR,
            &[
                ("nat", "DOCKER"),
                ("filter", "DOCKER"),
                ("filter", "DOCKER-INTERNAL"),
                ("filter", "DOCKER-ISOLATION-STAGE-2"),
                ("nat", "DOCKER_OUTPUT"),
            ],
        );
        leaves(
            &GENERATOR,
            &[
                ("filter", "DOCKER-MY-RULES"),
                ("filter", "DOCKERSWARM-INGRESS"),
            ],
        );
    }

    #[test]
    fn the_administrators_chain_is_a_placeholder_that_must_be_called() {
        let owner = owner_of("filter", "DOCKER-USER", |_| false).unwrap();
        assert!(owner.chain.when_empty.is_some() && owner.chain.uncalled.is_none());
    }
}
