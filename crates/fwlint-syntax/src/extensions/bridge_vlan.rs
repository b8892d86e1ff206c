//! The tag of a frame in a virtual network (IEEE 802.1Q).

use super::check::{ANY, Check};
use super::{Extension, Families, OptionSpec, Saved};
use crate::value::{Kind, Value};

pub(super) static EXTENSION: Extension = Extension::matching("vlan", Families::BRIDGE, &[
    OptionSpec::new("vlan-id", Kind::Number(4095)).not(),
    OptionSpec::new("vlan-prio", Kind::Number(7)).not(),
    OptionSpec::new("vlan-encap", Kind::EtherType).not().saved(Saved::Value(|value, out| {
        if let Value::EtherType(number) = value {
            out.extend_from_slice(format!("{number:04X}").as_bytes());
        }
    })),
])
.checks(&[
    Check::Protocol(&[0x8100], "`-p 802_1Q` in the same rule"),
    Check::AnyOf(ANY, "`--vlan-id`, `--vlan-prio` or `--vlan-encap`"),
]);
