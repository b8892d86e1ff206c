//! ARP in a frame on a bridge.

use super::check::{Check};
use super::{Extension, Families, OptionSpec, core::ARP_OPERATIONS};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::matching("arp", Families::BRIDGE, &[
    OptionSpec::new("arp-opcode", Kind::One(&ARP_OPERATIONS)).aliases(&["arp-op"]).not(),
    OptionSpec::new("arp-htype", Kind::Word).not(),
    OptionSpec::new("arp-ptype", Kind::Word).not(),
    OptionSpec::new("arp-ip-src", Kind::BridgeNet).not(),
    OptionSpec::new("arp-ip-dst", Kind::BridgeNet).not(),
    OptionSpec::new("arp-mac-src", Kind::Mac).not(),
    OptionSpec::new("arp-mac-dst", Kind::Mac).not(),
    OptionSpec::new("arp-gratuitous", Kind::Flag).not(),
])
.checks(&[Check::Protocol(&[0x0806, 0x8035], "`-p ARP` or `-p RARP` in the same rule")]);
