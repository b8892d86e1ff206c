//! Keeps the packet from connection tracking: an old name for `CT --notrack`.

use super::{Extension, Families, place::Place};

pub(super) static EXTENSION: Extension =
    Extension::target("NOTRACK", Families::IP, &[]).places(&[Place::tables(&["raw"])]);
