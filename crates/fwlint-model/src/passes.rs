//! Options that no packet fails.

use fwlint_syntax::{
    Arg, Dump, Family, Value,
    extensions::{Role, core},
    value::{Mac, Net},
};

use crate::protocols::Protocols;

/// Whether every packet passes the option: it tests nothing, or something that is true of all packets.
///
/// Anything that is not known to be so is taken for a condition. Source: `ip_packet_match()` of the kernel's
/// `ip_tables.c`, and `xt_mark.c`.
pub(crate) fn every_packet(dump: &Dump<'_>, family: Family, arg: &Arg) -> bool {
    let extension = arg.extension();
    match extension.role {
        Role::Target => true,
        Role::Match if extension.name == "comment" => true,
        Role::Match => {
            let always = Value::Masked { value: 0, mask: 0 };
            extension.name == "mark" && !arg.negated() && arg.value(dump.source) == always
        }
        Role::Core => core_option(dump, family, arg),
    }
}

/// The protocols whose packets all pass the option. `tracked` tells whether only tracked packets get there: a match such as
/// `-m tcp` fails later fragments even if it tests nothing, and connection tracking puts fragments together.
pub(crate) fn every_packet_of(dump: &Dump<'_>, family: Family, tracked: bool, arg: &Arg) -> Protocols {
    if every_packet(dump, family, arg) {
        return Protocols::ALL;
    }
    match arg.id() {
        core::PROTOCOL if !arg.negated() => match arg.value(dump.source) {
            Value::Protocol(protocol) => Protocols::at_least(protocol),
            _ => Protocols::NONE,
        },
        core::MATCH if tracked && family.is_ip() => match arg.value_span().of(dump.source) {
            b"tcp" => Protocols::at_least(6),
            b"udp" => Protocols::at_least(17),
            b"sctp" => Protocols::at_least(132),
            _ => Protocols::NONE,
        },
        _ => Protocols::NONE,
    }
}

fn core_option(dump: &Dump<'_>, family: Family, arg: &Arg) -> bool {
    let value = || arg.value(dump.source);
    match arg.id() {
        core::JUMP | core::GOTO | core::COUNTERS | core::IPV4 | core::IPV6 => true,
        // What these two test is in their options.
        core::MATCH => matches!(arg.value_span().of(dump.source), b"comment" | b"mark"),
        _ if arg.negated() => false,
        core::PROTOCOL => value() == Value::Protocol(0),
        core::SOURCE | core::DESTINATION if !may_be_any(arg.value_span().of(dump.source)) => false,
        core::SOURCE | core::DESTINATION => match value() {
            // One of the rules that the line stands for matches them all.
            Value::Nets(nets) => nets.iter().any(|net| matches!(net, Net::V4(_, 0) | Net::V6(_, 0))),
            Value::Mac(Mac { mask, .. }) => mask == [0; 6],
            _ => false,
        },
        // ebtables compares the name of a device that is not there otherwise.
        core::IN_INTERFACE | core::OUT_INTERFACE if family.is_ip() => {
            arg.value_span().of(dump.source) == b"+"
        }
        _ => false,
    }
}

/// Whether an address may be one that holds all: its mask ends so. Cheap, and enough for most.
fn may_be_any(addresses: &[u8]) -> bool {
    let mut ends = addresses.split(|&byte| byte == b',').map(<[u8]>::last);
    ends.any(|end| matches!(end, Some(b'0' | b':')))
}
