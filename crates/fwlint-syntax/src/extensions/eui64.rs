//! Whether the lower half of the IPv6 source address is made of the Ethernet source address.

use super::{
    Extension, Families,
    place::{Place, WITH_INPUT},
};

pub(super) static EXTENSION: Extension =
    Extension::matching("eui64", Families::V6, &[]).places(&[Place::chains(WITH_INPUT)]);
