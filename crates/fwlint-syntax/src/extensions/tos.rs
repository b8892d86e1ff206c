//! IPv4's type of service, or IPv6's traffic class.

use super::{
    Extension, Families, OptionSpec,
    check::{ANY, Check},
};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::matching("tos", Families::IP, &[
    OptionSpec::new("tos", Kind::Tos).not(),
])
.checks(&[Check::AnyOf(ANY, "`--tos`")]);
