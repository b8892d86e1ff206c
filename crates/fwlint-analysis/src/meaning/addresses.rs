//! Ranges of IP addresses, and hardware addresses.

use fwlint_model::{
    Fields,
    syntax::{
        Value,
        value::{Mac, MacList, Net},
    },
};
use fwlint_packet::{Cube, Field, Region, Values};

use super::{MOST_CUBES, Tests, Use, core_options::mac_cube};

/// A range that runs backwards has no address. Source: `iprange_mt4()` and `iprange_mt6()` of `xt_iprange.c`.
pub(super) fn iprange(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    for (number, name, value, negated) in this.options() {
        let field = if name == "src-range" { Field::SRC } else { Field::DST };
        let tests = tests.at(number);
        match value {
            Value::AddressRange(Net::V4(first, _), Net::V4(last, _)) => {
                tests.values(field, Values::range(first, last), negated);
            }
            Value::AddressRange(Net::V6(first, _), Net::V6(last, _)) => {
                tests.region_or_not(ipv6_range(field, first, last), negated);
            }
            _ => tests.either(),
        }
    }
}

/// The packets whose IPv6 address, in this field and those behind it, is one of these: at most seven cubes.
pub(super) fn ipv6_range(field: Field, first: u128, last: u128) -> Region {
    let mut region = Region::none();
    let mut next = Some(first);
    while let Some(from) = next.filter(|&from| from <= last) {
        // How many bits may be anything from here on, in whole parts of the address.
        let mut shifts = [96, 64, 32].into_iter();
        let below = |shift: u32| (1_u128 << shift) - 1;
        let is_free = |&shift: &u32| from & below(shift) == 0 && from | below(shift) <= last;
        let free = below(shifts.find(is_free).unwrap_or(0));
        // As far as the part in front of them goes, and the range.
        let end = from | free | (free + 1).wrapping_mul(u32::MAX.into());
        let whole = if last & free == free { last } else { (last & !free) - 1 };
        let to = end.min(whole);
        let mut cube = Cube::all();
        let parts = field.parts().into_iter().zip(lanes(from).into_iter().zip(lanes(to)));
        for (part, (low, high)) in parts {
            let narrowed = Values::range(low, high).is_some_and(|values| cube.narrow(part, values));
            debug_assert!(narrowed, "the parts in front are equal, those behind free");
        }
        region.add(cube.into());
        next = to.checked_add(1);
    }
    region
}

fn lanes(address: u128) -> [u32; 4] {
    [96, 64, 32, 0].map(|shift| u32::try_from(address >> shift & u128::from(u32::MAX)).unwrap_or_default())
}

/// Negated or not, no packet passes that has no MAC. Source: `mac_mt()` of `xt_mac.c`.
pub(super) fn mac(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    for (number, _, value, negated) in this.options() {
        let tests = tests.at(number);
        tests.term(Field::HAS_MAC, Values::OneOf(1 << 1));
        match value {
            Value::Mac(mac) => match mac_cube(Field::MAC_SRC, mac) {
                Some(cube) => tests.region_or_not(cube.into(), negated),
                None => tests.either(),
            },
            _ => tests.either(),
        }
    }
}

/// Source: `ebt_among.c`; ebtables-nft looks the address up in a set.
pub(super) fn among(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    for (number, name, value, negated) in this.options() {
        let tests = tests.at(number);
        match (name, value) {
            ("among-src", Value::MacList(list)) if is_plain(list) => {
                tests.region_or_not(macs(Field::MAC_SRC, list), negated);
            }
            ("among-dst", Value::MacList(list)) if is_plain(list) => {
                tests.region_or_not(macs(Field::MAC_DST, list), negated);
            }
            // What an address of IP is compared with depends on the kind of the frame, so the opposite is not the opposite.
            ("among-src" | "among-dst", _) => {
                let mut key = this.option_key(number);
                key.push(u8::from(negated));
                tests.opaque(&key, Fields::ADDRESSES, false);
            }
            // A file of lists, as it was when the rule was loaded.
            _ => tests.either(),
        }
    }
}

/// Whether there are few addresses, and none of IP with them.
fn is_plain(list: MacList<'_>) -> bool {
    list.iter().all(|(_, ip)| ip.is_none()) && list.iter().count() <= MOST_CUBES
}

fn macs(field: Field, list: MacList<'_>) -> Region {
    list.iter().filter_map(|(address, _)| mac_cube(field, Mac { address, mask: [0xff; 6] })).collect()
}
