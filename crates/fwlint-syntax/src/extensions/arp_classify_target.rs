//! Puts the packet in a class for `tc(8)`, in arptables.

use super::check::{ANY, Check};
use super::{Extension, Families, OptionSpec, Saved};
use crate::value::{Kind, Value};

pub(super) static EXTENSION: Extension = Extension::target("CLASSIFY", Families::ARP, &[
    // iptables fills each number up to four digits, arptables does not.
    OptionSpec::new("set-class", Kind::TrafficClass).saved(Saved::Value(|value, out| {
        if let Value::Number(class) = value {
            out.extend_from_slice(format!("{:x}:{:x}", class >> 16, class & 0xffff).as_bytes());
        }
    })),
])
.checks(&[Check::AnyOf(ANY, "`--set-class`")]);
