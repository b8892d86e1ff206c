//! The options that every rule has: addresses, protocol, devices, fragments.

use fwlint_model::syntax::{
    Arg, Backend, Family, Value,
    extensions::{Role, core},
    value::{LENGTH_FRAMES, Mac, Net},
};
use fwlint_packet::{Cube, Field, Region, Values};

use super::Tests;

/// Says what the options of every rule test. `copy` is one of the rules that a line with several addresses stands for, in
/// the kernel's order; without it the line stands for all.
pub(super) fn tests(args: &[Arg], copy: Option<u32>, tests: &mut Tests<'_, '_, '_, '_>) {
    let world = tests.world();
    let source = world.ruleset.dump.source;
    let family = world.ruleset.family;
    let destinations = || {
        let mut args = args.iter().filter(|arg| arg.id() == core::DESTINATION);
        args.next().map_or(1, |arg| addresses(&arg.value(source)).len()).max(1)
    };
    // The last varies first. Source: add_entry() of iptables.c.
    let copy = copy.map(|copy| (copy as usize / destinations(), copy as usize % destinations()));
    for (number, arg) in (0..).zip(args).filter(|(_, arg)| arg.extension().role == Role::Core) {
        tests.arg = number;
        let value = || arg.value(source);
        let negated = arg.negated();
        match arg.id() {
            core::MATCH | core::JUMP | core::GOTO | core::COUNTERS | core::IPV4 | core::IPV6 => {}
            core::SOURCE if family == Family::Bridge => mac(tests, Field::MAC_SRC, &value(), negated),
            core::DESTINATION if family == Family::Bridge => mac(tests, Field::MAC_DST, &value(), negated),
            core::SOURCE => nets(tests, Field::SRC, &value(), copy.map(|(source, _)| source), negated),
            core::DESTINATION => nets(tests, Field::DST, &value(), copy.map(|(_, to)| to), negated),
            core::PROTOCOL => protocol(tests, &value(), negated),
            core::IN_INTERFACE => device(tests, Field::IN_DEVICE, &value(), negated),
            core::OUT_INTERFACE => device(tests, Field::OUT_DEVICE, &value(), negated),
            core::LOGICAL_IN => device(tests, Field::IN_BRIDGE, &value(), negated),
            core::LOGICAL_OUT => device(tests, Field::OUT_BRIDGE, &value(), negated),
            core::FRAGMENT => tests.values(Field::FRAGMENT, Some(Values::OneOf(Field::ALL_LATER)), negated),
            // Those of arptables. Source: arp_packet_match() of arp_tables.c.
            core::SOURCE_MAC => mac(tests, Field::MAC_SRC, &value(), negated),
            core::DESTINATION_MAC => mac(tests, Field::MAC_DST, &value(), negated),
            core::OPERATION => masked(tests, Field::ARP_OPERATION, &value(), negated),
            core::HARDWARE => masked(tests, Field::ARP_HARDWARE, &value(), negated),
            core::PROTOCOL_TYPE => masked(tests, Field::ARP_PROTOCOL, &value(), negated),
            core::LENGTH => masked(tests, Field::ARP_LENGTH, &value(), negated),
            _ => tests.either(),
        }
    }
}

fn masked(tests: &mut Tests<'_, '_, '_, '_>, field: Field, value: &Value<'_>, negated: bool) {
    match *value {
        Value::Masked { value, mask } => tests.values(field, Values::masked(value, mask), negated),
        _ => tests.either(),
    }
}

