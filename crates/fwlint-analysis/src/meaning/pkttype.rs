//! For whom a frame is on the link.

use fwlint_model::syntax::{Family, Value, value::Net};
use fwlint_packet::{Cube, Field, Region, Values};

use super::{Tests, Use, core_options::net_cube};

const BROADCAST: u32 = 1;
const MULTICAST: u32 = 2;
const LOOPBACK: u32 = 5;

/// A packet that comes back to its sender is for several receivers: its address tells which ones. Source: `pkttype_mt()`
/// of `xt_pkttype.c`.
pub(super) fn tests(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    let several = match tests.world().ruleset.family {
        Family::Ipv6 => Net::V6(0xff << 120, 0xff << 120),
        _ => Net::V4(0xe000_0000, 0xf000_0000),
    };
    let several: Region = net_cube(Field::DST, several).into_iter().collect();
    for (number, _, value, negated) in this.options() {
        let tests = tests.at(number);
        let Value::Choice(kind @ 0..=LOOPBACK) = value else {
            tests.either();
            continue;
        };
        let coming_back = || Region::of(Field::PACKET_TYPE, Values::OneOf(1 << LOOPBACK));
        let own = Region::of(Field::PACKET_TYPE, Values::OneOf(1 << kind));
        match kind {
            BROADCAST => tests.region_or_not(own.or(coming_back().without(&several)), negated),
            MULTICAST => tests.region_or_not(own.or(coming_back().and(&several)), negated),
            _ => tests.values(Field::PACKET_TYPE, Values::one_of(1 << kind), negated),
        }
    }
}

/// Source: `ebt_pkttype_mt()` of `ebt_pkttype.c`.
pub(super) fn of_frames(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    for (number, _, value, negated) in this.options() {
        let tests = tests.at(number);
        match value {
            Value::Choice(kind @ 0..=LOOPBACK) => {
                let cube = Cube::of(Field::PACKET_TYPE, Values::OneOf(1 << kind));
                tests.region_or_not(cube.into_iter().collect(), negated);
            }
            _ => tests.either(),
        }
    }
}
