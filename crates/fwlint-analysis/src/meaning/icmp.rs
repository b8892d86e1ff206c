//! ICMP and `ICMPv6`: types and codes.

use fwlint_model::syntax::Value;
use fwlint_packet::{Cube, Field, Region, Values};

use super::{Tests, Use};

/// Source: `icmp_match()` and `icmp6_match()` of `xt_tcpudp.c`, formerly of `ip_tables.c` and `ip6_tables.c`.
pub(super) fn tests(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    let protocol = if this.extension.name == "icmp" { 1 } else { 58 };
    tests.term(Field::PROTOCOL, Values::exactly(protocol));
    tests.holds_header();
    for (number, _, value, negated) in this.options() {
        let tests = tests.at(number);
        match value {
            Value::Icmp { kind: None, .. } => tests.values(Field::ICMP, Some(Field::ICMP.all()), negated),
            Value::Icmp { kind: Some(kind), code } => {
                let codes = code.map_or((0, u8::MAX), |code| (code, code));
                tests.values(Field::ICMP, kind_and_code(kind, codes), negated);
            }
            _ => tests.either(),
        }
    }
}

/// One type with a range of codes.
pub(super) fn kind_and_code(kind: u8, (first, last): (u8, u8)) -> Option<Values> {
    let number = |code: u8| u32::from(kind) << 8 | u32::from(code);
    Values::range(number(first), number(last))
}

/// Ranges of types and of codes.
pub(super) fn kinds_and_codes((first, last): (u8, u8), codes: (u8, u8)) -> Region {
    if codes == (0, u8::MAX) {
        let all = Values::range(u32::from(first) << 8, u32::from(last) << 8 | 0xff);
        return all.map_or(Region::none(), |all| Region::of(Field::ICMP, all));
    }
    let kinds = (first..=last).filter_map(|kind| kind_and_code(kind, codes));
    kinds.filter_map(|values| Cube::of(Field::ICMP, values)).collect()
}
