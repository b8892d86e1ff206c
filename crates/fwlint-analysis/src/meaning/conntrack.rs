//! What connection tracking knows of a packet.

use fwlint_model::syntax::{Value, value::Net};
use fwlint_packet::{Cube, Field, Region, Values};

use super::{Tests, Use, core_options::net_cube};

/// Bits of `xt_conntrack.h`, each with the state it stands for.
const STATES: [(u32, u32); 5] = [
    (1, Field::INVALID),
    (1 << 1, Field::ESTABLISHED),
    (1 << 2, Field::RELATED),
    (1 << 3, Field::NEW),
    (1 << 6, Field::UNTRACKED),
];

/// Source: `conntrack_mt()` of `xt_conntrack.c`.
pub(super) fn tests(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    for (number, name, value, negated) in this.options() {
        let tests = tests.at(number);
        let both = |original: Field, reply: Field| if name.starts_with("ctorig") { original } else { reply };
        match (name, value) {
            ("ctstate" | "state", Value::Bits(bits)) => tests.region_or_not(states(bits), negated),
            // All but the state is only looked at where there is a connection.
            ("ctproto", Value::Protocol(number)) => {
                connected(tests);
                tests.values(Field::CT_PROTOCOL, Some(Values::exactly(number.into())), negated);
            }
            ("ctorigsrc" | "ctreplsrc", Value::Nets(nets)) => {
                address(tests, both(Field::CT_ORIG_SRC, Field::CT_REPLY_SRC), nets.iter().next(), negated);
            }
            ("ctorigdst" | "ctrepldst", Value::Nets(nets)) => {
                address(tests, both(Field::CT_ORIG_DST, Field::CT_REPLY_DST), nets.iter().next(), negated);
            }
            ("ctorigsrcport" | "ctreplsrcport", Value::Ports(range)) => {
                connected(tests);
                let field = both(Field::CT_ORIG_SPORT, Field::CT_REPLY_SPORT);
                tests.values(field, Values::range(range.low.into(), range.high.into()), negated);
            }
            ("ctorigdstport" | "ctrepldstport", Value::Ports(range)) => {
                connected(tests);
                let field = both(Field::CT_ORIG_DPORT, Field::CT_REPLY_DPORT);
                tests.values(field, Values::range(range.low.into(), range.high.into()), negated);
            }
            ("ctdir", Value::Choice(direction)) => {
                connected(tests);
                tests.values(Field::CT_DIRECTION, Values::one_of(1 << direction), negated);
            }
            ("ctstatus", Value::Bits(bits)) => {
                connected(tests);
                tests.region_or_not(any_status(bits), negated);
            }
            _ => tests.either(),
        }
    }
}

/// The packets in one of these states; `SNAT` and `DNAT` are bits of the connection's status.
fn states(bits: u32) -> Region {
    let listed = STATES.into_iter().filter(|(bit, _)| bits & bit != 0);
    let mut region: Region = Values::one_of(listed.fold(0, |all, (_, state)| all | 1 << state))
        .map_or(Region::none(), |states| Region::of(Field::CT_STATE, states));
    for (bit, status) in [(1 << 7, Field::STATUS_SRC_NAT), (1 << 8, Field::STATUS_DST_NAT)] {
        if bits & bit != 0 {
            region.add(any_status(status));
        }
    }
    region
}

/// The packets of connections with at least one of these bits; where none is asked for, those with none at all.
fn any_status(bits: u32) -> Region {
    if bits == 0 {
        return Region::of(Field::CT_STATUS, Values::exactly(0));
    }
    let each = (0..32).map(|bit| 1 << bit).filter(|bit| bits & bit != 0);
    each.filter_map(|bit| Cube::of(Field::CT_STATUS, Values::masked(bit, bit)?)).collect()
}

fn connected(tests: &mut Tests<'_, '_, '_, '_>) {
    tests.term(
        Field::CT_STATE,
        Values::OneOf(1 << Field::NEW | 1 << Field::ESTABLISHED | 1 << Field::RELATED),
    );
}

fn address(tests: &mut Tests<'_, '_, '_, '_>, field: Field, net: Option<Net<'_>>, negated: bool) {
    connected(tests);
    match net.and_then(|net| net_cube(field, net)) {
        Some(cube) => tests.region_or_not(cube.into(), negated),
        None => tests.either(),
    }
}
