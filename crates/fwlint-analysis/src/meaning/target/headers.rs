//! Targets that write in the header of IP, or of TCP.

use fwlint_model::syntax::Value;
use fwlint_packet::Field;

use super::{Action, Use, Write};

/// Type of service, and the upper six bits of it that are the DSCP. Source: `xt_DSCP.c`.
pub(super) fn tos(this: &Use<'_>) -> Action {
    let writes = this.options().map(|(name, value)| {
        let number = match value {
            Value::Number(number) => u32::try_from(number).ok(),
            Value::Choice(number) => Some(number),
            _ => None,
        };
        let (cleared, xor) = match (name, value, number) {
            ("set-tos", Value::Masked { value, mask }, _) => (mask, value),
            ("and-tos", _, Some(bits)) => (!bits & 0xff, 0),
            ("or-tos", _, Some(bits)) => (bits, bits),
            ("xor-tos", _, Some(bits)) => (0, bits),
            ("set-dscp" | "set-dscp-class", _, Some(point)) => (0xfc, point << 2),
            _ => return Write::Anything(Field::TOS),
        };
        Write::Bits { field: Field::TOS, and: !cleared, xor }
    });
    Action { writes: writes.collect(), ..Action::default() }
}

/// The last two bits of TOS, and two flags of TCP. Source: `ecn_tg()` of `ipt_ECN.c`.
pub(super) fn ecn(this: &Use<'_>) -> Action {
    const ECE: u32 = 0x40;
    const CWR: u32 = 0x80;
    let flag = |bit: u32, set: bool| Write::Bits {
        field: Field::TCP_FLAGS,
        and: !bit,
        xor: if set { bit } else { 0 },
    };
    let writes = this.options().map(|(name, value)| match (name, value) {
        ("ecn-tcp-remove", _) => flag(ECE | CWR, false),
        ("ecn-tcp-ece", Value::Number(on)) => flag(ECE, on == 1),
        ("ecn-tcp-cwr", Value::Number(on)) => flag(CWR, on == 1),
        ("ecn-ip-ect", Value::Number(bits @ 0..=3)) => {
            Write::Bits { field: Field::TOS, and: !3, xor: u32::try_from(bits).unwrap_or_default() }
        }
        (name, _) if name.starts_with("ecn-tcp") => Write::Anything(Field::TCP_FLAGS),
        _ => Write::Anything(Field::TOS),
    });
    Action { writes: writes.collect(), ..Action::default() }
}

/// TTL or hop limit, which stops at its ends where it is counted up or down. Source: `xt_HL.c`.
pub(super) fn ttl(this: &Use<'_>) -> Action {
    let writes = this.options().map(|(name, value)| match (name, value) {
        ("ttl-set" | "hl-set", Value::Number(number @ 0..=255)) => {
            Write::constant(Field::TTL, u32::try_from(number).unwrap_or_default())
        }
        _ => Write::Anything(Field::TTL),
    });
    Action { writes: writes.collect(), ..Action::default() }
}
