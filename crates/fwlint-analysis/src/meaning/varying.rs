//! Matches that may answer otherwise the next time: they count, draw lots, look at the clock, or at what other packets do in
//! the meantime. What they say for certain is which packets they never match.

use fwlint_model::syntax::Value;
use fwlint_packet::{Field, Region, Values};

use super::{CONNECTED, Tests, Use};

/// Any packet may pass.
pub(super) fn any(_: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    tests.either();
}

/// Only packets of connections may pass, negated or not. Source: `connbytes_mt()` of `xt_connbytes.c`, `xt_cluster_mt()` of
/// `xt_cluster.c`.
pub(super) fn of_connections(_: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    tests.at_most(Region::of(Field::CT_STATE, CONNECTED));
}

/// Without a connection there is no label. Source: `connlabel_mt()` of `xt_connlabel.c`.
pub(super) fn connlabel(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    let connected = Region::of(Field::CT_STATE, CONNECTED);
    match this.option("label") {
        Some((_, _, true)) => tests.between(connected.complement(), Region::all()),
        _ => tests.at_most(connected),
    }
}

/// Two in a million, or one in three: but with certainty if it is none or all. Source: `statistic_mt()` of `xt_statistic.c`.
pub(super) fn statistic(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    const ALWAYS: u32 = 1 << 31;
    let chance = this.option("probability").or_else(|| this.option("every"));
    match chance {
        Some((number, Value::Probability(0), negated)) => {
            tests.at(number).region_or_not(Region::none(), negated);
        }
        Some((number, Value::Probability(ALWAYS) | Value::Number(1), negated)) => {
            tests.at(number).region_or_not(Region::all(), negated);
        }
        _ => tests.either(),
    }
}

/// It looks at the first packet of a connection over TCP. Source: `nf_osf_match()` of `nfnetlink_osf.c`.
pub(super) fn osf(_: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    let tcp = Region::of(Field::PROTOCOL, Values::exactly(6));
    let syn = Values::masked(0x02, 0x02).map_or(Region::none(), |syn| Region::of(Field::TCP_FLAGS, syn));
    tests.at_most(tcp.and(&syn));
}
