//! Sets of addresses and ports that are kept beside the rules.

use std::net::IpAddr;

use fwlint_model::{
    Fields,
    node::NodeSet,
    syntax::{
        Family, Value,
        companions::{Dimension, Part, Prefix},
        value::Net,
    },
};
use fwlint_packet::{Cube, Field, Region, Values};

use super::{
    HOLDS_HEADER, MOST_CUBES, Tests, Use, addresses::ipv6_range, core_options::net_cube, icmp::kind_and_code,
};

/// Where what is in the set is known, and stays so, that is the answer. Source: `set_match_v4()` of `xt_set.c`.
pub(super) fn tests(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    let Some((number, Value::SetRef { name, directions }, negated)) = this.option("match-set") else {
        return tests.either();
    };
    let tests = tests.at(number);
    let has_more = |name: &str| name.starts_with("packets-") || name.starts_with("bytes-");
    if this.options().any(|(_, name, ..)| has_more(name)) {
        // Counters change with every packet.
        return tests.either();
    }
    if let Some(region) = known(tests, name, directions) {
        return tests.region_or_not(region, negated);
    }
    let mut key = b"set ".to_vec();
    key.extend_from_slice(name);
    key.push(b' ');
    key.extend_from_slice(directions);
    key.push(u8::from(this.has("return-nomatch")));
    let mut reads = Fields::SETS.and(Fields::ADDRESSES);
    if directions.contains(&b',') && has_marks(tests, name) {
        reads = reads.and(Fields::MARK);
    }
    tests.opaque(&key, reads, negated);
}

/// Whether marks may be in the set.
fn has_marks(tests: &Tests<'_, '_, '_, '_>, name: &[u8]) -> bool {
    let set = tests.world().node.and_then(|node| node.set(name));
    set.is_none_or(|set| set.set.kind.is_list() || set.set.kind.dimensions.contains(&Dimension::Mark))
}

/// The packets that are in the set; `None` if that is not known, or rules may change it, or it is too much to tell.
fn known(tests: &Tests<'_, '_, '_, '_>, name: &[u8], directions: &[u8]) -> Option<Region> {
    let world = tests.world();
    if world.writes(Fields::SETS) {
        return None;
    }
    let set = world.node?.set(name)?;
    let mut region = Region::none();
    if set.set.kind.is_list() {
        for entry in set.entries() {
            let members = entry.parts(set.source, set.set).map(|part| match part {
                Part::Set(member) => world.node?.set(member).filter(|member| !member.set.kind.is_list()),
                _ => None,
            });
            for member in members {
                region.add(contents(member?, world.ruleset.family, directions)?);
            }
            if region.cubes().len() > MOST_CUBES {
                return None;
            }
        }
        return Some(region).filter(|_| set.set.options.timeout.is_none());
    }
    contents(set, world.ruleset.family, directions)
}

fn contents(set: NodeSet<'_, '_>, family: Family, directions: &[u8]) -> Option<Region> {
    let options = &set.set.options;
    let dimensions = set.set.kind.dimensions;
    let directions = || directions.split(|&byte| byte == b',').map(|direction| direction == b"src");
    // A set asks for no fewer words than it has dimensions, and for packets of its own family.
    if set.set.family.is_some_and(|own| own != family) || directions().count() < dimensions.len() {
        return Some(Region::none());
    }
    let is_masked = options.prefix_length.is_some() || options.bit_mask.is_some();
    if options.timeout.is_some() || is_masked || set.entries().len() > MOST_CUBES {
        return None;
    }
    let mut region = Region::none();
    for entry in set.entries() {
        if entry.options(set.source).is_exception {
            return None;
        }
        let parts: Vec<_> = entry.parts(set.source, set.set).collect();
        if parts.len() != dimensions.len() {
            return None;
        }
        let mut own = Region::all();
        for ((part, &dimension), is_source) in parts.into_iter().zip(dimensions).zip(directions()) {
            own = own.and(&one_part(part, dimension, is_source, family, options.mark_mask)?);
        }
        region.add(own);
        if region.cubes().len() > MOST_CUBES {
            return None;
        }
    }
    Some(region)
}

fn one_part(
    part: Part<'_>,
    dimension: Dimension,
    is_source: bool,
    family: Family,
    mark_mask: Option<u32>,
) -> Option<Region> {
    let address = if is_source { Field::SRC } else { Field::DST };
    let port = if is_source { Field::SPORT } else { Field::DPORT };
    let of = |field, values| Region::of(field, values);
    let protocol = |number: u8| of(Field::PROTOCOL, Values::exactly(number.into()));
    // No port is told of a later fragment. Source: `ip_set_getport.c`.
    let holds_header = || of(Field::FRAGMENT, HOLDS_HEADER);
    Some(match part {
        Part::Net(Prefix { address: IpAddr::V4(bits), length }) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0);
            net_cube(address, Net::V4(bits.to_bits() & mask, mask))?.into()
        }
        Part::Net(Prefix { address: IpAddr::V6(bits), length }) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(length)).unwrap_or(0);
            net_cube(address, Net::V6(bits.to_bits() & mask, mask))?.into()
        }
        Part::Addresses(IpAddr::V4(first), IpAddr::V4(last)) => {
            Cube::of(address, Values::range(first.to_bits(), last.to_bits())?)?.into()
        }
        Part::Addresses(IpAddr::V6(first), IpAddr::V6(last)) => {
            ipv6_range(address, first.to_bits(), last.to_bits())
        }
        // A port alone is one of TCP and of UDP.
        Part::Ports { protocol: None, low, high } if dimension == Dimension::BarePort => protocol(6)
            .or(protocol(17))
            .and(&holds_header())
            .and(&of(port, Values::range(low.into(), high.into())?)),
        Part::Ports { protocol: Some(number @ (6 | 17 | 132 | 136)), low, high } => {
            protocol(number).and(&holds_header()).and(&of(port, Values::range(low.into(), high.into())?))
        }
        Part::Ports { protocol: Some(number), low: 0, high: 0 } if !matches!(number, 1 | 58) => {
            // Of IPv4, a protocol without ports is told of any fragment.
            if family == Family::Ipv6 {
                protocol(number).and(&of(Field::FRAGMENT, NOT_LATER))
            } else {
                protocol(number)
            }
        }
        Part::Icmp { protocol: number, kind, code } => {
            protocol(number).and(&holds_header()).and(&of(Field::ICMP, kind_and_code(kind, (code, code))?))
        }
        Part::Mark(mark) => of(Field::MARK, Values::masked(mark, mark_mask.unwrap_or(u32::MAX))?),
        _ => return None,
    })
}

const NOT_LATER: Values = Values::OneOf(1 << Field::WHOLE | 1 << Field::FIRST | Field::ALL_SHORT);
