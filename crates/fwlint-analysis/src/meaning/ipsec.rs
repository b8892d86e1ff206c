//! `IPsec`: the index in its headers, and the policies that a packet went through.

use fwlint_model::{Fields, syntax::Value};
use fwlint_packet::{Field, Values};

use super::{Tests, Use};

/// Source: `esp_mt()` of `xt_esp.c`, `comp_mt()` of `xt_ipcomp.c`, `ah_mt()` of `ipt_ah.c`.
pub(super) fn index(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    let protocol = match this.extension.name {
        "esp" => 50,
        "ah" => 51,
        _ => 108,
    };
    tests.term(Field::PROTOCOL, Values::exactly(protocol));
    tests.holds_header();
    for (number, name, value, negated) in this.options() {
        let tests = tests.at(number);
        match value {
            Value::Range(low, high) => {
                let ends = u32::try_from(low).ok().zip(u32::try_from(high).ok());
                tests.values(Field::SPI, ends.and_then(|(low, high)| Values::range(low, high)), negated);
            }
            // The kernel takes it and does not look.
            _ if name == "compres" => {}
            _ => tests.either(),
        }
    }
    // What iptables leaves in its place.
    if protocol == 108 && !this.has("ipcompspi") {
        tests.term(Field::SPI, Values::exactly(0));
    }
}

/// A packet that went through no policy passes `--pol none` alone. Else its policies are compared with all options
/// together. Source: `policy_mt()` of `xt_policy.c`.
pub(super) fn policy(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    let Some((number, Value::Choice(direction), _)) = this.option("dir") else { return tests.either() };
    let Some((_, Value::Choice(policy), _)) = this.option("pol") else { return tests.either() };
    let tests = tests.at(number);
    let is_none = policy == 0;
    tests.opaque(format!("policy {direction}").as_bytes(), Fields::NONE, is_none);
    if !is_none && this.options().any(|(_, name, ..)| !matches!(name, "dir" | "pol")) {
        tests.opaque(&this.key(), Fields::NONE, false);
    }
}
