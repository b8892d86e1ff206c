//! Logs which rules the packet matches from here on.

use super::{Extension, Families};

pub(super) static EXTENSION: Extension = Extension::target("TRACE", Families::IP, &[]);
