//! Sends the packet back to where it came from. Linux had it up to 2.6.

use super::{Extension, Families};

pub(super) static EXTENSION: Extension = Extension::target("MIRROR", Families::V4, &[]);
