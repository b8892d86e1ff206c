//! ip-masq-agent, which decides what of the pods' traffic is masqueraded.

use crate::generator::{Generator, NAT, chain};

pub(crate) static GENERATOR: Generator = Generator {
    name: "ip-masq-agent",
    chains: &[chain(NAT, "IP-MASQ-AGENT")
        .may_have_idle_rules("networks of its configuration may be parts of others")],
};

#[cfg(test)]
mod tests {
    use super::GENERATOR;
    use crate::testing::{leaves, owns};

    #[test]
    fn chains() {
        owns(&GENERATOR, &[("nat", "IP-MASQ-AGENT")]);
        // Written by Google's node scripts where the agent does not run.
        leaves(&GENERATOR, &[("nat", "IP-MASQ")]);
    }
}
