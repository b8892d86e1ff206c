//! Values as `-save` writes them.

use std::{
    fmt,
    io::Write as _,
    net::{Ipv4Addr, Ipv6Addr},
};

use super::{Kind, Mac, MacList, Names, Net, PortRange, Value, ethertype_name, protocol_name};
use crate::words::{quote, whole};

/// The parts of a second that `limit` reckons in.
const LIMIT_SCALE: u64 = 10_000;

/// Writes the words of a value of this kind.
pub fn print(kind: Kind, value: &Value<'_>, out: &mut Vec<u8>) {
    match *value {
        _ if let Kind::Own(grammar) = kind => (grammar.print)(value, out),
        Value::Flag => {}
        Value::Text(ref text) if matches!(kind, Kind::Text) => quote(text, out),
        Value::Text(ref text) => whole(text, out),
        Value::Protocol(0) if matches!(kind, Kind::IpProtocol) => out.extend_from_slice(b"ip"),
        Value::Protocol(number) => named(protocol_name(number), number, out),
        Value::EtherType(number) => match ethertype_name(number) {
            Some(name) => out.extend_from_slice(name.as_bytes()),
            None => write(out, format_args!("{number:#x}")),
        },
        // The core's options cut an address to its prefix and always say its length; those of extensions do not cut
        // it, and leave out the length of a single host.
        Value::Nets(nets) if matches!(kind, Kind::Net) => {
            separated(nets.as_written(), b",", out, |net, out| print_net(net, false, out));
        }
        Value::Nets(nets) => separated(nets.iter(), b",", out, |net, out| {
            print_net(net, matches!(kind, Kind::Nets), out);
        }),
        Value::AddressRange(first, last) => separated([first, last].into_iter(), b"-", out, |net, out| {
            print_net(net, false, out);
        }),
        Value::Mac(mac) => print_mac(mac, matches!(kind, Kind::Nets), out),
        Value::MacList(list) => print_mac_list(list, out),
        Value::AnyBit(bits) => write(out, format_args!("/{bits:#x}")),
        Value::IcmpRanges { kinds, codes } => print_icmp_ranges(kind, kinds, codes, out),
        Value::Ports(range) => {
            print_ports(range, if matches!(kind, Kind::NatPorts) { '-' } else { ':' }, out);
        }
        Value::PortList(ports) => {
            separated(ports.iter(), b",", out, |range, out| print_ports(range, ':', out));
        }
        Value::TcpFlags { mask, set } => {
            print_bits(&super::TCP_FLAGS, mask.into(), out);
            out.push(b' ');
            print_bits(&super::TCP_FLAGS, set.into(), out);
        }
        Value::TcpOptions(options) => {
            separated(options.iter(), b",", out, |option, out| write(out, format_args!("{option}")));
        }
        Value::Number(number) if matches!(kind, Kind::TrafficClass) => {
            write(out, format_args!("{:04x}:{:04x}", number >> 16, number & 0xffff));
        }
        Value::Number(number) if matches!(kind, Kind::Duration) => print_duration(number, out),
        Value::Number(number) if matches!(kind, Kind::Hex(_)) => write(out, format_args!("{number:#04X}")),
        Value::Number(number) => write(out, format_args!("{number}")),
        Value::Range(low, high) if low == high && name_of(kind, low).is_some() => {
            out.extend_from_slice(name_of(kind, low).unwrap_or_default().as_bytes());
        }
        Value::Range(low, high) if low == high => write(out, format_args!("{low}")),
        Value::Range(low, high) => write(out, format_args!("{low}:{high}")),
        Value::Masked { value, mask } if matches!(kind, Kind::Coded(_)) => {
            print_coded(kind, value, mask, out);
        }
        Value::Masked { value, mask } if matches!(kind, Kind::Tos) => {
            write(out, format_args!("{value:#04x}/{mask:#04x}"));
        }
        Value::Masked { value, mask: u32::MAX } => write(out, format_args!("{value:#x}")),
        Value::Masked { value, mask } => write(out, format_args!("{value:#x}/{mask:#x}")),
        Value::Bits(bits) => match kind {
            Kind::Some(names) => print_bits(names, bits, out),
            _ => write(out, format_args!("{bits:#x}")),
        },
        Value::Choice(number) => named(name_of(kind, number.into()), number, out),
        Value::Icmp { kind: None, code: None } => out.extend_from_slice(b"any"),
        Value::Icmp { kind: None, code: Some(code) } => write(out, format_args!("255/{code}")),
        Value::Icmp { kind: Some(kind), code: None } => write(out, format_args!("{kind}")),
        Value::Icmp { kind: Some(kind), code: Some(code) } => write(out, format_args!("{kind}/{code}")),
        Value::SetRef { name, directions } => {
            whole(name, out);
            out.push(b' ');
            out.extend_from_slice(directions);
        }
        Value::Rate { count, seconds } => {
            let (count, unit, _) = rate_in_units(count, seconds, LIMIT_SCALE);
            write(out, format_args!("{count}/{unit}"));
        }
        Value::Bytes(bytes) => write(out, format_args!("{bytes}")),
        Value::Probability(scaled) => write(out, format_args!("{:.11}", f64::from(scaled) / 2_147_483_648.0)),
        Value::NatRange { addresses, ports, base } => {
            print_nat_range(addresses, ports, out);
            if let Some(base) = base {
                write(out, format_args!("/{base}"));
            }
        }
        Value::Counters(packets, bytes) => write(out, format_args!("{packets} {bytes}")),
        Value::Verbatim(words) => out.extend_from_slice(words),
    }
}

