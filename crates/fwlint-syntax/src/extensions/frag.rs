//! IPv6's fragment header.

use super::{
    Extension, Families, OptionSpec,
    check::{Check, options},
    esp::NOT_ALL_INDICES,
};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::matching("frag", Families::V6, &[
    OptionSpec::new("fragid", Kind::Range(u32::MAX as u64)).not().saved(NOT_ALL_INDICES),
    OptionSpec::new("fraglen", Kind::Number(u32::MAX as u64)).not(),
    OptionSpec::new("fragres", Kind::Flag),
    OptionSpec::new("fragfirst", Kind::Flag),
    OptionSpec::new("fragmore", Kind::Flag),
    OptionSpec::new("fraglast", Kind::Flag),
])
.checks(&[Check::OneOf(options(&[4, 5]), "only one of `--fragmore` and `--fraglast`")]);
