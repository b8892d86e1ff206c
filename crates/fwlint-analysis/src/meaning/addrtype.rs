//! The kinds of the packet's addresses, as the kernel's routing tables have them.

use fwlint_model::{
    Fields,
    syntax::{Family, Value, value::Net},
};
use fwlint_packet::{Field, Region, Values};

use super::{Tests, Use, core_options::net_cube};

const UNSPECIFIED: u32 = 1;
const UNICAST: u32 = 1 << 1;
const MULTICAST: u32 = 1 << 5;

/// Source: `addrtype_mt_v1()` of `xt_addrtype.c`.
pub(super) fn tests(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    let limit = match (this.has("limit-iface-in"), this.has("limit-iface-out")) {
        (true, _) => 1,
        (_, true) => 2,
        _ => 0,
    };
    for (number, name, value, negated) in this.options() {
        let tests = tests.at(number);
        let Value::Bits(types) = value else { continue };
        let is_v6 = tests.world().ruleset.family == Family::Ipv6;
        let (address, kind) = match name {
            "src-type" => (Field::SRC, Field::SRC_TYPE),
            _ => (Field::DST, Field::DST_TYPE),
        };
        match (limit, is_v6) {
            (0, false) => tests.values(kind, Values::one_of(types), negated),
            (0, true) => tests.region_or_not(ipv6(address, kind, types), negated),
            // What the addresses of one device say is not what those of all say.
            _ => {
                let mut key = format!("addrtype {limit} {name} ").into_bytes();
                key.extend_from_slice(&types.to_be_bytes());
                tests.opaque(&key, Fields::ADDRESSES, negated);
            }
        }
    }
}

/// Of IPv6, some types are classes of addresses, each of which must hold; the others are asked of the routing table, and
/// one of them will do. Source: `match_type6()` of `xt_addrtype.c`, `__ipv6_addr_type()` of `addrconf_core.c`.
fn ipv6(address: Field, kind: Field, types: u32) -> Region {
    let net = |bits: u128, length: u32| {
        let mask = u128::MAX.checked_shl(128 - length).unwrap_or(0);
        net_cube(address, Net::V6(bits, mask)).map_or(Region::none(), Region::from)
    };
    let unspecified = || net(0, 128);
    let multicast = || net(0xff << 120, 8);
    let mapped = || net(0xffff << 32, 96);
    let classes = [
        (MULTICAST, multicast()),
        (UNICAST, unspecified().or(multicast()).or(mapped()).complement()),
        (UNSPECIFIED, unspecified()),
    ];
    let mut region = Region::all();
    for (class, addresses) in classes {
        if types & class != 0 {
            region = region.and(&addresses);
        }
    }
    match Values::one_of(types & !(UNSPECIFIED | UNICAST | MULTICAST)) {
        Some(routed) => region.and(&Region::of(kind, routed)),
        None => region,
    }
}
