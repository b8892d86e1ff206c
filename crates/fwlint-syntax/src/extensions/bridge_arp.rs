//! ARP in a frame on a bridge.

use super::check::Check;
use super::{Extension, Families, OptionSpec, Saved, core::{ARP_HARDWARE, ARP_OPERATIONS}};
use crate::value::{Kind, Value};

pub(super) static EXTENSION: Extension = Extension::matching("arp", Families::BRIDGE, &[
    OptionSpec::new("arp-op", Kind::Code(&ARP_OPERATIONS, 0xffff)).aliases(&["arp-opcode"]).not(),
    OptionSpec::new("arp-htype", Kind::Code(&ARP_HARDWARE, 0xffff)).not().saved(Saved::Value(|value, out| {
        if let Value::Choice(number) = value {
            out.extend_from_slice(number.to_string().as_bytes());
        }
    })),
    OptionSpec::new("arp-ptype", Kind::EtherType).not().saved(Saved::Value(|value, out| {
        if let Value::EtherType(number) = value {
            out.extend_from_slice(format!("{number:#x}").as_bytes());
        }
    })),
    OptionSpec::new("arp-ip-src", Kind::BridgeNet).not(),
    OptionSpec::new("arp-ip-dst", Kind::BridgeNet).not(),
    OptionSpec::new("arp-mac-src", Kind::Mac).not(),
    OptionSpec::new("arp-mac-dst", Kind::Mac).not(),
    OptionSpec::new("arp-gratuitous", Kind::Flag).not(),
])
.checks(&[Check::Protocol(&[0x0806, 0x8035], "`-p ARP` or `-p RARP` in the same rule")]);
