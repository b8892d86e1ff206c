//! Addresses: IPv4 as `inet_aton` reads them, IPv6, and hardware addresses, with their masks.

use nom::{
    Parser,
    bytes::complete::{tag, take_while_m_n},
    combinator::map_opt,
    multi::separated_list1,
};

use super::{Value, ipv6, number};
use crate::tree::Family;

/// An address and a mask, or a name that is resolved when the rule is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Net<'s> {
    /// IPv4: the address with the mask applied, and the mask, which may have holes.
    V4(u32, u32),
    /// IPv6, likewise.
    V6(u128, u128),
    /// The name of a host or network, and the mask that stands behind it.
    Name(&'s [u8]),
}

/// Addresses with commas between, decoded one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nets<'s> {
    words: &'s [u8],
    family: Family,
}

impl<'s> Nets<'s> {
    pub(super) fn new(words: &'s [u8], family: Family) -> Option<Self> {
        let mut parts = words.split(|&byte| byte == b',');
        parts.all(|part| net(part, family).is_some()).then_some(Self { words, family })
    }

    pub(super) fn one(words: &'s [u8], family: Family) -> Option<Self> {
        net(words, family).map(|_| Self { words, family })
    }

    /// One without a mask. What has less than four parts is an address only for options of every rule.
    pub(super) fn host(words: &'s [u8], family: Family) -> Option<Self> {
        let is_whole = |net| !matches!(net, Net::V4(..)) || dotted(words).is_some();
        let is_host = !words.contains(&b'/') && net(words, family).is_some_and(is_whole);
        is_host.then_some(Self { words, family })
    }

    /// The addresses in the order in which they stand.
    pub fn iter(self) -> impl Iterator<Item = Net<'s>> {
        self.as_written().map(Net::masked)
    }

    /// The addresses with the bits that their masks would take away.
    pub(crate) fn as_written(self) -> impl Iterator<Item = Net<'s>> {
        self.words.split(|&byte| byte == b',').filter_map(move |part| net(part, self.family))
    }
}

impl Net<'_> {
    fn masked(self) -> Self {
        match self {
            Self::V4(address, mask) => Self::V4(address & mask, mask),
            Self::V6(address, mask) => Self::V6(address & mask, mask),
            Self::Name(_) => self,
        }
    }
}

/// The address as it is written, and the mask behind it.
fn net(text: &[u8], family: Family) -> Option<Net<'_>> {
    let mut parts = text.splitn(2, |&byte| byte == b'/');
    let (address, mask) = (parts.next()?, parts.next());
    if family == Family::Ipv6 {
        let mask = match mask {
            None => u128::MAX,
            Some(mask) => match number::number(mask) {
                Some(length) if length <= 128 => prefix6(length),
                Some(_) => return None,
                None => ipv6(mask)?,
            },
        };
        return match ipv6(address) {
            Some(address) => Some(Net::V6(address, mask)),
            None => is_name(address).then_some(Net::Name(text)),
        };
    }
    let mask = match mask {
        None => u32::MAX,
        Some(mask) => match number::number(mask) {
            Some(length) if length <= 32 => prefix4(length),
            Some(_) => return None,
            None => dotted(mask)?,
        },
    };
    match ipv4(address) {
        Some(address) => Some(Net::V4(address, mask)),
        None => is_name(address).then_some(Net::Name(text)),
    }
}

/// Whether these words are an IPv6 prefix of 1 to 64 bits with none behind them, which is what `ip6t_NPT.c` translates.
pub(super) fn is_prefix(words: &[u8]) -> bool {
    let mut parts = words.splitn(2, |&byte| byte == b'/');
    let (Some(address), Some(length)) = (parts.next().and_then(ipv6), parts.next()) else { return false };
    let length = prefix_length(length, Family::Ipv6);
    length.is_some_and(|length| (1..=64).contains(&length) && address & !prefix6(length) == 0)
}

