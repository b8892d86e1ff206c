//! IPv6's header of options for the destination.

use super::{Extension, Families, OptionSpec, hbh::OPTIONS};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::matching("dst", Families::V6, &[
    OptionSpec::new("dst-len", Kind::Number(u32::MAX as u64)).not(),
    OptionSpec::new("dst-opts", Kind::Own(&OPTIONS)),
]);
