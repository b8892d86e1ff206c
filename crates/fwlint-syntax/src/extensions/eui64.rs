//! Whether the lower half of the IPv6 source address is made of the Ethernet source address.

use super::{Extension, Families};

pub(super) static EXTENSION: Extension = Extension::matching("eui64", Families::V6, &[]);
