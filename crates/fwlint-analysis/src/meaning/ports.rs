//! TCP and UDP: ports and flags.

use fwlint_model::{
    Fields,
    syntax::{Backend, Value, value::PortRange},
};
use fwlint_packet::{Field, Region, Values};

use super::{Tests, Use};

/// Source: `tcp_mt()` and `udp_mt()` of `xt_tcpudp.c`, `nft_payload.c`; where they differ, KERNEL's D1 to D8.
pub(super) fn tests(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    let protocol = if this.extension.name == "tcp" { 6 } else { 17 };
    let is_nft = tests.world().backend == Backend::Nft;
    if is_nft && tests.protocol_is_inverted() {
        // Legacy refuses it.
        return tests.either();
    }
    tests.term(Field::PROTOCOL, Values::exactly(protocol));
    if !is_nft {
        tests.holds_header();
    } else if this.args.is_empty() {
        // Since 1.8.8, iptables-nft leaves such a match out; before, that of legacy looked for the header, and dropped what is
        // too short for it.
        let looked_at = 1 << Field::WHOLE | 1 << Field::FIRST | Field::ALL_SHORT;
        tests.between(Region::of(Field::FRAGMENT, Values::OneOf(looked_at)), Region::all());
    }
    let pair = if is_nft { both_inverted(this) } else { None };
    if let Some((number, sport, dport)) = pair {
        let sport = Region::of(Field::SPORT, Values::exactly(sport.into()));
        let dport = Region::of(Field::DPORT, Values::exactly(dport.into()));
        // Compiled to one comparison of four bytes before 1.8.11. Which version loads the rules is not known.
        let (neither, not_both) =
            (sport.clone().or(dport.clone()).complement(), sport.and(&dport).complement());
        let tests = tests.at(number);
        tests.term(Field::FRAGMENT, Values::OneOf(HOLDS_DPORT));
        tests.between(neither, not_both);
    }
    for (number, name, value, negated) in this.options() {
        let tests = tests.at(number);
        if is_nft && let Some(fragments) = read_by_nft(name, &value) {
            tests.term(Field::FRAGMENT, Values::OneOf(fragments));
        }
        match (name, value) {
            ("sport" | "dport", Value::Ports(_)) if pair.is_some() => {}
            // 1.8.9 makes no test of it; which version loads the rules is not known.
            ("sport" | "dport", Value::Ports(PortRange { low: 0, high: u16::MAX })) if is_nft && negated => {
                tests.either();
            }
            ("sport", Value::Ports(range)) => {
                tests.values(Field::SPORT, Values::range(range.low.into(), range.high.into()), negated);
            }
            ("dport", Value::Ports(range)) => {
                tests.values(Field::DPORT, Values::range(range.low.into(), range.high.into()), negated);
            }
            // Likewise, where no flags are looked at.
            ("tcp-flags", Value::TcpFlags { mask: 0, set }) if is_nft && (negated || set != 0) => {
                tests.either();
            }
            ("tcp-flags", Value::TcpFlags { mask, set }) => flags(tests, mask, set, negated),
            ("syn", _) => flags(tests, 0x17, 0x02, negated),
            ("tcp-option", Value::Number(option)) => {
                let key = format!("tcp option {option}");
                tests.opaque(key.as_bytes(), Fields::HEADERS, negated);
            }
            _ => tests.either(),
        }
    }
}

/// What holds so many bytes that `nf_tables` finds flags where those of TCP are; those of a later fragment are anything.
const HOLDS_FLAGS: u32 = 1 << Field::WHOLE | 1 << Field::FIRST | 1 << Field::LATER;

/// Likewise the destination port, and behind it.
const HOLDS_DPORT: u32 = HOLDS_FLAGS | 1 << Field::SHORT_PORTS | 1 << Field::LATER_PORTS;

/// Likewise the source port.
const HOLDS_SPORT: u32 = HOLDS_DPORT | 1 << Field::SHORT_SOURCE | 1 << Field::LATER_SOURCE;

/// Which packets hold what `nf_tables` reads for an option; a rule whose bytes are not there is passed over, negated or not.
/// `None` if it reads nothing. Source: `nft_payload_eval()` of `nft_payload.c`.
fn read_by_nft(name: &str, value: &Value<'_>) -> Option<u32> {
    match (name, value) {
        ("sport" | "dport", Value::Ports(PortRange { low: 0, high: u16::MAX }))
        | ("tcp-flags", Value::TcpFlags { mask: 0, .. }) => None,
        ("sport", _) => Some(HOLDS_SPORT),
        ("dport", _) => Some(HOLDS_DPORT),
        // It has the function of legacy look.
        ("tcp-option", _) => Some(1 << Field::WHOLE | 1 << Field::FIRST),
        _ => Some(HOLDS_FLAGS),
    }
}

/// Only packets pass that hold the flags of TCP, or bytes in their place.
pub(super) fn holds_flags(tests: &mut Tests<'_, '_, '_, '_>) {
    tests.term(Field::FRAGMENT, Values::OneOf(HOLDS_FLAGS));
}

fn flags(tests: &mut Tests<'_, '_, '_, '_>, mask: u8, set: u8, negated: bool) {
    tests.values(Field::TCP_FLAGS, Values::masked(set.into(), mask.into()), negated);
}

/// The ports of `! --sport A ! --dport B`, of which `nf_tables` may make "not both".
fn both_inverted(this: &Use<'_, '_>) -> Option<(u16, u16, u16)> {
    let single = |name| match this.option(name)? {
        (number, Value::Ports(PortRange { low, high }), true) if low == high && low != 0 => {
            Some((number, low))
        }
        _ => None,
    };
    if this.option("tcp-option").is_some() {
        return None;
    }
    let ((number, sport), (_, dport)) = (single("sport")?, single("dport")?);
    Some((number, sport, dport))
}
