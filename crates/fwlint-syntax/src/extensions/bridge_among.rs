//! Lists of hardware addresses, some with the IPv4 address that goes with them.

use super::{Extension, Families, OptionSpec, check::{ANY, Check}};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::matching("among", Families::BRIDGE, &[
    OptionSpec::new("among-src", Kind::MacList).not(),
    OptionSpec::new("among-dst", Kind::MacList).not(),
    OptionSpec::new("among-src-file", Kind::Word).not(),
    OptionSpec::new("among-dst-file", Kind::Word).not(),
])
.checks(&[Check::AnyOf(ANY, "`--among-src` or `--among-dst`")]);