/// A prefix length, or the mask it stands for.
pub(super) fn prefix_length(words: &[u8], family: Family) -> Option<u64> {
    let is_v6 = family == Family::Ipv6;
    if let Some(length) = number::number(words) {
        return (length <= if is_v6 { 128 } else { 32 }).then_some(length);
    }
    let (ones, is_prefix) = if is_v6 {
        let mask = ipv6(words)?;
        (mask.leading_ones(), mask.leading_ones() == mask.count_ones())
    } else {
        let mask = dotted(words)?;
        (mask.leading_ones(), mask.leading_ones() == mask.count_ones())
    };
    is_prefix.then(|| ones.into())
}

fn prefix4(length: u64) -> u32 {
    u32::MAX.checked_shl(32 - u32::try_from(length).unwrap_or(32)).unwrap_or(0)
}

fn prefix6(length: u64) -> u128 {
    u128::MAX.checked_shl(128 - u32::try_from(length).unwrap_or(128)).unwrap_or(0)
}

/// One to four numbers with dots between; the last fills what is left, each may be octal or
/// hexadecimal (`inet_aton(3)`). Missing parts are zero at the end, as iptables has them (`10/8`).
fn ipv4(text: &[u8]) -> Option<u32> {
    if let Some(address) = dotted(text) {
        return Some(address);
    }
    if let Some(whole) = number::number(text).filter(|_| text.starts_with(b"0x")) {
        return u32::try_from(whole).ok();
    }
    let mut address: u32 = 0;
    let mut count = 0;
    for part in text.split(|&byte| byte == b'.') {
        let byte = u8::try_from(number::number(part)?).ok()?;
        address = address << 8 | u32::from(byte);
        count += 1;
    }
    (1..=3).contains(&count).then(|| address << (8 * (4 - count)))
}

/// Four numbers with dots between.
pub(super) fn dotted(text: &[u8]) -> Option<u32> {
    let mut address: u32 = 0;
    let mut count = 0;
    for part in text.split(|&byte| byte == b'.') {
        if count == 4 {
            return None;
        }
        let byte = u8::try_from(number::number(part)?).ok()?;
        address = address << 8 | u32::from(byte);
        count += 1;
    }
    (count == 4).then_some(address)
}

/// A host name: letters, digits, dots, dashes and underscores, with a letter among them.
fn is_name(text: &[u8]) -> bool {
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    // `-s 192.0.2.1,-j` is a list with its end missing.
    !text.starts_with(b"-") && text.iter().any(u8::is_ascii_alphabetic) && text.iter().all(allowed)
}

/// A hardware address and the mask behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mac {
    /// The address with the mask applied.
    pub address: [u8; 6],
    /// The mask.
    pub mask: [u8; 6],
}

/// The names that ebtables has for hardware addresses, with address and mask.
pub(super) const NAMED_MACS: [(&str, [u8; 6], [u8; 6]); 4] = [
    ("Unicast", [0; 6], [1, 0, 0, 0, 0, 0]),
    ("Multicast", [1, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0]),
    ("Broadcast", [255; 6], [255; 6]),
    ("BGA", [1, 0x80, 0xc2, 0, 0, 0], [255; 6]),
];

pub(super) fn masked_mac(words: &[u8]) -> Option<Mac> {
    let text = std::str::from_utf8(words).ok()?;
    for (name, address, mask) in NAMED_MACS {
        if name.eq_ignore_ascii_case(text) {
            return Some(Mac { address, mask });
        }
    }
    let mut parts = words.splitn(2, |&byte| byte == b'/');
    let mut address = mac(parts.next()?)?;
    let mask = match parts.next() {
        None => [255; 6],
        Some(mask) => mac(mask)?,
    };
    for (byte, mask) in address.iter_mut().zip(mask) {
        *byte &= mask;
    }
    Some(Mac { address, mask })
}

/// A hardware address without a mask or a name.
pub(super) fn whole_mac(words: &[u8]) -> Option<Mac> {
    mac(words).map(|address| Mac { address, mask: [255; 6] })
}

