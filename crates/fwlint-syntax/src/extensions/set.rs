//! Membership in an ipset.

use super::{Extension, Families, OptionSpec, Saved, check::{Check, options}};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::matching("set", Families::IP, &[
    OptionSpec::new("match-set", Kind::SetRef).aliases(&["set"]).not(),
    OptionSpec::new("return-nomatch", Kind::Flag),
    // What is done without them as well.
    OptionSpec::new("update-counters", Kind::Flag).not().saved(Saved::Unless(|_| true)),
    OptionSpec::new("update-subcounters", Kind::Flag).not().saved(Saved::Unless(|_| true)),
    OptionSpec::new("packets-eq", Kind::Number(u64::MAX)).not(),
    OptionSpec::new("packets-lt", Kind::Number(u64::MAX)),
    OptionSpec::new("packets-gt", Kind::Number(u64::MAX)),
    OptionSpec::new("bytes-eq", Kind::Number(u64::MAX)).not(),
    OptionSpec::new("bytes-lt", Kind::Number(u64::MAX)),
    OptionSpec::new("bytes-gt", Kind::Number(u64::MAX)),
])
.checks(&[
    Check::AnyOf(options(&[0]), "`--match-set`"),
    Check::OneOf(options(&[4, 5, 6]), "only one of `--packets-eq`, `--packets-lt` and `--packets-gt`"),
    Check::OneOf(options(&[7, 8, 9]), "only one of `--bytes-eq`, `--bytes-lt` and `--bytes-gt`"),
]);
