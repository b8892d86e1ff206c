//! Takes options out of TCP's header.

use super::{Extension, Families, OptionSpec, check::TCP, place::Place};
use crate::value::Kind;

pub(super) static EXTENSION: Extension =
    Extension::target("TCPOPTSTRIP", Families::IP, &[OptionSpec::new("strip-options", Kind::TcpOptions)])
        .checks(&[TCP])
        .places(&[Place::tables(&["mangle"])]);