/// Six bytes in hexadecimal, one or two digits each.
pub(super) fn mac(text: &[u8]) -> Option<[u8; 6]> {
    let byte = map_opt(take_while_m_n(1, 2, |byte: u8| byte.is_ascii_hexdigit()), |digits| {
        u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    });
    super::whole(separated_list1(tag(&b":"[..]), byte).parse(text))?.try_into().ok()
}

/// `10.0.0.1-10.0.0.9`, or a single address.
pub(super) fn range(words: &[u8], family: Family) -> Option<Value<'_>> {
    let host = |text| match family {
        Family::Ipv6 => ipv6(text).map(|address| Net::V6(address, u128::MAX)),
        _ => ipv4(text).map(|address| Net::V4(address, u32::MAX)),
    };
    let mut ends = words.splitn(2, |&byte| byte == b'-');
    let first = host(ends.next()?)?;
    Some(Value::AddressRange(first, ends.next().map_or(Some(first), host)?))
}

/// `10.0.0.1`, `10.0.0.1-10.0.0.9:80-90`, `:80`, `[fd00::1]:80`, `fd00::1`; and `10.0.0.1:80-90/8000` where the
/// base that ports are shifted from may be given.
pub(super) fn nat_range(words: &[u8], family: Family, may_shift: bool) -> Option<Value<'_>> {
    let (addresses, ports) = match family {
        Family::Ipv6 => split_v6(words)?,
        _ => match memchr::memchr(b':', words) {
            Some(at) => {
                let (addresses, ports) = words.split_at_checked(at)?;
                (addresses, ports.strip_prefix(b":"))
            }
            None => (words, None),
        },
    };
    let host = |text| match family {
        Family::Ipv6 => ipv6(text).map(|address| Net::V6(address, u128::MAX)),
        _ => dotted(text).map(|address| Net::V4(address, u32::MAX)),
    };
    let addresses = if addresses.is_empty() {
        None
    } else {
        let mut ends = addresses.splitn(2, |&byte| byte == b'-');
        let first = host(ends.next()?)?;
        let last = match ends.next() {
            Some(last) => host(last)?,
            None => first,
        };
        Some((first, last))
    };
    let (ports, base) = match ports {
        Some(ports) => {
            let mut parts = ports.splitn(2, |&byte| byte == b'/');
            let range = number::nat_ports(parts.next()?)?;
            let base = match parts.next() {
                Some(base) if may_shift && range.low < range.high => {
                    Some(number::port(base).filter(|&base| base > 0)?)
                }
                Some(_) => return None,
                None => None,
            };
            (Some(range), base)
        }
        None => (None, None),
    };
    (addresses.is_some() || ports.is_some()).then_some(Value::NatRange { addresses, ports, base })
}

