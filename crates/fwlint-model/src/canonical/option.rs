//! One option in one spelling.

use std::borrow::Cow;

use fwlint_syntax::{
    Arg, Dump, Family, Value,
    extensions::Saved,
    value::{Mac, MacPair, Net, Nets, PortRange, decode},
};

use super::sized;

/// The name of a match; `state` is a name that `conntrack` had.
pub(super) fn match_name(name: &[u8]) -> &[u8] {
    match name {
        b"state" => b"conntrack",
        name => name,
    }
}

/// Whether the option says what holds without it.
pub(super) fn is_default(dump: &Dump<'_>, arg: &Arg) -> bool {
    let Some(spec) = arg.spec().filter(|_| !arg.negated()) else {
        return false;
    };
    let value = || arg.value(dump.source);
    if let Saved::Unless(is_void) = spec.saved {
        return is_void(&value());
    }
    if let Some(default) = spec.always {
        let family = if spec.families.has(Family::Ipv4) { Family::Ipv4 } else { Family::Ipv6 };
        return decode(spec.kind, default.as_bytes(), family) == Ok(value());
    }
    match (arg.extension().name, spec.name) {
        ("NFQUEUE", "queue-num") => value() == Value::Number(0),
        // What follows is not what people write, but `iptables-save` always says it.
        ("connlimit", "connlimit-saddr") | ("recent", "rsource") => true,
        ("connlimit", "connlimit-mask") => {
            value() == Value::Number(if arg.family() == Family::Ipv6 { 128 } else { 32 })
        }
        ("hashlimit", "hashlimit-burst") => value() == Value::Number(5),
        ("recent", "name") => value() == Value::Text(Cow::Borrowed(b"DEFAULT")),
        ("recent", "mask") => {
            matches!(value(), Value::Nets(nets) if nets.iter().eq([all_bits(arg.family())]))
        }
        ("CONNMARK", "nfmask" | "ctmask" | "mask") => {
            matches!(value(), Value::Masked { value: u32::MAX, .. })
        }
        // The end of time for `xt_time.c`.
        ("time", "datestop") => value() == Value::Number(i32::MAX as u64),
        // ACCEPT. ebtables(8).
        ("dnat" | "mark" | "redirect" | "snat", name) if name.ends_with("-target") => {
            value() == Value::Choice(0)
        }
        _ => false,
    }
}

/// The mask that leaves an address as it is, which is read as an address.
fn all_bits<'s>(family: Family) -> Net<'s> {
    match family {
        Family::Ipv6 => Net::V6(u128::MAX, u128::MAX),
        _ => Net::V4(u32::MAX, u32::MAX),
    }
}

/// Writes the option. Words that nobody understands, and options that may stand more than once, keep their place among
/// the others, which is their `number`.
pub(super) fn write(dump: &Dump<'_>, arg: &Arg, number: u32, out: &mut Vec<u8>) {
    out.push(u8::from(arg.negated()));
    let Some(spec) = arg.spec() else {
        out.extend_from_slice(&number.to_be_bytes());
        out.extend_from_slice(arg.span().of(dump.source));
        return;
    };
    let (name, value) = in_one_spelling(arg.extension().name, spec.name, arg.value(dump.source));
    sized(name.as_bytes(), out);
    if spec.repeats {
        out.extend_from_slice(&number.to_be_bytes());
    }
    write_value(&value, arg.value_span().of(dump.source), out);
}

fn in_one_spelling<'s>(extension: &str, name: &'static str, value: Value<'s>) -> (&'static str, Value<'s>) {
    let set_xmark = |value, mask| ("set-xmark", Value::Masked { value, mask });
    let set_tos = |value, mask| ("set-tos", Value::Masked { value, mask });
    match (extension, name, value) {
        ("state", "state", value) => ("ctstate", value),
        ("string", "hex-string", value) => ("string", value),
        ("dscp", "dscp-class", Value::Choice(point)) => ("dscp", Value::Number(point.into())),
        ("tcp", "syn", _) => ("tcp-flags", Value::TcpFlags { mask: 0x17, set: 0x02 }),
        ("MARK" | "CONNMARK", "set-mark", Value::Masked { value, mask }) => set_xmark(value, mask | value),
        ("MARK" | "CONNMARK", "and-mark", Value::Masked { value, .. }) => set_xmark(0, !value),
        ("MARK" | "CONNMARK", "or-mark", Value::Masked { value, .. }) => set_xmark(value, value),
        ("MARK" | "CONNMARK", "xor-mark", Value::Masked { value, .. }) => set_xmark(value, 0),
        ("TOS", name, Value::Number(bits)) => {
            let bits = u32::try_from(bits).unwrap_or_default();
            match name {
                "and-tos" => set_tos(0, !bits & 0xff),
                "or-tos" => set_tos(bits, bits),
                _ => set_tos(bits, 0),
            }
        }
        ("DSCP", _, Value::Choice(class)) => ("set-dscp", Value::Number(class.into())),
        (_, name, value) => (name, value),
    }
}

