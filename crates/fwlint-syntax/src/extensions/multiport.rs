//! Several ports at once.

use super::{Extension, Families, OptionSpec};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::matching("multiport", Families::IP, &[
    OptionSpec::new("sports", Kind::PortList).aliases(&["source-ports"]).not(),
    OptionSpec::new("dports", Kind::PortList).aliases(&["destination-ports"]).not(),
    OptionSpec::new("ports", Kind::PortList).not(),
]);