fn protocol(tests: &mut Tests<'_, '_, '_, '_>, value: &Value<'_>, negated: bool) {
    match *value {
        // `-p all`; `! -p all` is refused.
        Value::Protocol(0) if !negated => {}
        Value::Protocol(number) if number != 0 => {
            let world = tests.world();
            if negated && world.ruleset.family == Family::Ipv6 && world.backend == Backend::Nft {
                // No packet passes whose headers cannot be followed to the last. Legacy drops it there and then. Source:
                // `nft_meta_get_eval()` of `nft_meta.c`, `ip6_packet_match()` of `ip6_tables.c`.
                tests.not_broken();
            }
            tests.values(Field::PROTOCOL, Some(Values::exactly(number.into())), negated);
        }
        // Frames that hold their length where others hold a type. Source: `ebt_basic_match()` of `ebtables.c`.
        Value::EtherType(LENGTH_FRAMES) => {
            tests.values(Field::ETHERTYPE, Values::range(0, 0x5ff), negated);
        }
        Value::EtherType(number) => {
            tests.values(Field::ETHERTYPE, Some(Values::exactly(number.into())), negated);
        }
        _ => tests.either(),
    }
}

fn device(tests: &mut Tests<'_, '_, '_, '_>, field: Field, value: &Value<'_>, negated: bool) {
    match tests.world().devices(value) {
        Some(devices) if field.all() == devices && negated => tests.never(),
        Some(devices) => tests.values(field, Some(devices), negated),
        None => tests.either(),
    }
}

fn nets(
    tests: &mut Tests<'_, '_, '_, '_>,
    field: Field,
    value: &Value<'_>,
    copy: Option<usize>,
    negated: bool,
) {
    let Value::Nets(nets) = *value else { return tests.either() };
    let count = nets.iter().count();
    let first = copy.filter(|_| count > 1).unwrap_or(0);
    let taken = if copy.is_some() { 1 } else { count };
    let mut nets = nets.iter().skip(first).take(taken).peekable();
    if taken == 1
        && let Some(&Net::V4(address, mask)) = nets.peek()
    {
        return tests.values(field, Values::masked(address, mask), negated);
    }
    let mut region = Region::none();
    for net in nets {
        match net_cube(field, net) {
            Some(cube) => region.add(cube.into()),
            None => return tests.either(),
        }
    }
    tests.region_or_not(region, negated);
}

fn addresses<'s>(value: &Value<'s>) -> Vec<Net<'s>> {
    match *value {
        Value::Nets(nets) => nets.iter().collect(),
        _ => Vec::new(),
    }
}

/// The packets whose address, in this field and those behind it, is in a network; `None` where that is a name.
pub(super) fn net_cube(field: Field, net: Net<'_>) -> Option<Cube> {
    let mut cube = Cube::all();
    match net {
        Net::V4(address, mask) => cube.narrow(field, Values::masked(address & mask, mask)?).then_some(cube),
        Net::V6(address, mask) => {
            for (part, shift) in field.parts().into_iter().zip([96, 64, 32, 0]) {
                let lane =
                    |bits: u128| u32::try_from(bits >> shift & u128::from(u32::MAX)).unwrap_or_default();
                let mask = lane(mask);
                if !cube.narrow(part, Values::masked(lane(address) & mask, mask)?) {
                    return None;
                }
            }
            Some(cube)
        }
        Net::Name(_) => None,
    }
}

/// The first four bytes and the last two.
pub(super) fn mac_halves([high @ .., fifth, last]: [u8; 6]) -> (u32, u32) {
    (u32::from_be_bytes(high), u32::from_be_bytes([0, 0, fifth, last]))
}

/// The packets whose hardware address, in this field and the one behind it, is this one.
pub(super) fn mac_cube(field: Field, Mac { address, mask }: Mac) -> Option<Cube> {
    let ((high, low), (high_mask, low_mask)) = (mac_halves(address), mac_halves(mask));
    let [first, last, ..] = field.parts();
    let mut cube = Cube::all();
    let narrowed = cube.narrow(first, Values::masked(high & high_mask, high_mask)?)
        && cube.narrow(last, Values::masked(low & low_mask, low_mask)?);
    narrowed.then_some(cube)
}

fn mac(tests: &mut Tests<'_, '_, '_, '_>, field: Field, value: &Value<'_>, negated: bool) {
    match *value {
        Value::Mac(mac) => match mac_cube(field, mac) {
            Some(cube) => tests.region_or_not(cube.into(), negated),
            None => tests.either(),
        },
        _ => tests.either(),
    }
}
