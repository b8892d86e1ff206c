//! Ports in other words: `multiport`, and the protocols beside TCP and UDP that have them.

use fwlint_model::{Fields, syntax::Value};
use fwlint_packet::{Cube, Field, Region, Values};

use super::{Tests, Use};

/// Source: `multiport_mt()` of `xt_multiport.c`. `nf_tables` runs the same function.
pub(super) fn multiport(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    let holds_ports = 1 << Field::WHOLE | 1 << Field::FIRST | 1 << Field::SHORT_PORTS;
    tests.term(Field::FRAGMENT, Values::OneOf(holds_ports));
    for (number, name, value, negated) in this.options() {
        let tests = tests.at(number);
        let Value::PortList(list) = value else {
            tests.either();
            continue;
        };
        let ports = |field: Field| -> Region {
            let ranges = list.iter().filter_map(|range| Values::range(range.low.into(), range.high.into()));
            ranges.filter_map(|values| Cube::of(field, values)).collect()
        };
        match (name, negated) {
            ("sports", _) => tests.region_or_not(ports(Field::SPORT), negated),
            ("dports", _) => tests.region_or_not(ports(Field::DPORT), negated),
            (_, false) => tests.region(ports(Field::SPORT).or(ports(Field::DPORT))),
            (_, true) => {
                tests.region_or_not(ports(Field::SPORT), true);
                tests.region_or_not(ports(Field::DPORT), true);
            }
        }
    }
}

/// Source: `dccp_mt()` of `xt_dccp.c`.
pub(super) fn dccp(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    of_protocol(33, this, tests);
}

/// Source: `sctp_mt()` of `xt_sctp.c`.
pub(super) fn sctp(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    of_protocol(132, this, tests);
}

fn of_protocol(protocol: u32, this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    tests.term(Field::PROTOCOL, Values::exactly(protocol));
    tests.holds_header();
    for (number, name, value, negated) in this.options() {
        let tests = tests.at(number);
        match (name, value) {
            ("sport", Value::Ports(range)) => {
                tests.values(Field::SPORT, Values::range(range.low.into(), range.high.into()), negated);
            }
            ("dport", Value::Ports(range)) => {
                tests.values(Field::DPORT, Values::range(range.low.into(), range.high.into()), negated);
            }
            _ => tests.opaque(&this.option_key(number), Fields::NONE, negated),
        }
    }
}
