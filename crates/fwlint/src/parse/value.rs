//! Decoded values as JSON: an object with the one key that says what it is.

use std::{
    borrow::Cow,
    net::{Ipv4Addr, Ipv6Addr},
};

use fwlint_model::syntax::{
    Arg, Value,
    value::{Kind, MacPair, Net, PortRange, TCP_FLAGS, ethertype_name, protocol_name},
};
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ValueRecord<'s> {
    Text(Cow<'s, str>),
    Protocol { number: u8, name: Option<&'static str> },
    Ethertype { number: u16, name: Option<&'static str> },
    Addresses(Vec<NetRecord>),
    AddressRange { first: String, last: String },
    Mac { address: String, mask: String },
    Macs(Vec<MacPairRecord>),
    Ports(Vec<PortsRecord>),
    TcpFlags { mask: Vec<&'static str>, set: Vec<&'static str> },
    TcpOptions(Vec<u8>),
    Number(u64),
    Range { low: u64, high: u64 },
    Masked { value: u32, mask: u32 },
    AnyBit(u32),
    Names(Vec<&'static str>),
    Choice { number: u32, name: Option<&'static str> },
    Icmp { r#type: Option<u8>, code: Option<u8> },
    IcmpRanges { types: BytesRecord, codes: BytesRecord },
    Set { name: Cow<'s, str>, directions: Vec<Cow<'s, str>> },
    Rate { count: u32, seconds: u32 },
    Bytes(u64),
    Probability(f64),
    Nat { first: Option<String>, last: Option<String>, ports: Option<PortsRecord>, base: Option<u16> },
    Counters { packets: u64, bytes: u64 },
    Verbatim(Cow<'s, str>),
}

/// An address and its mask, or a name that has none.
#[derive(Serialize)]
pub(super) struct NetRecord {
    address: String,
    mask: Option<String>,
    /// `null` if the mask has holes.
    prefix: Option<u32>,
}

/// A hardware address, and the IPv4 address that goes with it if one does.
#[derive(Serialize)]
pub(super) struct MacPairRecord {
    mac: String,
    address: Option<String>,
}

#[derive(Serialize)]
pub(super) struct BytesRecord {
    low: u8,
    high: u8,
}

#[derive(Serialize)]
pub(super) struct PortsRecord {
    low: u16,
    high: u16,
}

impl<'s> ValueRecord<'s> {
    /// What the option takes; `None` for a flag. Bytes that are not UTF-8 become U+FFFD.
    pub(super) fn of(arg: &Arg, source: &'s [u8]) -> Option<Self> {
        let kind = arg.spec().map(|spec| spec.kind);
        Some(match arg.value(source) {
            Value::Flag => return None,
            Value::Text(text) => Self::Text(lossy(text)),
            Value::Protocol(number) => Self::Protocol { number, name: protocol_name(number) },
            Value::EtherType(number) => Self::Ethertype { number, name: ethertype_name(number) },
            Value::Nets(nets) => Self::Addresses(nets.iter().map(net).collect()),
            Value::AddressRange(first, last) => {
                Self::AddressRange { first: address(first), last: address(last) }
            }
            Value::Mac(mac) => Self::Mac { address: octets(mac.address), mask: octets(mac.mask) },
            Value::MacList(list) => Self::Macs(list.iter().map(pair).collect()),
            Value::Ports(range) => Self::Ports(vec![ports(range)]),
            Value::PortList(list) => Self::Ports(list.iter().map(ports).collect()),
            Value::TcpFlags { mask, set } => {
                let names = |bits: u8| TCP_FLAGS.of_bits(bits.into()).collect();
                Self::TcpFlags { mask: names(mask), set: names(set) }
            }
            Value::TcpOptions(options) => Self::TcpOptions(options.iter().collect()),
            Value::Number(number) => Self::Number(number),
            Value::Range(low, high) => Self::Range { low, high },
            Value::Masked { value, mask } => Self::Masked { value, mask },
            Value::AnyBit(bits) => Self::AnyBit(bits),
            Value::Bits(bits) => match kind {
                Some(Kind::Some(names)) => Self::Names(names.of_bits(bits).collect()),
                _ => Self::Number(bits.into()),
            },
            Value::Choice(number) => {
                let name = kind.and_then(|kind| kind.names()?.name(number));
                Self::Choice { number, name }
            }
            Value::Icmp { kind, code } => Self::Icmp { r#type: kind, code },
            Value::IcmpRanges { kinds, codes } => {
                let range = |(low, high)| BytesRecord { low, high };
                Self::IcmpRanges { types: range(kinds), codes: range(codes) }
            }
            Value::SetRef { name, directions } => Self::Set {
                name: String::from_utf8_lossy(name),
                directions: directions.split(|&byte| byte == b',').map(String::from_utf8_lossy).collect(),
            },
            Value::Rate { count, seconds } => Self::Rate { count, seconds },
            Value::Bytes(bytes) => Self::Bytes(bytes),
            Value::Probability(scaled) => Self::Probability(f64::from(scaled) / f64::from(1_u32 << 31)),
            Value::NatRange { addresses, ports: range, base } => {
                let (first, last) = addresses.unzip();
                Self::Nat {
                    first: first.map(address),
                    last: last.map(address),
                    ports: range.map(ports),
                    base,
                }
            }
            Value::Counters(packets, bytes) => Self::Counters { packets, bytes },
            Value::Verbatim(words) => Self::Verbatim(String::from_utf8_lossy(words)),
        })
    }
}

fn lossy(bytes: Cow<'_, [u8]>) -> Cow<'_, str> {
    match bytes {
        Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
        Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
    }
}

fn net(net: Net<'_>) -> NetRecord {
    let prefix = |ones: u32, zeros: u32, bits: u32| (ones + zeros == bits).then_some(ones);
    let (mask, prefix) = match net {
        Net::V4(_, mask) => (
            Some(Ipv4Addr::from(mask).to_string()),
            prefix(mask.leading_ones(), mask.trailing_zeros(), u32::BITS),
        ),
        Net::V6(_, mask) => (
            Some(Ipv6Addr::from(mask).to_string()),
            prefix(mask.leading_ones(), mask.trailing_zeros(), u128::BITS),
        ),
        Net::Name(_) => (None, None),
    };
    NetRecord { address: address(net), mask, prefix }
}

fn address(net: Net<'_>) -> String {
    match net {
        Net::V4(address, _) => Ipv4Addr::from(address).to_string(),
        Net::V6(address, _) => Ipv6Addr::from(address).to_string(),
        Net::Name(name) => String::from_utf8_lossy(name).into_owned(),
    }
}

fn pair((mac, address): MacPair) -> MacPairRecord {
    MacPairRecord { mac: octets(mac), address: address.map(|address| Ipv4Addr::from(address).to_string()) }
}

fn ports(range: PortRange) -> PortsRecord {
    PortsRecord { low: range.low, high: range.high }
}

fn octets(mac: [u8; 6]) -> String {
    mac.map(|octet| format!("{octet:02x}")).join(":")
}
