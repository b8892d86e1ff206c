//! One entry of a set. It is decoded when it is read, to find mistakes, and again when somebody asks.

use std::{fmt, net::IpAddr};

use super::{
    super::{
        Misread, Prefix,
        line::Line,
        value::{NUMBER, address, number, pair, prefix},
    },
    Set, SetType,
    types::Dimension,
};
use crate::{
    Span,
    extensions::{self, Role},
    tree::Family,
    value::{self, Kind, Value},
};

/// An entry of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The line.
    pub span: Span,
    /// Index into [`super::Sets::sets`].
    pub set: u32,
    /// What is in the set.
    pub element: Span,
}

/// What an entry is given beside what it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EntryOptions<'s> {
    /// For how many seconds more it stays; 0 is for ever.
    pub timeout: Option<u32>,
    /// Packets and bytes.
    pub counters: Option<(u64, u64)>,
    /// A comment.
    pub comment: Option<&'s [u8]>,
    /// An exception from a network around it.
    pub is_exception: bool,
    /// The interface's name may be longer.
    pub is_wildcard: bool,
    /// The mark that `-j SET --map-set` gives, and its mask.
    pub mark: Option<(u32, u32)>,
    /// The priority that it gives, in two numbers.
    pub priority: Option<(u32, u32)>,
    /// The queue that it gives.
    pub queue: Option<u32>,
}

/// One part of an entry.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part<'s> {
    /// Addresses, first and last.
    Addresses(IpAddr, IpAddr),
    /// A network.
    Net(Prefix),
    /// Ports of a protocol; `None` is whatever protocol.
    Ports {
        /// The protocol's number.
        protocol: Option<u8>,
        /// The first.
        low: u16,
        /// The last.
        high: u16,
    },
    /// A type and code of ICMP, of either family.
    Icmp {
        /// The protocol's number.
        protocol: u8,
        /// The type.
        kind: u8,
        /// The code.
        code: u8,
    },
    /// A hardware address.
    Mac([u8; 6]),
    /// An interface.
    Interface {
        /// Its name.
        name: &'s [u8],
        /// It is the port of a bridge.
        is_port: bool,
    },
    /// A mark.
    Mark(u32),
    /// Another set.
    Set(&'s [u8]),
}

/// Reads an entry of this set.
pub(super) fn entry(command: Span, mut line: Line<'_>, index: u32, set: &Set<'_>) -> Result<Entry, Misread> {
    let span = command.to(line.span());
    let expected = expected(set.kind, set.family);
    let element = line.word(expected)?;
    let mut count = 0;
    for part in parts(element.text, set) {
        part.ok_or_else(|| element.misread(expected))?;
        count += 1;
    }
    // Of an address and a hardware address the second may be left out.
    let is_whole = count == set.kind.dimensions.len() || (count == 1 && set.kind.name == "bitmap:ip,mac");
    if !is_whole {
        return Err(element.misread(expected));
    }
    options(line)?;
    Ok(Entry { span, set: index, element: element.span })
}

impl Entry {
    /// What it is made of, for the set that it belongs to.
    pub fn parts<'s>(&self, source: &'s [u8], set: &Set<'_>) -> impl Iterator<Item = Part<'s>> {
        parts(self.element.of(source), set).flatten()
    }

    /// What it is given.
    pub fn options<'s>(&self, source: &'s [u8]) -> EntryOptions<'s> {
        let rest = Span { start: self.element.end, end: self.span.end };
        let mut line = super::lines(rest.of(source), b'\n', super::word);
        line.next().and_then(|line| options(line).ok()).unwrap_or_default()
    }
}

