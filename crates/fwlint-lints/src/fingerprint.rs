//! What a finding is recognised by, so that a baseline outlives edits elsewhere in the dump.

use std::fmt;

/// 64 bits over what a finding is about: the lint, the family, the table, the chain and the rule in
/// its canonical spelling, and how many findings before it are about just the same. Lines, positions,
/// counters and comments do not count.
///
/// The hash is FNV-1a with its published 64-bit constants, over the parts in this order, a zero byte
/// behind each: it has to be the same in every version of fwlint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(u64);

const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

impl Fingerprint {
    /// The hash of these parts.
    pub(crate) fn of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut hash = OFFSET_BASIS;
        for part in parts {
            for &byte in part.iter().chain(&[0]) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(PRIME);
            }
        }
        Self(hash)
    }

    /// The hash of both.
    #[must_use]
    pub(crate) fn and(self, other: Self) -> Self {
        Self::of([&self.0.to_be_bytes()[..], &other.0.to_be_bytes()])
    }

    /// The fingerprint of the finding that has `before` others like it in front of it.
    #[must_use]
    pub(crate) fn repeated(self, before: u32) -> Self {
        if before == 0 { self } else { Self::of([&self.0.to_be_bytes()[..], &before.to_be_bytes()]) }
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Fingerprint;

    /// From <http://www.isthe.com/chongo/src/fnv/test_fnv.c>: strings with their closing zero byte.
    #[test]
    fn is_fnv_1a() {
        let hash = |text: &str| Fingerprint::of([text.as_bytes()]).to_string();
        assert_eq!(hash(""), "af63bd4c8601b7df");
        assert_eq!(hash("foobar"), "34531ca7168b8f38");
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        let hash = |parts: [&'static str; 2]| Fingerprint::of(parts.map(str::as_bytes));
        assert_ne!(hash(["ab", "c"]), hash(["a", "bc"]));
    }
}
