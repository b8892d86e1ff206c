//! Targets that tell connection tracking what to do, and translation without it.

use fwlint_packet::{Field, Term, Values};

use super::{Action, Then, Use, Write};

/// All of a connection but its state.
const OF_CONNECTION: [Field; 8] = [
    Field::CT_STATUS,
    Field::CT_DIRECTION,
    Field::CT_PROTOCOL,
    Field::CONNMARK,
    Field::CT_ORIG_SPORT,
    Field::CT_ORIG_DPORT,
    Field::CT_REPLY_SPORT,
    Field::CT_REPLY_DPORT,
];

/// Its addresses.
const ADDRESSES: [Field; 4] =
    [Field::CT_ORIG_SRC, Field::CT_ORIG_DST, Field::CT_REPLY_SRC, Field::CT_REPLY_DST];

/// Until the packet is tracked it has a connection that only holds what the rule says, and that makes it `NEW`. One that has
/// a connection already, or none for good, is left alone. Source: `xt_ct_target()` of `xt_CT.c`.
pub(super) fn ct(this: &Use<'_>) -> Action {
    if this.option("notrack").is_some() {
        return notrack();
    }
    let addresses = ADDRESSES.into_iter().flat_map(Field::parts);
    let unknown = OF_CONNECTION.into_iter().chain(addresses).map(Write::Anything);
    // The state last, for it says to which packets this is written.
    let writes = unknown.chain([Write::constant(Field::CT_STATE, Field::NEW)]).collect();
    Action { writes, only: Some(NOT_SEEN), then: Then::Next }
}

/// Source: `notrack_tg()` of `xt_CT.c`.
pub(super) fn notrack() -> Action {
    Action { only: Some(NOT_SEEN), ..Action::writing(Write::constant(Field::CT_STATE, Field::UNTRACKED)) }
}

/// The packets that tracking has not seen yet, or made nothing of.
const NOT_SEEN: Term = Term { field: Field::CT_STATE, values: Values::OneOf(1 << Field::INVALID) };

/// Another prefix, and a number in the address that keeps the checksum; what kind of address that is, routing says. A packet
/// whose address cannot be translated so is thrown away. Source: `ip6t_NPT.c`.
pub(super) fn prefix(field: Field) -> Action {
    let kind = if field == Field::SRC { Field::SRC_TYPE } else { Field::DST_TYPE };
    let writes = field.parts().into_iter().chain([kind]).map(Write::Anything).collect();
    Action { writes, only: None, then: Then::NextOrEnd }
}