fn options(mut line: Line<'_>) -> Result<EntryOptions<'_>, Misread> {
    let mut options = EntryOptions::default();
    while let Some(word) = line.next() {
        match word.text.strip_prefix(b"--").unwrap_or(word.text) {
            b"timeout" => options.timeout = Some(line.value(NUMBER, number)?),
            b"packets" => {
                let packets = line.value(NUMBER, value::number)?;
                options.counters = Some((packets, options.counters.map_or(0, |(_, bytes)| bytes)));
            }
            b"bytes" => {
                let bytes = line.value(NUMBER, value::number)?;
                options.counters = Some((options.counters.map_or(0, |(packets, _)| packets), bytes));
            }
            b"comment" => {
                let text = line.word("a comment")?.text;
                let inside = text.strip_prefix(b"\"").unwrap_or(text);
                options.comment = Some(inside.strip_suffix(b"\"").unwrap_or(inside));
            }
            b"nomatch" => options.is_exception = true,
            b"wildcard" => options.is_wildcard = true,
            b"skbmark" => {
                let mark = "a mark, with a mask behind `/` if it likes";
                options.mark = Some(line.value(mark, |text| pair(text, b'/', u32::MAX))?);
            }
            b"skbprio" => {
                let hex = |text: &[u8]| u32::from_str_radix(std::str::from_utf8(text).ok()?, 16).ok();
                options.priority = Some(line.value("a priority as `major:minor`", |text| {
                    let mut parts = text.splitn(2, |&byte| byte == b':');
                    Some((hex(parts.next()?)?, hex(parts.next()?)?))
                })?);
            }
            b"skbqueue" => options.queue = Some(line.value(NUMBER, number)?),
            b"before" | b"after" => drop(line.word("the name of a set")?),
            b"-exist" | b"-!" | b"exist" => {}
            _ => return Err(word.misread("an option of `ipset add`")),
        }
    }
    Ok(options)
}

/// The parts of an entry, one after the other; `None` for one that cannot be read.
fn parts<'s>(element: &'s [u8], set: &Set<'_>) -> impl Iterator<Item = Option<Part<'s>>> {
    let (kind, family) = (set.kind, set.family);
    let words = element.split(|&byte| byte == b',');
    words.enumerate().map(move |(index, text)| part(text, *kind.dimensions.get(index)?, family))
}

fn part(text: &[u8], dimension: Dimension, family: Option<Family>) -> Option<Part<'_>> {
    let of_family =
        |address: &IpAddr| family.is_none_or(|family| address.is_ipv4() == (family == Family::Ipv4));
    match dimension {
        // A list of addresses may be added as a network or a range.
        Dimension::Address | Dimension::Net => {
            if let Some(net) = prefix(text).filter(|net| of_family(&net.address)) {
                let is_host = dimension == Dimension::Address && !text.contains(&b'/');
                return Some(if is_host {
                    Part::Addresses(net.address, net.address)
                } else {
                    Part::Net(net)
                });
            }
            let mut ends = text.splitn(2, |&byte| byte == b'-');
            let mut end = || address(ends.next()?).filter(of_family);
            Some(Part::Addresses(end()?, end()?))
        }
        Dimension::Port => port(text),
        // The protocol only says in which list a service's name is looked up.
        Dimension::BarePort => match port(text)? {
            Part::Ports { low, high, .. } => Some(Part::Ports { protocol: None, low, high }),
            _ => None,
        },
        Dimension::Mac => value::mac(text).map(Part::Mac),
        Dimension::Interface => {
            let name = text.strip_prefix(b"physdev:").unwrap_or(text);
            let fits = !name.is_empty() && name.len() <= 15;
            fits.then_some(Part::Interface { name, is_port: name.len() < text.len() })
        }
        Dimension::Mark => number(text).map(Part::Mark),
        Dimension::Set => (!text.is_empty() && text.len() <= 31).then_some(Part::Set(text)),
    }
}

/// `80`, `udp:53`, `sctp:1-2`, `icmp:echo-request`, `icmp:3/1`, `gre:0`.
fn port(text: &[u8]) -> Option<Part<'_>> {
    const TCP: u8 = 6;
    let mut words = text.splitn(2, |&byte| byte == b':');
    let (first, second) = (words.next()?, words.next());
    let protocol = match second {
        Some(_) => value::protocol_number(first).and_then(|number| u8::try_from(number).ok())?,
        None => TCP,
    };
    let number = second.unwrap_or(first);
    let icmp = match protocol {
        1 => Some(("icmp", Family::Ipv4)),
        58 => Some(("icmp6", Family::Ipv6)),
        _ => None,
    };
    if let Some((name, family)) = icmp {
        let option =
            extensions::by_name(Role::Match, name.as_bytes(), family)?.extension().options.first()?;
        let Kind::Icmp(_) = option.kind else { return None };
        let Value::Icmp { kind, code } = value::decode(option.kind, number, family).ok()? else {
            return None;
        };
        return Some(Part::Icmp { protocol, kind: kind?, code: code.unwrap_or(0) });
    }
    let ports = value::port_range(number, b'-')?;
    Some(Part::Ports { protocol: Some(protocol), low: ports.low, high: ports.high })
}

/// What an entry has to look like.
fn expected(kind: &SetType, family: Option<Family>) -> &'static str {
    let is_ipv6 = family == Some(Family::Ipv6);
    match (kind.name, is_ipv6) {
        ("bitmap:ip" | "hash:ip", false) => "an IPv4 address, network or range",
        ("hash:ip", true) => "an IPv6 address",
        ("hash:net", false) => "an IPv4 network",
        ("hash:net", true) => "an IPv6 network",
        ("bitmap:port", _) => "a port",
        ("hash:mac", _) => "a hardware address",
        ("list:set", _) => "the name of a set",
        ("bitmap:ip,mac" | "hash:ip,mac", _) => "an address and a hardware address, comma between",
        ("hash:net,net", _) => "two networks of the set's family, comma between",
        ("hash:ip,port", _) => "an address of the set's family and `protocol:port`, comma between",
        ("hash:net,port", _) => "a network of the set's family and `protocol:port`, comma between",
        ("hash:ip,port,ip", _) => {
            "an address, `protocol:port` and an address of the set's family, comma between"
        }
        ("hash:ip,port,net", _) => {
            "an address, `protocol:port` and a network of the set's family, comma between"
        }
        ("hash:net,port,net", _) => {
            "a network, `protocol:port` and a network of the set's family, comma between"
        }
        ("hash:ip,mark", _) => "an address of the set's family and a mark, comma between",
        ("hash:net,iface", _) => "a network of the set's family and an interface, comma between",
        _ => "an entry",
    }
}

impl fmt::Debug for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Addresses(first, last) => write!(f, "Addresses({first}, {last})"),
            Self::Net(net) => write!(f, "Net({net})"),
            Self::Ports { protocol, low, high } => write!(f, "Ports({protocol:?}, {low}-{high})"),
            Self::Icmp { protocol, kind, code } => write!(f, "Icmp({protocol}, {kind}/{code})"),
            Self::Mac(mac) => write!(f, "Mac({mac:02x?})"),
            Self::Interface { name, is_port } => write!(f, "Interface({}, {is_port})", name.escape_ascii()),
            Self::Mark(mark) => write!(f, "Mark({mark:#x})"),
            Self::Set(name) => write!(f, "Set({})", name.escape_ascii()),
        }
    }
}
