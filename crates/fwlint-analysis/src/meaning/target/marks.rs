//! Targets that write marks of packets and connections, and the priority.

use fwlint_model::syntax::Value;
use fwlint_packet::{Field, Term};

use super::{Action, Then, Use, Verdict, Write};
use crate::meaning::CONNECTED;

/// Source: `mark_tg()` of `xt_mark.c`.
pub(super) fn mark(this: &Use<'_>) -> Action {
    let writes = this.options().map(|(name, value)| bits(Field::MARK, name, &value)).collect();
    Action { writes, ..Action::default() }
}

/// Without a connection nothing is written at all. Source: `connmark_tg()` of `xt_connmark.c`.
pub(super) fn connmark(this: &Use<'_>) -> Action {
    let mask = |name| match this.option(name).or_else(|| this.option("mask")) {
        Some(Value::Masked { value, .. }) => value,
        _ => u32::MAX,
    };
    let (packet, connection) = (mask("nfmask"), mask("ctmask"));
    let (mut save, mut restore) = (false, false);
    let mut writes = smallvec::SmallVec::new();
    for (name, value) in this.options() {
        match name {
            "save-mark" => save = true,
            "restore-mark" => restore = true,
            "nfmask" | "ctmask" | "mask" => {}
            _ => writes.push(bits(Field::CONNMARK, name, &value)),
        }
    }
    if save {
        let (from, to) = (Field::MARK, Field::CONNMARK);
        writes.push(Write::Copy { from, to, from_mask: packet, to_mask: connection });
    }
    if restore {
        let (from, to) = (Field::CONNMARK, Field::MARK);
        writes.push(Write::Copy { from, to, from_mask: connection, to_mask: packet });
    }
    Action { writes, only: Some(Term { field: Field::CT_STATE, values: CONNECTED }), then: Then::Next }
}

/// `--set-xmark value/mask` clears the bits of the mask and flips those of the value; the others are the same in other
/// words. Source: `libxt_MARK.c`; `libarpt_mark.c`, whose values have no masks.
fn bits(field: Field, name: &str, value: &Value<'_>) -> Write {
    let (value, mask) = match *value {
        Value::Masked { value, mask } => (value, mask),
        Value::Number(number) => match u32::try_from(number) {
            Ok(value) => (value, u32::MAX),
            Err(_) => return Write::Anything(field),
        },
        _ => return Write::Anything(field),
    };
    let (cleared, xor) = match name {
        "set-xmark" => (mask, value),
        "set-mark" => (mask | value, value),
        "and-mark" => (!value, 0),
        "or-mark" => (value, value),
        "xor-mark" => (0, value),
        _ => return Write::Anything(field),
    };
    Write::Bits { field, and: !cleared, xor }
}

/// Source: `xt_CLASSIFY.c`.
pub(super) fn classify(this: &Use<'_>) -> Action {
    let class = match this.option("set-class") {
        Some(Value::Number(class)) => u32::try_from(class).ok(),
        _ => None,
    };
    let anything = Write::Anything(Field::PRIORITY);
    Action::writing(class.map_or(anything, |class| Write::constant(Field::PRIORITY, class)))
}

/// It writes what the set holds for the packet, if anything. Source: `set_target_v3()` of `xt_set.c`.
pub(super) fn set(this: &Use<'_>) -> Action {
    let fields = [("map-mark", Field::MARK), ("map-prio", Field::PRIORITY)];
    let written = fields.into_iter().filter(|(option, _)| this.option(option).is_some());
    Action { writes: written.map(|(_, field)| Write::Anything(field)).collect(), ..Action::default() }
}

/// Source: `tproxy_tg4()` of `xt_TPROXY.c`.
pub(super) fn tproxy(this: &Use<'_>) -> Action {
    let mark = match this.option("tproxy-mark") {
        Some(Value::Masked { value, mask }) => {
            Some(Write::Bits { field: Field::MARK, and: !mask, xor: value })
        }
        Some(_) => Some(Write::Anything(Field::MARK)),
        None => None,
    };
    Action { writes: mark.into_iter().collect(), ..Action::ending(Verdict::Stolen) }
}
