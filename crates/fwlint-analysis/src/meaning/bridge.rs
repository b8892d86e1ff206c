//! Frames of a bridge: ARP and VLAN tags.

use fwlint_model::{Fields, syntax::Value};
use fwlint_packet::{Field, Values};

use super::{Tests, Use};

/// Source: `ebt_arp_mt()` of `ebt_arp.c`.
pub(super) fn arp(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    // Negated or not, no frame passes that ends before the header does.
    tests.not_broken();
    for (number, name, value, negated) in this.options() {
        let tests = tests.at(number);
        let exactly = |number: u32| Some(Values::exactly(number));
        match (name, value) {
            ("arp-op", Value::Choice(code)) => tests.values(Field::ARP_OPERATION, exactly(code), negated),
            ("arp-htype", Value::Choice(code)) => tests.values(Field::ARP_HARDWARE, exactly(code), negated),
            ("arp-ptype", Value::EtherType(kind)) => {
                tests.values(Field::ARP_PROTOCOL, exactly(kind.into()), negated);
            }
            // Whether negated or not, only packets pass whose addresses are of the length of such addresses.
            _ => {
                let mut key = this.option_key(number);
                key.push(u8::from(negated));
                tests.opaque(&key, Fields::ADDRESSES, false);
            }
        }
    }
}

/// Source: `ebt_vlan_mt()` of `ebt_vlan.c`.
pub(super) fn vlan(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    tests.not_broken();
    for (number, name, value, negated) in this.options() {
        let tests = tests.at(number);
        let value = match value {
            Value::Number(number) => u32::try_from(number).ok(),
            Value::EtherType(kind) => Some(kind.into()),
            _ => None,
        };
        match (name, value) {
            ("vlan-id", Some(id)) => tests.values(Field::VLAN_ID, Some(Values::exactly(id)), negated),
            ("vlan-prio", Some(id)) => tests.values(Field::VLAN_PRIORITY, Some(Values::exactly(id)), negated),
            ("vlan-encap", Some(id)) => tests.values(Field::VLAN_TYPE, Some(Values::exactly(id)), negated),
            _ => tests.either(),
        }
    }
}
