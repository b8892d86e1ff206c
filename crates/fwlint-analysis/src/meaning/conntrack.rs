//! What connection tracking knows of a packet.

use fwlint_model::syntax::{Value, value::Net};
use fwlint_packet::{Cube, Field, Region, Values};

use super::{CONNECTED, Tests, Use, core_options::net_cube};

/// Bits of `xt_conntrack.h`, each with the state it stands for.
const STATES: [(u32, u32); 5] = [
    (1, Field::INVALID),
    (1 << 1, Field::ESTABLISHED),
    (1 << 2, Field::RELATED),
    (1 << 3, Field::NEW),
    (1 << 6, Field::UNTRACKED),
];

const SOURCE_TRANSLATED: u32 = 1 << 7;
const DESTINATION_TRANSLATED: u32 = 1 << 8;

/// Source: `conntrack_mt()` of `xt_conntrack.c`.
pub(super) fn tests(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    let is_state = |name| matches!(name, "ctstate" | "state");
    let mut has_state = false;
    let mut has_others = false;
    for (number, name, value, negated) in this.options() {
        match value {
            Value::Bits(bits) if is_state(name) => {
                has_state = true;
                let tests = tests.at(number);
                if bits & (SOURCE_TRANSLATED | DESTINATION_TRANSLATED) == 0 {
                    tests.values(Field::CT_STATE, plain_states(bits), negated);
                } else {
                    tests.region_or_not(states(bits), negated);
                }
            }
            _ => has_others = true,
        }
    }
    if !has_others {
        return;
    }
    // A packet without a connection passes if its state does, whatever the other options say; and without that, never.
    let unconnected = || if has_state { not_connected() } else { Region::none() };
    for (number, name, value, negated) in this.options().filter(|(_, name, ..)| !is_state(name)) {
        let tests = tests.at(number);
        match region(name, value) {
            Some(region) => {
                let region = if negated { region.complement() } else { region };
                if has_state {
                    tests.region(unconnected().or(region.and(&connected())));
                } else {
                    tests.connected();
                    tests.region(region);
                }
            }
            None => tests.between(unconnected(), unconnected().or(connected())),
        }
    }
}

/// The packets of connections that pass an option that is not about the state; `None` if it is not known which ones do.
fn region(name: &str, value: Value<'_>) -> Option<Region> {
    let both = |original: Field, reply: Field| if name.starts_with("ctorig") { original } else { reply };
    let of =
        |field, values: Option<Values>| values.map_or(Region::none(), |values| Region::of(field, values));
    Some(match (name, value) {
        ("ctproto", Value::Protocol(number)) => of(Field::CT_PROTOCOL, Some(Values::exactly(number.into()))),
        ("ctorigsrc" | "ctreplsrc", Value::Nets(nets)) => {
            network(both(Field::CT_ORIG_SRC, Field::CT_REPLY_SRC), nets.iter().next()?)?.into()
        }
        ("ctorigdst" | "ctrepldst", Value::Nets(nets)) => {
            network(both(Field::CT_ORIG_DST, Field::CT_REPLY_DST), nets.iter().next()?)?.into()
        }
        ("ctorigsrcport" | "ctreplsrcport", Value::Ports(range)) => of(
            both(Field::CT_ORIG_SPORT, Field::CT_REPLY_SPORT),
            Values::range(range.low.into(), range.high.into()),
        ),
        ("ctorigdstport" | "ctrepldstport", Value::Ports(range)) => of(
            both(Field::CT_ORIG_DPORT, Field::CT_REPLY_DPORT),
            Values::range(range.low.into(), range.high.into()),
        ),
        ("ctdir", Value::Choice(direction)) => of(Field::CT_DIRECTION, Values::one_of(1 << direction)),
        // `NONE` is no bit, of which a connection never has one.
        ("ctstatus", Value::Bits(bits)) => any_status(bits),
        // `ctexpire` is a time that runs out.
        _ => return None,
    })
}

/// The packets of a network. iptables 1.8.9 takes a mask with gaps for that of a single address here, which other versions may
/// not do.
fn network(field: Field, net: Net<'_>) -> Option<Cube> {
    let has_gaps = match net {
        Net::V4(_, mask) => mask.leading_ones() != mask.count_ones(),
        Net::V6(_, mask) => mask.leading_ones() != mask.count_ones(),
        Net::Name(_) => false,
    };
    if has_gaps { None } else { net_cube(field, net) }
}

/// The packets in one of these states; `SNAT` and `DNAT` are bits of the connection's status.
fn states(bits: u32) -> Region {
    let mut region = plain_states(bits).map_or(Region::none(), |states| Region::of(Field::CT_STATE, states));
    let translated =
        [(SOURCE_TRANSLATED, Field::STATUS_SRC_NAT), (DESTINATION_TRANSLATED, Field::STATUS_DST_NAT)];
    for (bit, status) in translated {
        if bits & bit != 0 {
            region.add(any_status(status));
        }
    }
    region
}

fn plain_states(bits: u32) -> Option<Values> {
    let listed = STATES.into_iter().filter(|(bit, _)| bits & bit != 0);
    Values::one_of(listed.fold(0, |all, (_, state)| all | 1 << state))
}

/// The packets of connections with at least one of these bits.
fn any_status(bits: u32) -> Region {
    let each = (0..32).map(|bit| 1 << bit).filter(|bit| bits & bit != 0);
    each.filter_map(|bit| Cube::of(Field::CT_STATUS, Values::masked(bit, bit)?)).collect()
}

fn connected() -> Region {
    Region::of(Field::CT_STATE, CONNECTED)
}

fn not_connected() -> Region {
    connected().complement()
}
