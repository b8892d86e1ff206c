//! Counts the packet in an object of `nfacct(8)`, and matches.

use super::{
    Extension, Families, OptionSpec,
    check::{ANY, Check},
};
use crate::value::Kind;

pub(super) static EXTENSION: Extension =
    Extension::matching("nfacct", Families::IP, &[OptionSpec::new("nfacct-name", Kind::Word)])
        .checks(&[Check::AnyOf(ANY, "`--nfacct-name`")]);
