//! The control group of the socket that the packet belongs to.

use super::{
    Extension, Families, OptionSpec,
    check::{ANY, Check},
    place::Place,
};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::matching("cgroup", Families::IP, &[
    OptionSpec::new("path", Kind::Text).not(),
    OptionSpec::new("cgroup", Kind::Number(u32::MAX as u64)).not(),
])
.checks(&[
    Check::AnyOf(ANY, "`--path` or `--cgroup`"),
    Check::OneOf(ANY, "only one of `--path` and `--cgroup`"),
])
.places(&[Place::chains(&["INPUT", "OUTPUT", "POSTROUTING"])]);