/// The addresses and the ports of `[a]-[b]:ports`, `[a]:ports`, `a-b` or `:ports`.
fn split_v6(words: &[u8]) -> Option<(&[u8], Option<&[u8]>)> {
    if let Some(inside) = words.strip_prefix(b"[") {
        let close = memchr::memchr(b']', inside)?;
        let (addresses, rest) = inside.split_at_checked(close)?;
        return match rest.strip_prefix(b"]")? {
            b"" => Some((addresses, None)),
            rest => Some((addresses, Some(rest.strip_prefix(b":")?))),
        };
    }
    match words {
        [b':', first, ..]
            if first.is_ascii_digit()
                && !words.contains(&b'.')
                && memchr::memrchr(b':', words) == Some(0) =>
        {
            Some((&[], words.strip_prefix(b":")))
        }
        _ => Some((words, None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn v4(text: &str) -> Option<Net<'_>> {
        net(text.as_bytes(), Family::Ipv4).map(Net::masked)
    }

    #[test]
    fn ipv4_addresses_as_iptables_reads_them() {
        let at = |a: [u8; 4], mask| Some(Net::V4(u32::from_be_bytes(a), mask));
        assert_eq!(v4("10.1.2.3/8"), at([10, 0, 0, 0], 0xff00_0000));
        assert_eq!(v4("10.0.0.1/255.0.255.0"), at([10, 0, 0, 0], 0xff00_ff00));
        assert_eq!(v4("0/0"), at([0; 4], 0));
        assert_eq!(v4("10/8"), at([10, 0, 0, 0], 0xff00_0000));
        assert_eq!(v4("010.0.0.1"), at([8, 0, 0, 1], u32::MAX));
        assert_eq!(v4("0x0a000001"), at([10, 0, 0, 1], u32::MAX));
        assert_eq!(v4("10.0.0.1/33"), None);
        assert_eq!(v4("10.0.0.256"), None);
        assert_eq!(v4("ntp.example.org"), Some(Net::Name(b"ntp.example.org")));
        assert_eq!(v4("2001:db8::1"), None);
        assert_eq!(v4(""), None);
    }

    #[test]
    fn ipv6_addresses_and_masks() {
        let v6 = |text: &'static str| net(text.as_bytes(), Family::Ipv6).map(Net::masked);
        assert_eq!(v6("::/0"), Some(Net::V6(0, 0)));
        assert_eq!(v6("fe80::1/64"), Some(Net::V6(0xfe80 << 112, !0 << 64)));
        assert!(matches!(v6("2001:db8::/ffff:ffff::ff00"), Some(Net::V6(..))));
        assert_eq!(v6("::1/129"), None);
    }

    #[test]
    fn prefixes_to_translate() {
        for good in ["dead::/64", "2001:db8::/32", "dead::/ffff::"] {
            assert!(is_prefix(good.as_bytes()), "{good}");
        }
        for bad in ["dead::beef/64", "dead::", "dead::/0", "dead::/65", "::/64/1", "10.0.0.0/8"] {
            assert!(!is_prefix(bad.as_bytes()), "{bad}");
        }
    }

    #[test]
    fn prefix_lengths() {
        assert_eq!(prefix_length(b"24", Family::Ipv4), Some(24));
        assert_eq!(prefix_length(b"255.255.0.0", Family::Ipv4), Some(16));
        assert_eq!(prefix_length(b"255.0.255.0", Family::Ipv4), None);
        assert_eq!(prefix_length(b"33", Family::Ipv4), None);
        assert_eq!(prefix_length(b"ffff::", Family::Ipv6), Some(16));
    }

    #[test]
    fn hardware_addresses() {
        let mac = |text: &str| masked_mac(text.as_bytes()).map(|mac| mac.address);
        assert_eq!(mac("0:1c:42:0:0:1"), Some([0, 0x1c, 0x42, 0, 0, 1]));
        assert_eq!(mac("00:1c:42:00:00"), None);
        assert_eq!(mac("broadcast"), Some([255; 6]));
    }

    #[test]
    fn ranges_to_translate_to() {
        let parse = |text: &'static str, family| nat_range(text.as_bytes(), family, false);
        for good in ["10.0.0.1", "10.0.0.1-10.0.0.9:80-90", ":80", "10.0.0.1:53"] {
            assert!(parse(good, Family::Ipv4).is_some(), "{good}");
        }
        for good in ["fd00::1", "[fd00::1]:80", "fd00::1-fd00::9", "[fd00::1-fd00::9]:80-90", ":80"] {
            assert!(parse(good, Family::Ipv6).is_some(), "{good}");
        }
        for bad in ["", "10.0.0.1:", "x.example.org", "10.0.0.1:99999"] {
            assert!(parse(bad, Family::Ipv4).is_none(), "{bad}");
        }
        let shifted = |text: &'static str| nat_range(text.as_bytes(), Family::Ipv4, true);
        assert!(matches!(shifted("10.0.0.1:80-90/8000"), Some(Value::NatRange { base: Some(8000), .. })));
        for bad in ["10.0.0.1:80/8000", "10.0.0.1:80-90/0", "10.0.0.1:80-90/65536"] {
            assert!(shifted(bad).is_none(), "{bad}");
        }
    }
}
