//! `FireHOL`. The chains of its interfaces and routers carry names that the
//! administrator chose, behind a few letters.

use crate::generator::{FILTER, Generator, OwnedChain, chain};

const fn named(pattern: &'static str) -> OwnedChain {
    chain(FILTER, pattern).beside(&["SMART_REJECT"])
}

pub(crate) static GENERATOR: Generator = Generator {
    name: "FireHOL",
    chains: &[
        chain(FILTER, "SMART_REJECT"),
        chain(FILTER, "BLACKLIST.*.in"),
        chain(FILTER, "BLACKLIST.*.out"),
        chain(FILTER, "ACC_LIM_*_REJECT")
            .may_have_idle_rules("it refuses TCP and all else, whichever protocol is limited"),
        named("in_*").may_have_idle_rules("its protections against malformed packets overlap"),
        named("out_*"),
        named("pr_*"),
        named("knock_*"),
    ],
};

#[cfg(test)]
mod tests {
    use super::GENERATOR;
    use crate::owner_of;
    use crate::testing::owns;

    #[test]
    fn chains() {
        owns(
            &GENERATOR,
            &[
                ("filter", "SMART_REJECT"),
                ("filter", "BLACKLIST.bi.1.in"),
                ("filter", "ACC_LIM_5_sec_10_REJECT"),
                ("filter", "in_wan2dmz"),
                ("filter", "pr_world_nsn3"),
            ],
        );
        assert!(owner_of("filter", "in_wan2dmz", |_| false).is_none());
    }
}
