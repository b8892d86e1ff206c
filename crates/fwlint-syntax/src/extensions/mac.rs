//! The source address of the Ethernet frame that the packet came in.

use super::{
    Extension, Families, OptionSpec,
    check::{ANY, Check},
    place::{Place, WITH_INPUT},
};
use crate::value::Kind;

pub(super) static EXTENSION: Extension =
    Extension::matching("mac", Families::IP, &[OptionSpec::new("mac-source", Kind::HardwareAddress).not()])
        .checks(&[Check::AnyOf(ANY, "`--mac-source`")])
        .places(&[Place::chains(WITH_INPUT)]);
