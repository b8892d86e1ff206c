//! Keeps the packet from connection tracking: an old name for `CT --notrack`.

use super::{Extension, Families};

pub(super) static EXTENSION: Extension = Extension::target("NOTRACK", Families::IP, &[]);
