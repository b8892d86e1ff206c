//! Translates the prefix of the destination, address by address and without connections (RFC 6296).

use super::{Extension, Families, place::Place, snpt_target};

pub(super) static EXTENSION: Extension = Extension::target("DNPT", Families::V6, snpt_target::OPTIONS)
    .checks(snpt_target::CHECKS)
    .places(&[Place::tables(&["mangle"]), Place::chains(&["PREROUTING", "OUTPUT"])]);
