//! `SSHGuard` with its iptables backend. The administrator creates and calls the
//! chain, and `SSHGuard` fills it.

use crate::generator::{FILTER, Generator, chain};

pub(crate) static GENERATOR: Generator = Generator {
    name: "SSHGuard",
    chains: &[chain(FILTER, "sshguard").may_be_empty("fills with the addresses that are blocked")],
};

#[cfg(test)]
mod tests {
    use super::GENERATOR;
    use crate::owner_of;
    use crate::testing::owns;

    #[test]
    fn chains() {
        owns(&GENERATOR, &[("filter", "sshguard")]);
    }

    #[test]
    fn nobody_calling_it_means_that_nobody_is_blocked() {
        let owner = owner_of("filter", "sshguard", |_| false).unwrap();
        assert!(owner.chain.uncalled.is_none());
    }
}
