//! Decoded values as JSON: an object with the one key that says what it is.

use std::net::{Ipv4Addr, Ipv6Addr};

use fwlint_model::syntax::{
    Arg, Value as Decoded,
    value::{Kind, Net, PortRange, TCP_FLAGS, ethertype_name, protocol_name},
};
use serde_json::{Value, json};

/// What the option takes, decoded; `null` for a flag.
pub(super) fn to_json(arg: &Arg, source: &[u8]) -> Value {
    let kind = arg.spec().map(|spec| spec.kind);
    match arg.value(source) {
        Decoded::Flag => Value::Null,
        Decoded::Text(text) => json!({ "text": lossy(&text) }),
        Decoded::Protocol(number) => {
            json!({ "protocol": { "number": number, "name": protocol_name(number) } })
        }
        Decoded::EtherType(number) => {
            json!({ "ethertype": { "number": number, "name": ethertype_name(number) } })
        }
        Decoded::Nets(nets) => json!({ "addresses": nets.iter().map(net).collect::<Vec<_>>() }),
        Decoded::Mac(mac) => json!({ "mac": { "address": octets(mac.address), "mask": octets(mac.mask) } }),
        Decoded::Ports(range) => json!({ "ports": [ports(range)] }),
        Decoded::PortList(list) => json!({ "ports": list.iter().map(ports).collect::<Vec<_>>() }),
        Decoded::TcpFlags { mask, set } => {
            let names = |bits: u8| TCP_FLAGS.of_bits(bits.into()).collect::<Vec<_>>();
            json!({ "tcp_flags": { "mask": names(mask), "set": names(set) } })
        }
        Decoded::Number(number) => json!({ "number": number }),
        Decoded::Range(low, high) => json!({ "range": { "low": low, "high": high } }),
        Decoded::Masked { value, mask } => json!({ "masked": { "value": value, "mask": mask } }),
        Decoded::Bits(bits) => match kind {
            Some(Kind::Some(names)) => json!({ "names": names.of_bits(bits).collect::<Vec<_>>() }),
            _ => json!({ "bits": bits }),
        },
        Decoded::Choice(number) => match kind {
            Some(Kind::One(names)) => json!({ "choice": { "number": number, "name": names.name(number) } }),
            _ => json!({ "number": number }),
        },
        Decoded::Icmp { kind, code } => json!({ "icmp": { "type": kind, "code": code } }),
        Decoded::SetRef { name, directions } => {
            let directions: Vec<_> = directions.split(|&byte| byte == b',').map(lossy).collect();
            json!({ "set": { "name": lossy(name), "directions": directions } })
        }
        Decoded::Rate { count, seconds } => json!({ "rate": { "count": count, "seconds": seconds } }),
        Decoded::Probability(scaled) => json!({ "probability": f64::from(scaled) / f64::from(1_u32 << 31) }),
        Decoded::NatRange { addresses, ports: range } => {
            let (first, last) = addresses.unzip();
            json!({ "nat": { "first": first.map(address), "last": last.map(address), "ports": range.map(ports) } })
        }
        Decoded::Counters(packets, bytes) => json!({ "counters": { "packets": packets, "bytes": bytes } }),
        Decoded::Verbatim(words) => json!({ "verbatim": lossy(words) }),
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn net(net: Net<'_>) -> Value {
    match net {
        Net::V4(_, mask) => {
            let prefix = (mask.leading_ones() + mask.trailing_zeros() == 32).then(|| mask.leading_ones());
            json!({ "address": address(net), "mask": Ipv4Addr::from(mask), "prefix": prefix })
        }
        Net::V6(_, mask) => {
            let prefix = (mask.leading_ones() + mask.trailing_zeros() == 128).then(|| mask.leading_ones());
            json!({ "address": address(net), "mask": Ipv6Addr::from(mask), "prefix": prefix })
        }
        Net::Name(_) => json!({ "name": address(net) }),
    }
}

fn address(net: Net<'_>) -> String {
    match net {
        Net::V4(address, _) => Ipv4Addr::from(address).to_string(),
        Net::V6(address, _) => Ipv6Addr::from(address).to_string(),
        Net::Name(name) => lossy(name),
    }
}

fn ports(range: PortRange) -> Value {
    json!({ "low": range.low, "high": range.high })
}

fn octets(mac: [u8; 6]) -> String {
    mac.map(|octet| format!("{octet:02x}")).join(":")
}
