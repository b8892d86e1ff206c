//! Targets of ebtables and arptables: they write, and an option says where the packet goes then.

use fwlint_model::syntax::{
    Value,
    value::{Mac, Net},
};
use fwlint_packet::Field;
use smallvec::SmallVec;

use super::{Action, Then, Use, Verdict, Write};
use crate::meaning::core_options::mac_halves;

/// Source: `ebt_mark_tg()` of `ebt_mark.c`.
pub(super) fn mark(this: &Use<'_>) -> Action {
    let operations = this.options().filter(|(name, _)| *name != "mark-target");
    let writes = operations.map(|(name, value)| {
        let Value::Masked { value, .. } = value else { return Write::Anything(Field::MARK) };
        let (cleared, xor) = match name {
            "mark-set" => (u32::MAX, value),
            "mark-or" => (value, value),
            "mark-and" => (!value, 0),
            "mark-xor" => (0, value),
            _ => return Write::Anything(Field::MARK),
        };
        Write::Bits { field: Field::MARK, and: !cleared, xor }
    });
    Action { writes: writes.collect(), then: then(this, "mark-target"), only: None }
}

/// Source: `ebt_dnat_tg()` of `ebt_dnat.c`.
pub(super) fn dnat(this: &Use<'_>) -> Action {
    let mut writes = mac(Field::MAC_DST, this.option("to-dst").as_ref());
    writes.push(Write::Anything(Field::PACKET_TYPE));
    Action { writes, then: then(this, "dnat-target"), only: None }
}

/// The address is the bridge's or that of its port. Source: `ebt_redirect_tg()` of `ebt_redirect.c`.
pub(super) fn redirect(this: &Use<'_>) -> Action {
    let mut writes = mac(Field::MAC_DST, None);
    writes.push(Write::Anything(Field::PACKET_TYPE));
    Action { writes, then: then(this, "redirect-target"), only: None }
}

/// Source: `ebt_snat_tg()` of `ebt_snat.c`.
pub(super) fn snat(this: &Use<'_>) -> Action {
    Action {
        writes: mac(Field::MAC_SRC, this.option("to-src").as_ref()),
        then: then(this, "snat-target"),
        only: None,
    }
}

/// A request for an address of Ethernet and IP is answered, and goes where the option says; others go on. Source:
/// `ebt_arpreply_tg()` of `ebt_arpreply.c`.
pub(super) fn arpreply(this: &Use<'_>) -> Action {
    let goes_on = this.option("arpreply-target") == Some(Value::Choice(CONTINUE));
    Action { then: if goes_on { Then::Next } else { Then::NextOrEnd }, ..Action::default() }
}

/// An address of another length than the packet has is not written, and the packet thrown away. Source: `target()` of
/// `arpt_mangle.c`.
pub(super) fn mangle(this: &Use<'_>) -> Action {
    let mut writes = SmallVec::new();
    for (name, value) in this.options() {
        let ip = |field: Field| match &value {
            Value::Nets(nets) => match nets.iter().next() {
                Some(Net::V4(address, u32::MAX)) => Write::constant(field, address),
                _ => Write::Anything(field),
            },
            _ => Write::Anything(field),
        };
        match name {
            "mangle-ip-s" => writes.push(ip(Field::SRC)),
            "mangle-ip-d" => writes.push(ip(Field::DST)),
            "mangle-mac-s" => writes.extend(mac(Field::MAC_SRC, Some(&value))),
            "mangle-mac-d" => writes.extend(mac(Field::MAC_DST, Some(&value))),
            _ => {}
        }
    }
    Action { writes, then: then(this, "mangle-target"), only: None }
}

const CONTINUE: u32 = 2;

/// Where the packet goes. Source: `ebtables.h`; without the option, ACCEPT.
fn then(this: &Use<'_>, option: &str) -> Then {
    match this.option(option) {
        None | Some(Value::Choice(0)) => Then::End(Verdict::Accept),
        Some(Value::Choice(1)) => Then::End(Verdict::Drop),
        Some(Value::Choice(CONTINUE)) => Then::Next,
        Some(Value::Choice(3)) => Then::Return,
        Some(_) => Then::NextOrEnd,
    }
}

fn mac(field: Field, value: Option<&Value<'_>>) -> SmallVec<[Write; 1]> {
    let [first, last, ..] = field.parts();
    match value {
        Some(Value::Mac(Mac { address, .. })) => {
            let (high, low) = mac_halves(*address);
            [Write::constant(first, high), Write::constant(last, low)].into_iter().collect()
        }
        _ => [Write::Anything(first), Write::Anything(last)].into_iter().collect(),
    }
}
