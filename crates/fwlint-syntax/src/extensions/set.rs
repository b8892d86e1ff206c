//! Membership in an ipset.

use super::{Extension, Families, OptionSpec, check::{Check, options}};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::matching("set", Families::IP, &[
    OptionSpec::new("match-set", Kind::SetRef).aliases(&["set"]).not(),
    OptionSpec::new("return-nomatch", Kind::Flag),
    OptionSpec::new("update-counters", Kind::Flag).not(),
    OptionSpec::new("update-subcounters", Kind::Flag).not(),
    OptionSpec::new("packets-eq", Kind::Number(u64::MAX)).not(),
    OptionSpec::new("packets-lt", Kind::Number(u64::MAX)),
    OptionSpec::new("packets-gt", Kind::Number(u64::MAX)),
    OptionSpec::new("bytes-eq", Kind::Number(u64::MAX)).not(),
    OptionSpec::new("bytes-lt", Kind::Number(u64::MAX)),
    OptionSpec::new("bytes-gt", Kind::Number(u64::MAX)),
])
.checks(&[Check::AnyOf(options(&[0]), "`--match-set`")]);
