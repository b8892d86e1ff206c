//! The 802.2 header of frames that have a length in place of an Ethernet type.

use super::check::{ANY, Check};
use super::{Extension, Families, OptionSpec, Saved};
use crate::value::{Kind, LENGTH_FRAMES, Value};

pub(super) static EXTENSION: Extension = Extension::matching("802_3", Families::BRIDGE, &[
    OptionSpec::new("802_3-sap", Kind::Hex(0xff)).not().saved(Saved::Value(|value, out| hexadecimal(value, 2, out))),
    OptionSpec::new("802_3-type", Kind::Hex(0xffff)).not().saved(Saved::Value(|value, out| hexadecimal(value, 4, out))),
])
.checks(&[Check::Protocol(&[LENGTH_FRAMES], "`-p Length` in the same rule"), Check::AnyOf(ANY, "`--802_3-sap` or `--802_3-type`")]);

fn hexadecimal(value: &Value<'_>, digits: usize, out: &mut Vec<u8>) {
    if let Value::Number(number) = value {
        out.extend_from_slice(format!("0x{number:0digits$x}").as_bytes());
    }
}
