//! Values of options: what kinds there are, and how each is read and written.
//!
//! Decoding is cheap and happens twice: when a line is read, to find mistakes, and when
//! somebody asks. So a tree holds spans only.

mod address;
mod mac_list;
mod names;
mod number;
mod print;
mod protocol;

use std::{borrow::Cow, fmt, net::Ipv6Addr};

use nom::{Finish, Parser, branch::alt, bytes::complete::tag, combinator::map, sequence::separated_pair};

use crate::{
    tree::Family,
    words::{Parsed, blanks, is_blank, unquote, word},
};

pub use address::{Mac, Net, Nets};
pub use mac_list::{MacList, MacPair};
pub use names::{Names, TCP_FLAGS};
pub use number::{Coded, PortRange, Ports, TcpOptions};
pub(crate) use number::{masked, range, rate, unsigned};
pub use print::print;
pub(crate) use print::{print_net, rate_in_units};
pub use protocol::{ethertype_name, protocol_name};

/// What an option takes.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Nothing.
    Flag,
    /// Any word; quoted when it is printed if it needs it.
    Text,
    /// Any word; printed as it stands.
    Word,
    /// The name of a chain or target.
    Target,
    /// The name of a match.
    Match,
    /// An interface name; `+` at the end stands for any rest.
    Interface,
    /// An IP protocol, or an Ethernet type for `ebtables`.
    Protocol,
    /// An IP protocol, on a bridge.
    IpProtocol,
    /// Addresses with masks, comma between: IP for `iptables`, one MAC for `ebtables`.
    Nets,
    /// One IP address with a mask, which is kept without being applied.
    Net,
    /// One IPv4 address with a mask, on a bridge.
    BridgeNet,
    /// One IPv6 address with a mask, on a bridge.
    BridgeNet6,
    /// Hardware addresses, each with or without `=` and an IPv4 address, comma between.
    MacList,
    /// An Ethernet type, of which any number will do.
    EtherType,
    /// One IP address without a mask.
    Host,
    /// IP addresses without masks, comma between.
    Hosts,
    /// An IP address, or two with a dash between.
    AddressRange,
    /// An IPv6 prefix of at most 64 bits, with none behind them.
    Prefix,
    /// A MAC address, with a mask behind `/` if it likes.
    Mac,
    /// A MAC address by its six bytes.
    HardwareAddress,
    /// `port` or `port:port`.
    Ports,
    /// One port, by number or by the name of its service.
    Port,
    /// Ports and ranges of them, comma between.
    PortList,
    /// Two words: the flags to look at and those that must be set.
    TcpFlags,
    /// TCP options by name or number, comma between, each once.
    TcpOptions,
    /// `first:last`, two numbers of queues; either may be missing.
    Queues,
    /// Two numbers of 16 bits in hexadecimal with a colon between: a class of `tc(8)`.
    TrafficClass,
    /// A span of time: a decimal fraction with `s`, `ms` or `us` behind it, kept in microseconds.
    Duration,
    /// A number of at most so much.
    Number(u64),
    /// A number from the first to the second, both among them.
    Between(u64, u64),
    /// A number of at most so much, or one of these names, whose own numbers are larger.
    NumberOr(u64, &'static Names),
    /// A number of at most so much, in hexadecimal with or without `0x`.
    Hex(u64),
    /// `n` or `n:m`, each of at most so much.
    Range(u64),
    /// Likewise, and the second is not below the first.
    Rising(u64),
    /// `value` or `value/mask`, 32 bits.
    Masked,
    /// 32 bits without a mask, which comes as one of all ones.
    Unmasked,
    /// `value` or `value/mask`, 8 bits, or the name of a type of service.
    Tos,
    /// The length of a prefix, or the mask it stands for.
    PrefixLength,
    /// Likewise, or `/mask`, of which any bit will do.
    MaskedOrBits,
    /// Some of these names, comma between.
    Some(&'static Names),
    /// One of these names, or its number.
    One(&'static Names),
    /// One of these names.
    Name(&'static Names),
    /// One of these names, or what one begins with.
    Start(&'static Names),
    /// One of these names, or a number of at most so much.
    Code(&'static Names, u32),
    /// One of some names, or a number, with a mask behind `/` if it likes.
    Coded(&'static Coded),
    /// An ICMP type: a name, a number, `type/code`, and for IPv4 `any`.
    Icmp(&'static Names),
    /// Ranges of ICMP types and codes as ebtables has them: a name, or `type[:type][/code[:code]]`.
    IcmpRanges(&'static Names),
    /// A name, `n` or `n:m`, each of at most 255.
    NamedRange(&'static Names),
    /// Two words: the name of an ipset and `src`/`dst` for each of its dimensions, at most six.
    SetRef,
    /// `n/unit`.
    Rate,
    /// From 0 to 1, kept in units of 2⁻³¹ as the kernel does.
    Probability,
    /// `[address[-address]][:port[-port]]`, as DNAT and SNAT take it.
    NatRange,
    /// Likewise, and `/base` behind ports that are shifted.
    ShiftingNatRange,
    /// `port` or `port-port`, as MASQUERADE and REDIRECT take it.
    NatPorts,
    /// Two numbers as two words: packets and bytes.
    Counters,
    /// What no other extension's options take.
    Own(&'static Grammar),
    /// Whatever stands up to the next option.
    Verbatim,
}

/// How the values of an option are read and written that is like no other.
#[derive(Debug)]
pub struct Grammar {
    /// How many words a value has.
    pub words: usize,
    /// Whether the option may stand without a value; then there is nothing to read, and the value is a flag.
    pub optional: bool,
    /// What to say when there is no value, or a wrong one.
    pub expected: &'static str,
    /// Reads the words.
    pub read: for<'s> fn(&'s [u8]) -> Option<Value<'s>>,
    /// Writes what was read.
    pub print: fn(&Value<'_>, &mut Vec<u8>),
}

impl Grammar {
    /// One word, which must be there.
    pub(crate) const fn new(
        expected: &'static str,
        read: for<'s> fn(&'s [u8]) -> Option<Value<'s>>,
        print: fn(&Value<'_>, &mut Vec<u8>),
    ) -> Self {
        Self { words: 1, optional: false, expected, read, print }
    }
}

/// A value, decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'s> {
    /// An option without a value.
    Flag,
    /// A word, unquoted; in one spelling, where its language has several.
    Text(Cow<'s, [u8]>),
    /// An IP protocol by number; 0 is any.
    Protocol(u8),
    /// An Ethernet type; [`LENGTH_FRAMES`] is `Length`.
    EtherType(u16),
    /// Addresses with their masks.
    Nets(Nets<'s>),
    /// The first address and the last.
    AddressRange(Net<'s>, Net<'s>),
    /// A hardware address and its mask.
    Mac(Mac),
    /// Hardware addresses, some of them with IPv4 addresses.
    MacList(MacList<'s>),
    /// A range of ports.
    Ports(PortRange),
    /// Several ranges of ports.
    PortList(Ports<'s>),
    /// TCP flags as in the header's byte: those to look at, and those that must be set.
    TcpFlags {
        /// Which flags count.
        mask: u8,
        /// Which of them must be set.
        set: u8,
    },
    /// TCP options, a bit for each number.
    TcpOptions(TcpOptions),
    /// A number.
    Number(u64),
    /// Numbers from the first to the second.
    Range(u64, u64),
    /// A value and the mask that stands behind it.
    Masked {
        /// The value.
        value: u32,
        /// The mask; all ones where none was given.
        mask: u32,
    },
    /// Bits of which at least one must be set.
    AnyBit(u32),
    /// A set of names, as the bits that [`Names`] gives them.
    Bits(u32),
    /// One name, as the number that [`Names`] gives it.
    Choice(u32),
    /// An ICMP type and its codes.
    Icmp {
        /// The type; `None` is any, whatever the code.
        kind: Option<u8>,
        /// The code; `None` is any.
        code: Option<u8>,
    },
    /// ICMP types from the first to the second, and codes likewise.
    IcmpRanges {
        /// First and last type.
        kinds: (u8, u8),
        /// First and last code.
        codes: (u8, u8),
    },
    /// An ipset by name, and for each of its dimensions whether it is looked up by source.
    SetRef {
        /// The set's name.
        name: &'s [u8],
        /// `src` or `dst`, comma between.
        directions: &'s [u8],
    },
    /// So many per unit of time.
    Rate {
        /// How many.
        count: u32,
        /// In how many seconds.
        seconds: u32,
    },
    /// So many bytes, or bytes per second.
    Bytes(u64),
    /// A probability in units of 2⁻³¹.
    Probability(u32),
    /// Where to translate to.
    NatRange {
        /// First and last address, if addresses were given.
        addresses: Option<(Net<'s>, Net<'s>)>,
        /// First and last port, if ports were given.
        ports: Option<PortRange>,
        /// The port that stands for the first of them, where ports are shifted.
        base: Option<u16>,
    },
    /// Packets and bytes.
    Counters(u64, u64),
    /// Words as they stand.
    Verbatim(&'s [u8]),
}

/// The length of six directions with commas between, which is as many as `libxt_set.h` takes.
const MAX_DIRECTIONS: usize = 6 * 4 - 1;

/// The Ethernet type that stands for 802.3 frames with a length in its place.
pub const LENGTH_FRAMES: u16 = 1535;

/// What was expected where a value is none, to stand behind "expected".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// This.
    Words(&'static str),
    /// A number from the first to the second, both among them.
    Number(u64, u64),
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words(words) => f.write_str(words),
            Self::Number(low, high) => write!(f, "a number from {low} to {high}"),
        }
    }
}

impl Kind {
    /// Whether a name may stand for the value that is looked up where the rules are loaded, in files such as
    /// `/etc/services`, so that not all of them are known here.
    pub(crate) fn is_looked_up(self) -> bool {
        matches!(
            self,
            Self::Port
                | Self::Ports
                | Self::NatPorts
                | Self::PortList
                | Self::Protocol
                | Self::IpProtocol
                | Self::Nets
                | Self::Net
                | Self::Host
                | Self::Hosts
        )
    }

    /// How many words the value has.
    pub(crate) fn words(self) -> usize {
        match self {
            Self::Flag => 0,
            Self::TcpFlags | Self::SetRef | Self::Counters => 2,
            Self::Own(grammar) => grammar.words,
            _ => 1,
        }
    }

    /// The names that numbers have here, where they have any.
    pub fn names(self) -> Option<&'static Names> {
        match self {
            Self::One(names)
            | Self::Name(names)
            | Self::Start(names)
            | Self::Code(names, _)
            | Self::NumberOr(_, names)
            | Self::NamedRange(names) => Some(names),
            _ => None,
        }
    }

    /// Whether there may be no value at all.
    pub(crate) fn is_optional(self) -> bool {
        matches!(self, Self::Own(grammar) if grammar.optional)
    }

    /// Whether any word will do.
    fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Word | Self::Verbatim)
    }

    /// What to say when there is no value, or a wrong one.
    pub fn expected(self, family: Family) -> Expected {
        let words = match self {
            Self::Flag => "no value",
            Self::Text | Self::Word | Self::Verbatim => "a word",
            Self::Target => "the name of a chain or target",
            Self::Match => "the name of a match",
            Self::Interface => "an interface name of at most 15 bytes",
            Self::Protocol if family == Family::Bridge => {
                "an Ethernet type: IPv4, ARP, IPv6, … or a number in hexadecimal"
            }
            Self::Protocol => "an IP protocol: tcp, udp, icmp, … or a number from 0 to 255",
            Self::Host if family == Family::Ipv6 => "an IPv6 address without a mask",
            Self::Host => "an IPv4 address without a mask",
            Self::Nets | Self::Net if family == Family::Ipv6 => {
                "an IPv6 address, with a mask or prefix length behind `/` if it likes"
            }
            Self::Nets if family == Family::Bridge => "a MAC address",
            Self::Nets | Self::Net => "an IPv4 address, with a mask or prefix length behind `/` if it likes",
            Self::Hosts => "IPv6 addresses with commas between",
            Self::AddressRange if family == Family::Ipv6 => "two IPv6 addresses as `first-last`",
            Self::AddressRange => "two IPv4 addresses as `first-last`",
            Self::Mac => "a MAC address",
            Self::HardwareAddress => "a MAC address as six bytes in hexadecimal with colons between",
            Self::IpProtocol => "an IP protocol: tcp, udp, icmp, … or a number from 0 to 255",
            Self::BridgeNet => "an IPv4 address, with a mask behind `/` if it likes",
            Self::BridgeNet6 => "an IPv6 address, with a mask or prefix length behind `/` if it likes",
            Self::MacList => {
                "MAC addresses with commas between, each with `=` and an IPv4 address behind it if it likes"
            }
            Self::EtherType => "an Ethernet type: IPv4, ARP, IPv6, … or a number in hexadecimal",
            Self::Hex(_) => "a number in hexadecimal",
            Self::Prefix => "an IPv6 prefix with a length from 1 to 64 behind `/`, and no bits behind that",
            Self::Port => "a port from 0 to 65535",
            Self::Ports => "a port from 0 to 65535, or two as `low:high`",
            Self::PortList => "at most 15 ports with commas between, a range `low:high` counting two",
            Self::TcpFlags => "two lists of TCP flags: those to look at, and those that must be set",
            Self::Number(max) => return Expected::Number(0, max),
            Self::Between(low, high) => return Expected::Number(low, high),
            Self::NumberOr(_, names) => names.one,
            Self::Range(_) | Self::Rising(_) => "a number, or two as `low:high`",
            Self::MaskedOrBits => "a number of 32 bits, with a mask behind `/` if it likes, or `/mask`",
            Self::Masked => "a number of 32 bits, with a mask behind `/` if it likes",
            Self::Unmasked => "a number of 32 bits",
            Self::Tos => {
                "a number from 0 to 255, with a mask behind `/` if it likes, or a type of service by name"
            }
            Self::PrefixLength if family == Family::Ipv6 => "a prefix length from 0 to 128, or a mask",
            Self::PrefixLength => "a prefix length from 0 to 32, or a mask",
            Self::TcpOptions => {
                "TCP options by number from 2 to 255 or by name, each once, with commas between"
            }
            Self::Queues => "two queues from 0 to 65535, the lower one first, as `low:high`",
            Self::TrafficClass => "a traffic class as two numbers in hexadecimal, `major:minor`",
            Self::Duration => "a time such as `250ms`",
            Self::Some(names) => names.some,
            Self::One(names)
            | Self::Name(names)
            | Self::Start(names)
            | Self::Code(names, _)
            | Self::NamedRange(names) => names.one,
            Self::Coded(coded) => coded.names.one,
            Self::Icmp(_) => "an ICMP type by name or number, or `type/code`",
            Self::IcmpRanges(_) => "an ICMP type by name, or `type[:type][/code[:code]]`",
            Self::SetRef => "the name of a set, and `src` or `dst` for each of its dimensions",
            Self::Rate => "a rate such as `10/sec`, `/minute`, `/hour` or `/day`, at most 10000/sec",
            Self::Probability => "a number from 0 to 1",
            Self::NatRange | Self::ShiftingNatRange => {
                "an address or `first-last`, with a port or `:first-last` behind it"
            }
            Self::NatPorts => "a port from 0 to 65535, or two as `first-last`",
            Self::Counters => "two numbers: packets and bytes",
            Self::Own(grammar) => grammar.expected,
        };
        Expected::Words(words)
    }
}

/// Whether a chain or target may be called what the word says: only quotes can bring blanks into it. (A match is a file's
/// name to iptables; none has blanks.)
pub(crate) fn is_name(word: &[u8]) -> bool {
    if !word.contains(&b'"') {
        return !word.is_empty();
    }
    let name = unquote(word);
    !name.is_empty() && !name.iter().any(|&byte| is_blank(byte))
}

/// Reads a value.
///
/// # Errors
///
/// What was expected instead.
pub fn decode(kind: Kind, words: &[u8], family: Family) -> Result<Value<'_>, Expected> {
    if matches!(kind, Kind::Target | Kind::Match) && !is_name(words) {
        return Err(kind.expected(family));
    }
    // Only free text is ever quoted by a save program, but a person may quote anything.
    let words = match words {
        [b'"', inside @ ..] if kind.words() == 1 && !kind.is_text() && !inside.contains(&b'\\') => {
            inside.strip_suffix(b"\"").unwrap_or(inside)
        }
        words => words,
    };
    let value = match kind {
        Kind::Flag => Some(Value::Flag),
        Kind::Text | Kind::Word | Kind::Target | Kind::Match => Some(Value::Text(unquote(words))),
        Kind::Verbatim => Some(Value::Verbatim(words)),
        Kind::Interface => interface(words),
        Kind::Protocol if family == Family::Bridge => protocol::ethertype(words).map(Value::EtherType),
        Kind::Protocol => protocol::protocol(words).map(Value::Protocol),
        Kind::Nets if family == Family::Bridge => address::masked_mac(words).map(Value::Mac),
        Kind::Mac => address::masked_mac(words).map(Value::Mac),
        Kind::HardwareAddress => address::whole_mac(words).map(Value::Mac),
        Kind::AddressRange => address::range(words, family),
        Kind::Hosts => Nets::new(words, family).filter(|_| !words.contains(&b'/')).map(Value::Nets),
        Kind::Nets => Nets::new(words, family).map(Value::Nets),
        Kind::Net => Nets::one(words, family).map(Value::Nets),
        Kind::Host => Nets::host(words, family).map(Value::Nets),
        Kind::Prefix => {
            address::is_prefix(words).then(|| Nets::one(words, family)).flatten().map(Value::Nets)
        }
        Kind::Port => number::port(words).map(|port| Value::Ports(PortRange { low: port, high: port })),
        Kind::Ports => number::port_range(words, b':').map(Value::Ports),
        Kind::NatPorts => number::nat_ports(words).map(Value::Ports),
        Kind::PortList => Ports::new(words).map(Value::PortList),
        Kind::TcpFlags => whole(tcp_flags(words)),
        Kind::TcpOptions => TcpOptions::new(words).map(Value::TcpOptions),
        Kind::Number(max) => number::number(words).filter(|&n| n <= max).map(Value::Number),
        Kind::Between(low, high) => {
            number::number(words).filter(|n| (low..=high).contains(n)).map(Value::Number)
        }
        Kind::NumberOr(max, names) => match names.choice_by_name(words) {
            Some(choice) => Some(Value::Choice(choice)),
            None => number::number(words).filter(|&n| n <= max).map(Value::Number),
        },
        Kind::Hex(max) => number::hexadecimal(words).filter(|&n| n <= max).map(Value::Number),
        Kind::IpProtocol => protocol::protocol(words).map(Value::Protocol),
        Kind::BridgeNet => Nets::one(words, Family::Ipv4).map(Value::Nets),
        Kind::BridgeNet6 => Nets::one(words, Family::Ipv6).map(Value::Nets),
        Kind::MacList => MacList::new(words).map(Value::MacList),
        Kind::EtherType => protocol::any_ethertype(words).map(Value::EtherType),
        Kind::Range(max) => number::range(words, max),
        Kind::Rising(max) => number::rising(words, max),
        Kind::Masked => number::masked(words),
        Kind::Unmasked => number::masked(words).filter(|_| !words.contains(&b'/')),
        Kind::Tos => tos(words),
        Kind::PrefixLength => address::prefix_length(words, family).map(Value::Number),
        Kind::Queues => number::queues(words),
        Kind::TrafficClass => number::traffic_class(words).map(Value::Number),
        Kind::Duration => number::duration(words).map(Value::Number),
        Kind::MaskedOrBits => number::masked_or_bits(words),
        Kind::Some(names) => names.bits(words).map(Value::Bits),
        Kind::One(names) => names.choice(words).map(Value::Choice),
        Kind::Name(names) => names.choice_by_name(words).map(Value::Choice),
        Kind::Start(names) => names.choice_by_start(words).map(Value::Choice),
        Kind::Code(names, max) => names.choice(words).filter(|&n| n <= max).map(Value::Choice),
        Kind::NamedRange(names) => named_range(words, names),
        Kind::Coded(coded) => coded.read(words),
        Kind::Icmp(names) => icmp(words, names),
        Kind::IcmpRanges(names) => icmp_ranges(words, names),
        Kind::SetRef => whole(set_ref(words)),
        Kind::Rate => number::rate(words, 10_000),
        Kind::Probability => number::probability(words).map(Value::Probability),
        Kind::NatRange => address::nat_range(words, family, false),
        Kind::ShiftingNatRange => address::nat_range(words, family, true),
        Kind::Counters => whole(counters(words)),
        Kind::Own(grammar) => (grammar.read)(words),
    };
    value.ok_or_else(|| kind.expected(family))
}

/// What was parsed, if nothing is left.
pub(crate) fn whole<T>(parsed: Parsed<'_, T>) -> Option<T> {
    let (tail, value) = parsed.finish().ok()?;
    tail.is_empty().then_some(value)
}

fn interface(words: &[u8]) -> Option<Value<'_>> {
    let name = unquote(words);
    (1..=15).contains(&name.len()).then_some(Value::Text(name))
}

/// One of several words, without the quotes that a person may have put around it.
fn bare(input: &[u8]) -> Parsed<'_, &[u8]> {
    let (rest, word) = word(input)?;
    match word {
        [b'"', inside @ ..] if !inside.contains(&b'\\') => {
            Ok((rest, inside.strip_suffix(b"\"").unwrap_or(inside)))
        }
        _ => Ok((rest, word)),
    }
}

/// `SYN,ACK SYN`, as `--tcp-flags` takes it.
fn tcp_flags(input: &[u8]) -> Parsed<'_, Value<'_>> {
    let flags = |input| {
        let (rest, names) = bare(input)?;
        match TCP_FLAGS.whole_bits(names).and_then(|bits| u8::try_from(bits).ok()) {
            Some(bits) => Ok((rest, bits)),
            None => Err(nom::Err::Error(())),
        }
    };
    map(separated_pair(flags, blanks, flags), |(mask, set)| Value::TcpFlags { mask, set }).parse(input)
}

/// `0x10/0x3f` or `Minimize-Delay`, as the match and the target take it.
fn tos(words: &[u8]) -> Option<Value<'_>> {
    if let Some(value) = names::TYPES_OF_SERVICE.choice_by_name(words) {
        return Some(Value::Masked { value, mask: 0x3f });
    }
    match number::masked(words)? {
        Value::Masked { value, mask: u32::MAX } => Some(Value::Masked { value, mask: 0xff }),
        value => Some(value),
    }
    .filter(|value| matches!(value, Value::Masked { value: ..=0xff, mask: ..=0xff }))
}

/// `NAME src,dst`, as `--match-set` takes it.
fn set_ref(input: &[u8]) -> Parsed<'_, Value<'_>> {
    let (tail, (name, directions)) = separated_pair(bare, blanks, bare).parse(input)?;
    let known = |direction: &[u8]| matches!(direction, b"src" | b"dst");
    let mut dimensions = directions.split(|&byte| byte == b',');
    if name.len() > 31 || !dimensions.all(known) || directions.len() > MAX_DIRECTIONS {
        return Err(nom::Err::Error(()));
    }
    Ok((tail, Value::SetRef { name, directions }))
}

/// `12 3456` or `12,3456`, as `-c` takes them.
fn counters(input: &[u8]) -> Parsed<'_, Value<'_>> {
    let count = |input| nom::character::complete::u64(input);
    map(separated_pair(count, alt((tag(&b","[..]), blanks)), count), |(packets, bytes)| {
        Value::Counters(packets, bytes)
    })
    .parse(input)
}

fn icmp<'s>(words: &'s [u8], names: &'static Names) -> Option<Value<'s>> {
    if let Some(known) = names.only_choice(words) {
        let (kind, code) = (known >> 16, known & 0xffff);
        return Some(Value::Icmp { kind: u8::try_from(kind).ok(), code: u8::try_from(code).ok() });
    }
    let byte = |text| number::number(text).and_then(|n| u8::try_from(n).ok());
    let mut parts = words.splitn(2, |&byte| byte == b'/');
    let kind = byte(parts.next()?)?;
    let code = match parts.next() {
        // Of a range, the first: so iptables has it.
        Some(codes) => match number::rising(codes, u8::MAX.into())? {
            Value::Range(0, 255) => None,
            Value::Range(first, _) => u8::try_from(first).ok(),
            _ => return None,
        },
        None => None,
    };
    // 255 is "any" in ipt_icmp.h, whatever the code; ICMPv6 has no such type.
    let any = kind == 255 && names.choice_by_name(b"any").is_some();
    Some(Value::Icmp { kind: (!any).then_some(kind), code })
}

/// A name, or `type[:type][/code[:code]]`. A name stands for one code, or for all codes of its type.
fn icmp_ranges<'s>(words: &'s [u8], names: &'static Names) -> Option<Value<'s>> {
    let any = |number: u32| u8::try_from(number).map_or((0, u8::MAX), |number| (number, number));
    if let Some(known) = names.only_choice(words) {
        return Some(Value::IcmpRanges { kinds: any(known >> 16), codes: any(known & 0xffff) });
    }
    let range = |text| match number::rising(text, u8::MAX.into())? {
        Value::Range(low, high) => Some((u8::try_from(low).ok()?, u8::try_from(high).ok()?)),
        _ => None,
    };
    let mut parts = words.splitn(2, |&byte| byte == b'/');
    let kinds = parts.next()?;
    // Ends may be left out of the codes' range only.
    if kinds.starts_with(b":") || kinds.ends_with(b":") {
        return None;
    }
    let codes = parts.next().map_or(Some((0, u8::MAX)), range)?;
    Some(Value::IcmpRanges { kinds: range(kinds)?, codes })
}

fn named_range<'s>(words: &'s [u8], names: &'static Names) -> Option<Value<'s>> {
    match names.choice_by_name(words) {
        Some(known) => Some(Value::Range(known.into(), known.into())),
        None => number::rising(words, u8::MAX.into()),
    }
}

/// Unused alternatives of a hexadecimal prefix are kept in one place.
pub(crate) fn hex_prefix(input: &[u8]) -> Parsed<'_, &[u8]> {
    alt((tag(&b"0x"[..]), tag(&b"0X"[..]))).parse(input)
}

/// A whole word as a number, decimal, octal or hexadecimal.
pub(crate) fn number(words: &[u8]) -> Option<u64> {
    number::number(words)
}

/// One port, or two with this byte between; names count as their numbers.
pub(crate) fn port_range(words: &[u8], between: u8) -> Option<PortRange> {
    number::port_range(words, between)
}

/// The number of an IP protocol by its name or number.
pub(crate) fn protocol_number(words: &[u8]) -> Option<u16> {
    protocol::protocol(words).map(u16::from)
}

/// Whether these bytes are a hardware address.
pub(crate) fn is_mac(text: &[u8]) -> bool {
    mac(text).is_some()
}

/// A hardware address: six bytes in hexadecimal.
pub(crate) fn mac(text: &[u8]) -> Option<[u8; 6]> {
    address::mac(text)
}

/// Whether these bytes are an IPv4 address of four parts.
pub(crate) fn is_dotted(text: &[u8]) -> bool {
    dotted(text).is_some()
}

/// An IPv4 address of four parts.
pub(crate) fn dotted(text: &[u8]) -> Option<u32> {
    address::dotted(text)
}

/// An IPv6 address as `inet_pton` reads it.
pub(crate) fn ipv6(text: &[u8]) -> Option<u128> {
    let text = std::str::from_utf8(text).ok()?;
    text.parse::<Ipv6Addr>().ok().map(u128::from)
}
