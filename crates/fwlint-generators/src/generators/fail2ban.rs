//! Fail2ban: one chain of each jail, `fail2ban-` before version 0.9.

use crate::generator::{Generator, chain};

const SEVERAL_JAILS: &str = "several jails may have banned an address, and the first of them refuses it";

pub(crate) static GENERATOR: Generator = Generator {
    name: "fail2ban",
    // Which table is a setting of the jail's action.
    chains: &[
        chain(&[], "f2b-*").may_have_idle_rules(SEVERAL_JAILS),
        chain(&[], "fail2ban-*").may_have_idle_rules(SEVERAL_JAILS),
    ],
};

#[cfg(test)]
mod tests {
    use super::GENERATOR;
    use crate::testing::{leaves, owns};

    #[test]
    fn chains() {
        owns(
            &GENERATOR,
            &[
                ("filter", "f2b-sshd"),
                ("raw", "f2b-ufw-portscan"),
                ("filter", "fail2ban-ssh"),
            ],
        );
        leaves(&GENERATOR, &[("filter", "f2b")]);
    }
}
