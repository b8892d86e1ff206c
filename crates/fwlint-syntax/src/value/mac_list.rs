//! The lists of `among`: hardware addresses, each with or without an IPv4 address.

use super::address;

/// Pairs with commas between, decoded one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MacList<'s>(&'s [u8]);

/// A hardware address, and the IPv4 address that goes with it if one does.
pub type MacPair = ([u8; 6], Option<u32>);

impl<'s> MacList<'s> {
    pub(super) fn new(words: &'s [u8]) -> Option<Self> {
        let words = words.strip_suffix(b",").unwrap_or(words);
        words.split(|&byte| byte == b',').all(|part| pair(part).is_some()).then_some(Self(words))
    }

    /// The pairs in the order in which they stand.
    pub fn iter(self) -> impl Iterator<Item = MacPair> + 's {
        self.0.split(|&byte| byte == b',').filter_map(pair)
    }
}

/// `52:54:0:0:0:1=192.0.2.1`
fn pair(text: &[u8]) -> Option<MacPair> {
    let mut parts = text.splitn(2, |&byte| byte == b'=');
    let mac = address::mac(parts.next()?)?;
    match parts.next() {
        Some(ip) => Some((mac, Some(address::dotted(ip)?))),
        None => Some((mac, None)),
    }
}
