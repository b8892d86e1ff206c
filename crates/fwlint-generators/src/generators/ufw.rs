//! ufw. All of its chains are created at once, most of them for the
//! administrator's files and options to fill or to call.

use crate::generator::{FILTER, Generator, OwnedChain, chain};

const fn hook(pattern: &'static str) -> OwnedChain {
    chain(FILTER, pattern).may_be_empty("fills with the rules of ufw's configuration files")
}

const fn user(pattern: &'static str) -> OwnedChain {
    chain(FILTER, pattern).may_be_empty("fills with the rules given to `ufw`")
}

const fn track(pattern: &'static str) -> OwnedChain {
    chain(FILTER, pattern).may_be_empty("fills when the default of this direction is to allow")
}

const fn reject(pattern: &'static str) -> OwnedChain {
    chain(FILTER, pattern).may_be_empty("fills when the default of this direction is to reject")
}

const fn user_logging(pattern: &'static str) -> OwnedChain {
    chain(FILTER, pattern)
        .may_be_empty("fills at the higher log levels")
        .may_be_uncalled("the call comes with rules that log")
}

const fn on_demand(pattern: &'static str) -> OwnedChain {
    chain(FILTER, pattern).may_be_uncalled("it is there for the rules and options that need it")
}

macro_rules! both_families {
    ($($family:literal),*) => {
        &[$(
            hook(concat!($family, "-before-input")),
            hook(concat!($family, "-before-output")),
            hook(concat!($family, "-before-forward")),
            hook(concat!($family, "-before-logging-input")),
            hook(concat!($family, "-before-logging-output")),
            hook(concat!($family, "-before-logging-forward")),
            hook(concat!($family, "-after-input")),
            hook(concat!($family, "-after-output")),
            hook(concat!($family, "-after-forward")),
            hook(concat!($family, "-after-logging-input")),
            hook(concat!($family, "-after-logging-output")),
            hook(concat!($family, "-after-logging-forward")),
            user(concat!($family, "-user-input")),
            user(concat!($family, "-user-output")),
            user(concat!($family, "-user-forward")),
            user_logging(concat!($family, "-user-logging-input")),
            user_logging(concat!($family, "-user-logging-output")),
            user_logging(concat!($family, "-user-logging-forward")),
            on_demand(concat!($family, "-user-limit")),
            on_demand(concat!($family, "-user-limit-accept")),
            on_demand(concat!($family, "-logging-allow")),
            on_demand(concat!($family, "-logging-deny")),
            on_demand(concat!($family, "-skip-to-policy-input")),
            on_demand(concat!($family, "-skip-to-policy-output")),
            on_demand(concat!($family, "-skip-to-policy-forward")),
            reject(concat!($family, "-reject-input")),
            reject(concat!($family, "-reject-output")),
            reject(concat!($family, "-reject-forward")),
            track(concat!($family, "-track-input")),
            track(concat!($family, "-track-output")),
            track(concat!($family, "-track-forward")),
            chain(FILTER, concat!($family, "-not-local")),
        )*]
    };
}

pub(crate) static GENERATOR: Generator = Generator {
    name: "ufw",
    chains: both_families!["ufw", "ufw6"],
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
                ("filter", "ufw-user-input"),
                ("filter", "ufw-before-logging-forward"),
                ("filter", "ufw6-skip-to-policy-forward"),
                ("filter", "ufw-not-local"),
            ],
        );
        leaves(
            &GENERATOR,
            &[
                ("filter", "ufw-docker-logging-deny"),
                ("filter", "f2b-ufw-portscan"),
                ("nat", "ufw-user-input"),
            ],
        );
    }

    #[test]
    fn what_ufw_creates_for_later() {
        let chain = |name| owner_of("filter", name, |_| false).unwrap().chain;
        assert!(chain("ufw-user-limit").uncalled.is_some());
        assert!(chain("ufw-user-forward").when_empty.is_some());
        assert!(chain("ufw-user-forward").uncalled.is_none());
    }
}
