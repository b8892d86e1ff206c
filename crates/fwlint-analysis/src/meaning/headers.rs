//! What stands in the header of IP besides addresses, and what goes with it: TTL, TOS, length, realm.

use fwlint_model::{Fields, syntax::Value};
use fwlint_packet::{Field, Values};

use super::{Tests, Use};

/// Type of service or traffic class, and the upper six bits of it that are the DSCP. Source: `xt_dscp.c`.
pub(super) fn tos(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    for (number, _, value, negated) in this.options() {
        let tests = tests.at(number);
        let point = |point: u32| Values::masked(point << 2, 0xfc);
        match value {
            Value::Masked { value, mask } => tests.values(Field::TOS, Values::masked(value, mask), negated),
            Value::Choice(class) => tests.values(Field::TOS, point(class), negated),
            Value::Number(number @ 0..=63) => {
                tests.values(Field::TOS, u32::try_from(number).ok().and_then(point), negated);
            }
            _ => tests.either(),
        }
    }
}

/// The last two bits of TOS, and two flags of TCP, which are read even from a later fragment. A packet that is too short for
/// them does not pass, and goes on even on legacy. Source: `xt_ecn.c`.
pub(super) fn ecn(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    for (number, name, value, negated) in this.options() {
        let tests = tests.at(number);
        let flag = match (name, value) {
            ("ecn-tcp-ece", _) => 0x40,
            ("ecn-tcp-cwr", _) => 0x80,
            (_, Value::Number(bits @ 0..=3)) => {
                let bits = u32::try_from(bits).ok();
                tests.values(Field::TOS, bits.and_then(|bits| Values::masked(bits, 3)), negated);
                continue;
            }
            _ => {
                tests.either();
                continue;
            }
        };
        super::ports::holds_flags(tests);
        tests.values(Field::TCP_FLAGS, Values::masked(flag, flag), negated);
    }
}

/// TTL or hop limit. Source: `xt_hl.c`.
pub(super) fn ttl(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    for (number, name, value, negated) in this.options() {
        let tests = tests.at(number);
        let Value::Number(limit @ 0..=255) = value else {
            tests.either();
            continue;
        };
        let limit = u32::try_from(limit).unwrap_or_default();
        let values = match name {
            "ttl-lt" | "hl-lt" => limit.checked_sub(1).and_then(|last| Values::range(0, last)),
            "ttl-gt" | "hl-gt" => Values::range(limit + 1, 255),
            _ => Some(Values::exactly(limit)),
        };
        tests.values(Field::TTL, values, negated);
    }
}

/// A range that runs backwards has no length. Source: `xt_length.c`.
pub(super) fn length(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    for (number, _, value, negated) in this.options() {
        let tests = tests.at(number);
        match value {
            Value::Range(low, high) => {
                let ends = u32::try_from(low).ok().zip(u32::try_from(high).ok());
                tests.values(Field::LENGTH, ends.and_then(|(low, high)| Values::range(low, high)), negated);
            }
            _ => tests.either(),
        }
    }
}

/// The number of a name is known on its machine only. Source: `realm_mt()` of `xt_realm.c`.
pub(super) fn realm(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    for (number, _, value, negated) in this.options() {
        let tests = tests.at(number);
        match value {
            Value::Masked { value, mask } => tests.values(Field::REALM, Values::masked(value, mask), negated),
            _ => tests.opaque(&this.option_key(number), Fields::NONE, negated),
        }
    }
}
