//! The options that every rule has, whatever its matches.

use super::{Extension, Families, OptionId, OptionSpec};
use crate::value::{Coded, Kind, Names};

/// `-p`.
pub const PROTOCOL: OptionId = OptionId::core(0);
/// `-s`.
pub const SOURCE: OptionId = OptionId::core(1);
/// `-d`.
pub const DESTINATION: OptionId = OptionId::core(2);
/// `-i`.
pub const IN_INTERFACE: OptionId = OptionId::core(3);
/// `-o`.
pub const OUT_INTERFACE: OptionId = OptionId::core(4);
/// `--logical-in` of ebtables: the bridge.
pub const LOGICAL_IN: OptionId = OptionId::core(5);
/// `--logical-out` of ebtables: the bridge.
pub const LOGICAL_OUT: OptionId = OptionId::core(6);
/// `-f`: second and later fragments.
pub const FRAGMENT: OptionId = OptionId::core(7);
/// `-m`.
pub const MATCH: OptionId = OptionId::core(8);
/// `-j`.
pub const JUMP: OptionId = OptionId::core(9);
/// `-g`.
pub const GOTO: OptionId = OptionId::core(10);
/// `-c packets bytes`.
pub const COUNTERS: OptionId = OptionId::core(11);
/// `-4`: the rule is for iptables only.
pub const IPV4: OptionId = OptionId::core(12);
/// `-6`: the rule is for ip6tables only.
pub const IPV6: OptionId = OptionId::core(13);
/// `--src-mac` of arptables.
pub const SOURCE_MAC: OptionId = OptionId::core(14);
/// `--dst-mac` of arptables.
pub const DESTINATION_MAC: OptionId = OptionId::core(15);
/// `--h-length` of arptables.
pub const LENGTH: OptionId = OptionId::core(16);
/// `--opcode` of arptables.
pub const OPERATION: OptionId = OptionId::core(17);
/// `--h-type` of arptables.
pub const HARDWARE: OptionId = OptionId::core(18);
/// `--proto-type` of arptables.
pub const PROTOCOL_TYPE: OptionId = OptionId::core(19);

pub(crate) static EXTENSION: Extension = Extension::core(&[
    OptionSpec::new("protocol", Kind::Protocol).short(b'p').not().only(Families::IP.and(Families::BRIDGE)),
    OptionSpec::new("source", Kind::Nets).short(b's').aliases(&["src", "source-ip", "src-ip"]).not(),
    OptionSpec::new("destination", Kind::Nets)
        .short(b'd')
        .aliases(&["dst", "destination-ip", "dst-ip"])
        .not(),
    OptionSpec::new("in-interface", Kind::Interface).short(b'i').aliases(&["in-if"]).not(),
    OptionSpec::new("out-interface", Kind::Interface).short(b'o').aliases(&["out-if"]).not(),
    OptionSpec::new("logical-in", Kind::Interface).not().only(Families::BRIDGE),
    OptionSpec::new("logical-out", Kind::Interface).not().only(Families::BRIDGE),
    OptionSpec::new("fragment", Kind::Flag).short(b'f').aliases(&["fragments"]).not().only(Families::V4),
    OptionSpec::new("match", Kind::Match).short(b'm').only(Families::IP).repeats(),
    OptionSpec::new("jump", Kind::Target).short(b'j'),
    OptionSpec::new("goto", Kind::Target).short(b'g').only(Families::IP),
    OptionSpec::new("set-counters", Kind::Counters).short(b'c'),
    OptionSpec::new("ipv4", Kind::Flag).short(b'4').only(Families::IP),
    OptionSpec::new("ipv6", Kind::Flag).short(b'6').only(Families::IP),
    OptionSpec::new("src-mac", Kind::Mac).aliases(&["source-mac"]).not().only(Families::ARP),
    OptionSpec::new("dst-mac", Kind::Mac).aliases(&["destination-mac"]).not().only(Families::ARP),
    OptionSpec::new("h-length", Kind::Coded(&LENGTHS))
        .short(b'l')
        .aliases(&["arhln"])
        .not()
        .only(Families::ARP),
    OptionSpec::new("opcode", Kind::Coded(&OPERATIONS)).aliases(&["arop"]).not().only(Families::ARP),
    OptionSpec::new("h-type", Kind::Coded(&HARDWARE_TYPES)).aliases(&["arhrd"]).not().only(Families::ARP),
    OptionSpec::new("proto-type", Kind::Coded(&PROTOCOL_TYPES)).aliases(&["arpro"]).not().only(Families::ARP),
]);

/// ARP's operations, by the names that ebtables and arptables have for them.
pub(super) static ARP_OPERATIONS: Names = Names {
    list: &[
        ("Request", 1),
        ("Reply", 2),
        ("Request_Reverse", 3),
        ("Reply_Reverse", 4),
        ("DRARP_Request", 5),
        ("DRARP_Reply", 6),
        ("DRARP_Error", 7),
        ("InARP_Request", 8),
        ("ARP_NAK", 9),
    ],
    one: "an ARP operation: Request, Reply, … or its number",
    some: "ARP operations",
};

static LENGTHS: Coded = Coded { names: &NO_NAMES, base: 10, hexadecimal: false, max: 0xff };
static OPERATIONS: Coded = Coded { names: &ARP_OPERATIONS, base: 10, hexadecimal: false, max: 0xffff };
static HARDWARE_TYPES: Coded = Coded { names: &ARP_HARDWARE, base: 16, hexadecimal: true, max: 0xffff };
static PROTOCOL_TYPES: Coded = Coded { names: &ARP_PROTOCOLS, base: 0, hexadecimal: true, max: 0xffff };

static NO_NAMES: Names =
    Names { list: &[], one: "a length in bytes; the kernel takes 6 only", some: "lengths" };

/// ARP's hardware types that have a name.
pub(super) static ARP_HARDWARE: Names = Names {
    list: &[("Ethernet", 1)],
    one: "`Ethernet` or the number of a hardware type",
    some: "hardware types",
};

static ARP_PROTOCOLS: Names = Names {
    list: &[("IPv4", 0x0800)],
    one: "`IPv4` or the number of an Ethernet type",
    some: "Ethernet types",
};