fn write(out: &mut Vec<u8>, text: fmt::Arguments<'_>) {
    // Writing to a vector cannot fail.
    let _ = out.write_fmt(text);
}

/// The name of a number of an option of this kind, if it has one.
fn name_of(kind: Kind, number: u64) -> Option<&'static str> {
    let names = kind.names()?;
    names.name(u32::try_from(number).ok()?)
}

fn named(name: Option<&str>, number: impl fmt::Display, out: &mut Vec<u8>) {
    match name {
        Some(name) => out.extend_from_slice(name.as_bytes()),
        None => write(out, format_args!("{number}")),
    }
}

fn separated<T>(
    items: impl Iterator<Item = T>,
    between: &[u8],
    out: &mut Vec<u8>,
    print: impl Fn(T, &mut Vec<u8>),
) {
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.extend_from_slice(between);
        }
        print(item, out);
    }
}

fn print_bits(names: &'static Names, bits: u32, out: &mut Vec<u8>) {
    if bits == 0 {
        out.extend_from_slice(names.name(0).unwrap_or("NONE").as_bytes());
        return;
    }
    separated(names.of_bits(bits), b",", out, |name, out| out.extend_from_slice(name.as_bytes()));
}

fn print_coded(kind: Kind, value: u32, mask: u32, out: &mut Vec<u8>) {
    let Kind::Coded(coded) = kind else { return };
    let number = |number: u32, out: &mut Vec<u8>| {
        if coded.hexadecimal {
            write(out, format_args!("{number:#x}"));
        } else {
            write(out, format_args!("{number}"));
        }
    };
    number(value, out);
    if mask != coded.max {
        out.push(b'/');
        number(mask, out);
    }
}

fn print_ports(range: PortRange, between: char, out: &mut Vec<u8>) {
    write(out, format_args!("{}", range.low));
    if range.low != range.high {
        write(out, format_args!("{between}{}", range.high));
    }
}

/// An address and its mask: as a prefix length if it is one. That of a single address is written if asked for.
pub(crate) fn print_net(net: Net<'_>, always: bool, out: &mut Vec<u8>) {
    match net {
        Net::V4(address, mask) => {
            write(out, format_args!("{}", Ipv4Addr::from(address)));
            match mask.leading_ones() {
                32 if !always => {}
                length if mask.count_ones() == length => write(out, format_args!("/{length}")),
                _ => write(out, format_args!("/{}", Ipv4Addr::from(mask))),
            }
        }
        Net::V6(address, mask) => {
            write(out, format_args!("{}", Ipv6Addr::from(address)));
            match mask.leading_ones() {
                128 if !always => {}
                length if mask.count_ones() == length => write(out, format_args!("/{length}")),
                _ => write(out, format_args!("/{}", Ipv6Addr::from(mask))),
            }
        }
        Net::Name(name) => out.extend_from_slice(name),
    }
}