/// Writes a value so that no two values of an option come out the same. The order of lists does not matter.
fn write_value(value: &Value<'_>, words: &[u8], out: &mut Vec<u8>) {
    let or_any = |number: Option<u8>| number.map_or(256, u64::from);
    let numbers: &[u64] = match *value {
        Value::Flag => &[],
        Value::Text(ref text) => return out.extend_from_slice(text),
        Value::Verbatim(words) => return out.extend_from_slice(words),
        Value::Nets(nets) => return write_nets(nets, words, out),
        Value::PortList(ports) => return write_sorted(ports.iter().collect(), out, write_ports),
        Value::TcpOptions(options) => return out.extend(options.iter()),
        Value::Mac(Mac { address, mask }) => return out.extend([address, mask].as_flattened()),
        Value::SetRef { name, directions } => {
            sized(name, out);
            return out.extend_from_slice(directions);
        }
        Value::NatRange { addresses, ports, base } => {
            out.extend([addresses.is_some(), ports.is_some()].map(u8::from));
            out.extend(base.unwrap_or_default().to_be_bytes());
            let addresses = addresses.into_iter().flat_map(|(first, last)| [first, last]);
            addresses.for_each(|net| write_net(net, out));
            return ports.into_iter().for_each(|range| write_ports(range, out));
        }
        Value::AddressRange(first, last) => {
            write_net(first, out);
            return write_net(last, out);
        }
        Value::Ports(range) => return write_ports(range, out),
        Value::MacList(list) => return write_sorted(list.iter().collect(), out, write_pair),
        Value::Protocol(number) => &[number.into()],
        Value::EtherType(number) => &[number.into()],
        Value::TcpFlags { mask, set } => &[mask.into(), set.into()],
        Value::Number(number) => &[number],
        Value::Range(low, high) => &[low, high],
        Value::AnyBit(bits) => &[u64::MAX, bits.into()],
        Value::IcmpRanges { kinds, codes } => &[kinds.0, kinds.1, codes.0, codes.1].map(u64::from),
        Value::Masked { value, mask } => &[value.into(), mask.into()],
        Value::Bits(bits) => &[bits.into()],
        Value::Choice(number) => &[number.into()],
        Value::Icmp { kind, code } => &[or_any(kind), or_any(code)],
        // `120/min` is `2/sec`.
        Value::Rate { count, seconds } => {
            let divisor = u64::from(greatest_divisor(count, seconds).max(1));
            &[u64::from(count) / divisor, u64::from(seconds) / divisor]
        }
        // No number of packets per second is so large.
        Value::Bytes(bytes) => &[u64::MAX, bytes],
        Value::Probability(scaled) => &[scaled.into()],
        Value::Counters(packets, bytes) => &[packets, bytes],
    };
    for number in numbers {
        out.extend(number.to_be_bytes());
    }
}

fn write_nets(nets: Nets<'_>, words: &[u8], out: &mut Vec<u8>) {
    let nets: Vec<_> = nets.iter().collect();
    // The value leaves out the mask of a host name.
    if nets.iter().any(|net| matches!(net, Net::Name(_))) {
        return write_words(words, out);
    }
    out.push(0);
    write_sorted(nets, out, write_net);
}

/// Writes words in place of the value that they stand for, which begins with 0 or 1.
fn write_words(words: &[u8], out: &mut Vec<u8>) {
    out.push(2);
    out.extend_from_slice(words);
}

fn write_net(net: Net<'_>, out: &mut Vec<u8>) {
    match net {
        Net::V4(address, mask) => out.extend([address, mask].map(u32::to_be_bytes).as_flattened()),
        Net::V6(address, mask) => out.extend([address, mask].map(u128::to_be_bytes).as_flattened()),
        Net::Name(name) => sized(name, out),
    }
}

fn greatest_divisor(mut one: u32, mut other: u32) -> u32 {
    while other > 0 {
        (one, other) = (other, one % other);
    }
    one
}

fn write_pair((mac, address): MacPair, out: &mut Vec<u8>) {
    out.extend(mac);
    out.extend(address.map_or(u64::MAX, u64::from).to_be_bytes());
}

fn write_ports(range: PortRange, out: &mut Vec<u8>) {
    out.extend([range.low, range.high].map(u16::to_be_bytes).as_flattened());
}

fn write_sorted<T: Ord>(mut items: Vec<T>, out: &mut Vec<u8>, write: fn(T, &mut Vec<u8>)) {
    items.sort_unstable();
    for item in items {
        write(item, out);
    }
}
