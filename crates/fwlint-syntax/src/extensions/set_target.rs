//! Adds the packet's addresses to an ipset, removes them, or takes the packet's mark from one.

use super::{
    Extension, Families, OptionSpec,
    check::{Check, options},
    place::{Place, WITH_OUTPUT},
};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::target("SET", Families::IP, &[
    OptionSpec::new("add-set", Kind::SetRef),
    OptionSpec::new("exist", Kind::Flag),
    OptionSpec::new("timeout", Kind::Number(u32::MAX as u64 - 1)),
    OptionSpec::new("del-set", Kind::SetRef),
    OptionSpec::new("map-set", Kind::SetRef),
    OptionSpec::new("map-mark", Kind::Flag),
    OptionSpec::new("map-prio", Kind::Flag),
    OptionSpec::new("map-queue", Kind::Flag),
])
.checks(&[
    Check::AnyOf(options(&[ADD, DELETE, MAP]), "`--add-set`, `--del-set` or `--map-set`"),
    Check::Needs(options(&[1, 2]), options(&[ADD]), "`--add-set`, which `--exist` and `--timeout` belong to"),
    Check::Needs(MAPPED, options(&[MAP]), "`--map-set`, which `--map-mark` and the like belong to"),
    Check::Needs(options(&[MAP]), MAPPED, "`--map-mark`, `--map-prio` or `--map-queue`"),
])
.places(&[
    Place::tables(&["mangle"]).when("`--map-set`", |given| given.has("map-set")),
    Place::chains(WITH_OUTPUT).on_loading().when("`--map-prio`", |given| given.has("map-prio")),
    Place::chains(WITH_OUTPUT).on_loading().when("`--map-queue`", |given| given.has("map-queue")),
]);

const ADD: u32 = 0;
const DELETE: u32 = 3;
const MAP: u32 = 4;
const MAPPED: u64 = options(&[5, 6, 7]);

#[cfg(test)]
mod tests {
    use crate::{Family, testing::saved};

    #[test]
    fn options_belong_to_operations() {
        assert_eq!(
            saved(Family::Ipv4, "-j SET --del-set b dst,src --timeout 5 --exist --add-set a src"),
            "-j SET --add-set a src --exist --timeout 5 --del-set b dst,src"
        );
        assert_eq!(
            saved(Family::Ipv4, "-j SET --del-set a src --exist"),
            "SET: `--add-set`, which `--exist` and `--timeout` belong to"
        );
        assert_eq!(
            saved(Family::Ipv4, "-j SET --map-set a src"),
            "SET: `--map-mark`, `--map-prio` or `--map-queue`"
        );
        assert_eq!(
            saved(Family::Ipv4, "-j SET --add-set a src,src,src,src,src,src,src"),
            "a src,src,src,src,src,src,src: the name of a set, and `src` or `dst` for each of its dimensions"
        );
    }
}