/// A hardware address and its mask. ebtables has names for some of its frames' addresses.
fn print_mac(mac: Mac, by_name: bool, out: &mut Vec<u8>) {
    let known = super::address::NAMED_MACS
        .iter()
        .find(|(_, address, mask)| *address == mac.address && *mask == mac.mask);
    if let Some((name, ..)) = known.filter(|_| by_name) {
        out.extend_from_slice(name.as_bytes());
        return;
    }
    let octets = |octets: [u8; 6], out: &mut Vec<u8>| {
        separated(octets.into_iter(), b":", out, |octet, out| write(out, format_args!("{octet:02x}")));
    };
    octets(mac.address, out);
    if mac.mask != [255; 6] {
        out.push(b'/');
        octets(mac.mask, out);
    }
}

/// In the order of the kernel's set, each octet without leading zeros as `ether_ntoa(3)` has it.
fn print_mac_list(list: MacList<'_>, out: &mut Vec<u8>) {
    let mut pairs: Vec<_> = list.iter().collect();
    pairs.sort_unstable();
    separated(pairs.into_iter(), b",", out, |(mac, address), out| {
        separated(mac.into_iter(), b":", out, |octet, out| write(out, format_args!("{octet:x}")));
        if let Some(address) = address {
            write(out, format_args!("={}", Ipv4Addr::from(address)));
        }
    });
}

/// By name if there is one for just these types and codes.
fn print_icmp_ranges(kind: Kind, kinds: (u8, u8), codes: (u8, u8), out: &mut Vec<u8>) {
    let number = |(low, high): (u8, u8)| match (low, high) {
        (0, u8::MAX) => Some(256),
        _ => (low == high).then_some(u32::from(low)),
    };
    if let (Kind::IcmpRanges(names), Some(kind), Some(code)) = (kind, number(kinds), number(codes))
        && let Some(name) = names.name(kind << 16 | code)
    {
        out.extend_from_slice(name.as_bytes());
        return;
    }
    let range = |(low, high): (u8, u8), out: &mut Vec<u8>| {
        if low == high {
            write(out, format_args!("{low}"));
        } else {
            write(out, format_args!("{low}:{high}"));
        }
    };
    range(kinds, out);
    out.push(b'/');
    range(codes, out);
}

/// A rate as `libxt_limit.c` and `libxt_hashlimit.c` print it: how many per unit, the unit's name, and its seconds.
///
/// The kernel keeps the time between two packets as a whole number of the `scale`th part of a second; the unit is the
/// smallest in which that is nearly a whole rate.
pub(crate) fn rate_in_units(count: u32, seconds: u32, scale: u64) -> (u64, &'static str, u32) {
    const UNITS: [(&str, u32); 4] = [("day", 86_400), ("hour", 3_600), ("min", 60), ("sec", 1)];
    let period = (scale * u64::from(seconds) / u64::from(count.max(1))).max(1);
    let length = |unit: (&str, u32)| scale * u64::from(unit.1);
    let [mut chosen, shorter @ ..] = UNITS;
    for unit in shorter {
        if period > length(unit) || length(unit) / period < length(unit) % period {
            break;
        }
        chosen = unit;
    }
    (length(chosen) / period, chosen.0, chosen.1)
}

/// In the largest unit of which it has one at least, as `rateest_print_time` of `libxt_RATEEST.c` chooses it.
fn print_duration(microseconds: u64, out: &mut Vec<u8>) {
    let (unit, name) = match microseconds {
        1_000_000.. => (1_000_000, "s"),
        1_000.. => (1_000, "ms"),
        _ => return write(out, format_args!("{microseconds}us")),
    };
    // Rounded to one decimal place.
    let tenths = (microseconds * 10 + unit / 2) / unit;
    write(out, format_args!("{}.{}{name}", tenths / 10, tenths % 10));
}

fn print_nat_range(addresses: Option<(Net<'_>, Net<'_>)>, ports: Option<PortRange>, out: &mut Vec<u8>) {
    if let Some((first, last)) = addresses {
        let bracketed = matches!(first, Net::V6(..)) && ports.is_some();
        if bracketed {
            out.push(b'[');
        }
        print_net(first, false, out);
        if first != last {
            out.push(b'-');
            print_net(last, false, out);
        }
        if bracketed {
            out.push(b']');
        }
    }
    if let Some(range) = ports {
        out.push(b':');
        print_ports(range, '-', out);
    }
}
