//! Addresses and numbers as the `ip` program prints them.

use std::{fmt, net::IpAddr};

use crate::value;

/// An address and how many of its first bits count. The others are as they stand, not cleared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Prefix {
    /// The address.
    pub address: IpAddr,
    /// At most 32 or 128.
    pub length: u8,
}

impl Prefix {
    /// One address alone.
    pub fn host(address: IpAddr) -> Self {
        Self { address, length: if address.is_ipv4() { 32 } else { 128 } }
    }

    /// Whether the address is among those of the prefix.
    pub fn contains(self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(mine), IpAddr::V4(other)) => {
                let differ = mine.to_bits() ^ other.to_bits();
                differ.checked_shr(32 - u32::from(self.length)).unwrap_or(0) == 0
            }
            (IpAddr::V6(mine), IpAddr::V6(other)) => {
                let differ = mine.to_bits() ^ other.to_bits();
                differ.checked_shr(128 - u32::from(self.length)).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.length)
    }
}

pub(super) const ADDRESS: &str = "an IP address";
pub(super) const PREFIX: &str = "an IP address, with a prefix length behind `/` if it likes";
pub(super) const NUMBER: &str = "a number";

pub(super) fn address(text: &[u8]) -> Option<IpAddr> {
    match value::dotted(text) {
        Some(bits) => Some(IpAddr::V4(bits.into())),
        None => Some(IpAddr::V6(value::ipv6(text)?.into())),
    }
}

/// `10.0.0.0/8`, `fd00::/8`, and one address alone.
pub(super) fn prefix(text: &[u8]) -> Option<Prefix> {
    let mut parts = text.splitn(2, |&byte| byte == b'/');
    let host = Prefix::host(address(parts.next()?)?);
    match parts.next() {
        Some(length) => {
            let length = number(length).and_then(|length| u8::try_from(length).ok())?;
            (length <= host.length).then_some(Prefix { length, ..host })
        }
        None => Some(host),
    }
}

/// Decimal, octal behind `0`, hexadecimal behind `0x`; 32 bits.
pub(super) fn number(text: &[u8]) -> Option<u32> {
    value::number(text).and_then(|number| u32::try_from(number).ok())
}

/// Two numbers with this byte between; the second is `or` where it is not there.
pub(super) fn pair(text: &[u8], between: u8, or: u32) -> Option<(u32, u32)> {
    let mut parts = text.splitn(2, |&byte| byte == between);
    let first = number(parts.next()?)?;
    Some((first, parts.next().map_or(Some(or), number)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_of_both_families() {
        let read = |text: &str| prefix(text.as_bytes()).map(|prefix| prefix.to_string());
        assert_eq!(read("10.1.2.3/8").as_deref(), Some("10.1.2.3/8"));
        assert_eq!(read("2001:db8::1").as_deref(), Some("2001:db8::1/128"));
        assert_eq!(read("0.0.0.0/0").as_deref(), Some("0.0.0.0/0"));
        for bad in ["10.0.0.0/33", "fd00::/129", "10.0.0", "10.0.0.0/", "example.org", ""] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn prefixes_contain_addresses_of_their_family() {
        let contains =
            |net: &str, host: &str| prefix(net.as_bytes()).unwrap().contains(host.parse().unwrap());
        assert!(contains("10.1.2.3/8", "10.9.9.9"));
        assert!(!contains("10.1.2.3/8", "11.0.0.0"));
        assert!(contains("0.0.0.0/0", "255.255.255.255"));
        assert!(!contains("0.0.0.0/0", "::"));
        assert!(contains("fd00::/16", "fd00:1::"));
        assert!(!contains("fd00::1", "fd00::2"));
    }
}
