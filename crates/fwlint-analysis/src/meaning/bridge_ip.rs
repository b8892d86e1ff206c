//! IP packets in the frames of a bridge.

use fwlint_model::{Fields, syntax::Value};
use fwlint_packet::{Field, Region, Values};

use super::{Tests, Use, core_options::net_cube, icmp::kinds_and_codes};

/// Source: `ebt_ip_mt()` of `ebt_ip.c`.
pub(super) fn tests(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    all(this, tests, false);
}

/// Source: `ebt_ip6_mt()` of `ebt_ip6.c`.
pub(super) fn tests6(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    all(this, tests, true);
}

fn all(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>, is_v6: bool) {
    let ethertype = if is_v6 { 0x86dd } else { 0x0800 };
    tests.term(Field::ETHERTYPE, Values::exactly(ethertype));
    // Negated or not, no frame passes that ends before the header does.
    tests.not_broken();
    for (number, name, value, negated) in this.options() {
        let tests = tests.at(number);
        let option = name.split_once('-').map_or(name, |(_, option)| option);
        match (option, value) {
            ("src" | "dst", Value::Nets(nets)) => {
                let field = if option == "src" { Field::SRC } else { Field::DST };
                match nets.iter().next().and_then(|net| net_cube(field, net)) {
                    Some(cube) => tests.region_or_not(cube.into(), negated),
                    None => tests.either(),
                }
            }
            ("tos" | "tclass", Value::Number(tos)) => {
                tests.values(Field::TOS, u32::try_from(tos).ok().map(Values::exactly), negated);
            }
            ("proto", Value::Protocol(protocol)) => protocol_within(protocol, is_v6, negated, tests),
            ("sport" | "dport", Value::Ports(range)) => {
                tests.holds_header();
                let field = if option == "sport" { Field::SPORT } else { Field::DPORT };
                tests.values(field, Values::range(range.low.into(), range.high.into()), negated);
            }
            ("icmp-type", Value::IcmpRanges { kinds, codes }) => {
                tests.holds_header();
                tests.region_or_not(kinds_and_codes(kinds, codes), negated);
            }
            ("igmp-type", _) => {
                tests.holds_header();
                tests.opaque(&this.option_key(number), Fields::NONE, negated);
            }
            _ => tests.either(),
        }
    }
}

/// Of IPv6, a later fragment is one of the protocol 44 here, and no packet passes whose headers cannot be read.
fn protocol_within(protocol: u8, is_v6: bool, negated: bool, tests: &mut Tests<'_, '_, '_, '_>) {
    const FRAGMENT: u8 = 44;
    let number = Values::exactly(protocol.into());
    if !is_v6 {
        return tests.values(Field::PROTOCOL, Some(number), negated);
    }
    let later = Region::of(Field::FRAGMENT, Values::OneOf(Field::ALL_LATER));
    let region = match protocol {
        FRAGMENT => later,
        _ => Region::of(Field::PROTOCOL, number).and(&later.complement()),
    };
    if negated {
        tests.opaque(b"ip6 headers", Fields::NONE, false);
    }
    tests.region_or_not(region, negated);
}
