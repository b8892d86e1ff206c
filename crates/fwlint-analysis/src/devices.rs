//! Names of devices as numbers, in an order in which those of a wildcard stand together.

use std::borrow::Cow;

use fwlint_packet::Values;

/// The devices that rules tell apart, numbered from 1; 0 is no device at all.
///
/// All devices that a rule set does not name are alike to it, but for the wildcards that their names fit. So there is a
/// number for each name, one for all other devices of each wildcard, and one for the rest.
#[derive(Clone, Debug, Default)]
pub struct Devices {
    /// Sorted. Of a wildcard, the name that stands behind all that begin so.
    keys: Vec<Vec<u8>>,
}

/// Stands behind every byte that a name has: of the bytes of UTF-8 text, and of any that make sense in a name, none is
/// greater.
const OTHERS: u8 = 0xff;

impl Devices {
    /// The number of no device.
    pub const NONE: u32 = 0;

    /// The devices of these patterns, as they stand behind `-i`: `eth0`, `eth+`, `+`.
    pub fn new<'p>(patterns: impl IntoIterator<Item = &'p [u8]>) -> Self {
        let mut keys: Vec<_> = patterns.into_iter().filter(|pattern| *pattern != b"+").map(key).collect();
        keys.sort_unstable();
        keys.dedup();
        Self { keys }
    }

    /// The devices that fit a pattern. With `+` alone, also no device at all.
    ///
    /// Source: `xtables_parse_interface()` of iptables and `ifname_compare()` of the kernel.
    pub fn matching(&self, pattern: &[u8]) -> Values {
        let Some((b'+', start)) = pattern.split_last() else { return Values::exactly(self.number(pattern)) };
        if start.is_empty() {
            return Values::Range { low: 0, high: u32::MAX };
        }
        let from = self.keys.partition_point(|key| key.as_slice() < start);
        let count = self.keys.iter().skip(from).take_while(|key| key.starts_with(start)).count();
        // The pattern was among those that the numbers are made of, so it has at least one.
        Values::range(number(from), number(from + count) - 1).unwrap_or(Values::exactly(self.other()))
    }

    /// The number of a device by its name; empty is none.
    pub fn number(&self, name: &[u8]) -> u32 {
        if name.is_empty() {
            return Self::NONE;
        }
        if let Ok(index) = self.keys.binary_search_by(|key| key.as_slice().cmp(name)) {
            return number(index);
        }
        // The longest wildcard that it fits.
        let fits = |&length: &usize| {
            let others = name.iter().take(length).copied().chain([OTHERS]);
            self.keys.binary_search_by(|key| key.iter().copied().cmp(others.clone())).is_ok()
        };
        let Some(length) = (1..=name.len()).rev().find(fits) else { return self.other() };
        let others: Vec<_> = name.iter().take(length).copied().chain([OTHERS]).collect();
        self.keys.binary_search(&others).map_or(self.other(), number)
    }

    /// A device of this number. Where any other device will do, one whose name no rule has; `None` for no device.
    pub fn name(&self, device: u32) -> Option<Cow<'_, str>> {
        let index = (device as usize).checked_sub(1)?;
        match self.keys.get(index).map(|key| key.split_last()) {
            Some(Some((&OTHERS, start))) => Some(self.unused(&String::from_utf8_lossy(start)).into()),
            Some(_) => self.keys.get(index).map(|key| String::from_utf8_lossy(key)),
            None => {
                let fits_none = |name: &String| self.number(name.as_bytes()) == self.other();
                let usual = Some(self.unused("eth")).filter(fits_none);
                Some(usual.unwrap_or_else(|| self.unused("dev")).into())
            }
        }
    }

    /// A name that begins so and fits no longer pattern.
    fn unused(&self, start: &str) -> String {
        let names = (0..).map(|number| format!("{start}{number}"));
        let own = self.number(start.as_bytes());
        let mut fresh = names.take(self.keys.len() + 1).filter(|name| {
            let number = self.number(name.as_bytes());
            // A number of others, so no rule has the name.
            let key = (number as usize).checked_sub(1).and_then(|index| self.keys.get(index));
            key.is_none_or(|key| key.last() == Some(&OTHERS) && key.len() == start.len() + 1) || number == own
        });
        fresh.next().unwrap_or_else(|| start.to_owned())
    }

    /// The number of every device that fits no pattern.
    pub fn other(&self) -> u32 {
        number(self.keys.len())
    }
}

/// What a pattern is sorted by.
fn key(pattern: &[u8]) -> Vec<u8> {
    match pattern.split_last() {
        Some((b'+', start)) => start.iter().copied().chain([OTHERS]).collect(),
        _ => pattern.to_vec(),
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_has_the_devices_that_begin_so() {
        let patterns: [&[u8]; 6] = [b"eth0", b"eth+", b"e+x", b"et+", b"lo", b"+"];
        let devices = Devices::new(patterns);
        let fits = |pattern: &str, name: &str| {
            devices.matching(pattern.as_bytes()).has(devices.number(name.as_bytes()))
        };
        for (pattern, yes, no) in [
            ("eth0", &["eth0"][..], &["eth", "eth00", "eth1", ""][..]),
            ("eth+", &["eth", "eth0", "eth1", "ethernet"], &["et", "etc", "lo", "wlan0", ""]),
            ("et+", &["et", "etc", "eth", "eth0"], &["e", "lo", ""]),
            ("e+x", &["e+x"], &["ex", "e1x"]),
            ("+", &["eth0", "wlan0", ""], &[]),
        ] {
            assert!(yes.iter().all(|name| fits(pattern, name)), "{pattern}");
            assert!(!no.iter().any(|name| fits(pattern, name)), "{pattern}");
        }
    }

    #[test]
    fn numbers_lead_back_to_names_of_their_own() {
        let patterns: [&[u8]; 5] = [b"eth0", b"eth+", b"eth1+", b"dev0", b"lo"];
        let devices = Devices::new(patterns);
        assert_eq!(devices.name(Devices::NONE), None);
        for number in 1..=devices.other() {
            let name = devices.name(number).unwrap();
            assert_eq!(devices.number(name.as_bytes()), number, "{name}");
        }
    }
}
