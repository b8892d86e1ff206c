//! Numbers: decimal, hexadecimal and octal as `strtoul` reads them, and what is built of them.

use nom::{
    Parser,
    bytes::complete::{tag, take_till, take_while1},
    character::complete::{digit1, hex_digit1, oct_digit0},
    combinator::{all_consuming, map, map_opt, opt, recognize, rest},
    sequence::{preceded, terminated},
};

use super::{Names, Value, hex_prefix, names::TCP_OPTIONS};
use crate::words::Parsed;

/// Ports from `low` to `high`, both among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortRange {
    /// The first.
    pub low: u16,
    /// The last.
    pub high: u16,
}

/// Ranges of ports with commas between, decoded one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ports<'s>(&'s [u8]);

impl<'s> Ports<'s> {
    /// How many slots `multiport` has; a range takes two.
    const SLOTS: usize = 15;

    pub(super) fn new(words: &'s [u8]) -> Option<Self> {
        let mut slots = 0;
        for part in words.split(|&byte| byte == b',') {
            // Open ranges (`80:`) and empty ones (`80:80`, `80:70`) are refused by multiport alone.
            let range = port_range(part, b':')?;
            let is_range = part.contains(&b':');
            if is_range && (range.low >= range.high || part.starts_with(b":") || part.ends_with(b":")) {
                return None;
            }
            slots += if is_range { 2 } else { 1 };
        }
        (slots <= Self::SLOTS).then_some(Self(words))
    }

    /// The ranges in the order in which they stand.
    pub fn iter(self) -> impl Iterator<Item = PortRange> + 's {
        self.0.split(|&byte| byte == b',').filter_map(|part| port_range(part, b':'))
    }
}

/// A set of TCP options.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TcpOptions([u128; 2]);

impl TcpOptions {
    /// `None` if one is unknown, is none that may be stripped (0 and 1 are padding), or stands twice.
    pub(super) fn new(words: &[u8]) -> Option<Self> {
        words.split(|&byte| byte == b',').try_fold(Self::default(), |options, word| {
            let named = TCP_OPTIONS.choice_by_name(word).map(u64::from);
            let option = named.or_else(|| number(word)).and_then(|n| u8::try_from(n).ok())?;
            (option > 1 && !options.has(option)).then(|| options.with(option))
        })
    }

    /// Whether the option is among them.
    pub fn has(self, option: u8) -> bool {
        let [low, high] = self.0;
        let half = if option < 128 { low } else { high };
        half >> (option % 128) & 1 == 1
    }

    /// The options, the lowest first.
    pub fn iter(self) -> impl Iterator<Item = u8> {
        (0..=u8::MAX).filter(move |&option| self.has(option))
    }

    fn with(self, option: u8) -> Self {
        let [low, high] = self.0;
        let bit = 1 << (option % 128);
        Self(if option < 128 { [low | bit, high] } else { [low, high | bit] })
    }
}

/// A whole word as a number.
pub(crate) fn number(words: &[u8]) -> Option<u64> {
    // Nearly all numbers of a dump are short and decimal, and 18 digits fit in 64 bits.
    if words.len() <= 18 && words.first() != Some(&b'0') && words.iter().all(u8::is_ascii_digit) {
        let decimal = |value, &digit: &u8| 10 * value + u64::from(digit - b'0');
        return (!words.is_empty()).then(|| words.iter().fold(0, decimal));
    }
    super::whole(unsigned(words))
}

/// Digits in base 16 behind `0x`, in base 8 behind `0`, else in base 10.
pub(crate) fn unsigned(input: &[u8]) -> Parsed<'_, u64> {
    if input.first() != Some(&b'0') {
        return map_opt(digit1, |digits| radix(digits, 10)).parse(input);
    }
    let hexadecimal = preceded(hex_prefix, map_opt(hex_digit1, |digits| radix(digits, 16)));
    let octal = map_opt(recognize((tag(&b"0"[..]), oct_digit0)), |digits| radix(digits, 8));
    nom::branch::alt((hexadecimal, octal)).parse(input)
}

fn radix(digits: &[u8], base: u64) -> Option<u64> {
    digits.iter().try_fold(0u64, |value, &digit| {
        let digit = match digit {
            b'a'..=b'f' => digit - b'a' + 10,
            b'A'..=b'F' => digit - b'A' + 10,
            _ => digit - b'0',
        };
        value.checked_mul(base)?.checked_add(u64::from(digit))
    })
}

/// Numbers of which some have names, as arptables reads them.
#[derive(Debug)]
pub struct Coded {
    /// The names, whatever their case.
    pub names: &'static Names,
    /// The base that numbers are read in; 0 goes by their prefix.
    pub base: u64,
    /// Numbers and masks are written in base 16, with `0x`; names never are.
    pub hexadecimal: bool,
    /// The largest number, and the mask of all its bits.
    pub max: u32,
}

impl Coded {
    pub(super) fn read(&self, words: &[u8]) -> Option<Value<'_>> {
        let number = |text| {
            let number = match self.base {
                16 => hexadecimal(text),
                10 => super::whole(map_opt(digit1, |digits| radix(digits, 10)).parse(text)),
                _ => number(text),
            };
            number.and_then(|number| u32::try_from(number).ok()).filter(|&number| number <= self.max)
        };
        let mut parts = words.splitn(2, |&byte| byte == b'/');
        let value =
            parts.next().and_then(|value| self.names.choice_by_name(value).or_else(|| number(value)))?;
        let mask = parts.next().map_or(Some(self.max), number)?;
        Some(Value::Masked { value, mask })
    }
}

/// A whole word as a number in base 16, with or without `0x`.
pub(super) fn hexadecimal(words: &[u8]) -> Option<u64> {
    super::whole(preceded(opt(hex_prefix), map_opt(hex_digit1, |digits| radix(digits, 16))).parse(words))
}

/// A port by number, or by the name of its service.
pub(super) fn port(words: &[u8]) -> Option<u16> {
    match words.first() {
        Some(first) if first.is_ascii_digit() => number(words).and_then(|n| u16::try_from(n).ok()),
        _ => super::names::SERVICES.choice_by_name(words).and_then(|n| u16::try_from(n).ok()),
    }
}

/// `80`, `http` or `80-90`: only a single port may be given by name.
pub(super) fn nat_ports(words: &[u8]) -> Option<PortRange> {
    if let Some(port) = port(words) {
        return Some(PortRange { low: port, high: port });
    }
    let named = |byte: &u8| !byte.is_ascii_digit() && *byte != b'-';
    if words.iter().any(named) { None } else { port_range(words, b'-') }
}

/// `80`, `80:90`, `:90`, `80:`, with the given byte between.
pub(super) fn port_range(words: &[u8], between: u8) -> Option<PortRange> {
    if words.is_empty() {
        return None;
    }
    // A name may hold a dash (`ftp-data`), so the whole is tried as one first.
    if let Some(low) = port(words) {
        return Some(PortRange { low, high: low });
    }
    let split = (terminated(take_till(|byte| byte == between), nom::bytes::complete::take(1usize)), rest);
    let (low, high) = super::whole(map(split, |pair: (&[u8], &[u8])| pair).parse(words))?;
    let low = if low.is_empty() && between == b':' { 0 } else { port(low)? };
    let high = if high.is_empty() && between == b':' { u16::MAX } else { port(high)? };
    (low <= high).then_some(PortRange { low, high })
}

/// `n` or `n:m`; open ends reach to the limits.
pub(crate) fn range(words: &[u8], max: u64) -> Option<Value<'_>> {
    let bounded = |text: &[u8], open: u64| match text {
        [] => Some(open),
        text => number(text).filter(|&n| n <= max),
    };
    let mut parts = words.splitn(2, |&byte| byte == b':');
    let low = parts.next()?;
    match parts.next() {
        None => bounded(low, 0).filter(|_| !low.is_empty()).map(|n| Value::Range(n, n)),
        Some(high) => Some(Value::Range(bounded(low, 0)?, bounded(high, max)?)),
    }
}

/// `n` or `n:m` where `m` is not below `n`.
pub(super) fn rising(words: &[u8], max: u64) -> Option<Value<'_>> {
    range(words, max).filter(|value| !matches!(value, Value::Range(low, high) if low > high))
}

/// `value`, `value/mask` or `/mask`.
pub(super) fn masked_or_bits(words: &[u8]) -> Option<Value<'_>> {
    match words.strip_prefix(b"/") {
        Some(bits) => number(bits).and_then(|bits| u32::try_from(bits).ok()).map(Value::AnyBit),
        None => masked(words),
    }
}

/// `value` or `value/mask`.
pub(crate) fn masked(words: &[u8]) -> Option<Value<'_>> {
    let bits = |input| map_opt(unsigned, |n| u32::try_from(n).ok()).parse(input);
    let (value, mask) = super::whole((bits, opt(preceded(tag(&b"/"[..]), bits))).parse(words))?;
    Some(Value::Masked { value, mask: mask.unwrap_or(u32::MAX) })
}

/// `0:3`; an open end reaches to the first queue, or to the last but one.
pub(super) fn queues(words: &[u8]) -> Option<Value<'_>> {
    let range = range(words, u16::MAX.into()).filter(|_| words.contains(&b':'))?;
    match range {
        Value::Range(low, high) => {
            let high = if words.ends_with(b":") { high - 1 } else { high };
            // The kernel counts the queues in 16 bits.
            (low < high && high - low < u16::MAX.into()).then_some(Value::Range(low, high))
        }
        _ => None,
    }
}

/// `1:10`: the major number in the upper 16 bits, the minor one in the lower.
pub(super) fn traffic_class(words: &[u8]) -> Option<u64> {
    let at = memchr::memchr(b':', words)?;
    let (major, minor) = words.split_at_checked(at)?;
    let half = |digits| hexadecimal(digits).filter(|&half| half <= u16::MAX.into());
    Some(half(major)? << 16 | half(minor.strip_prefix(b":")?)?)
}

/// `250ms`, `0.5s`, `250000us` or `250000`, in microseconds.
pub(super) fn duration(words: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(words).ok()?;
    let unit_at = text.find(|byte: char| byte.is_ascii_alphabetic()).unwrap_or(text.len());
    let (amount, unit) = text.split_at_checked(unit_at)?;
    let microseconds = match unit.to_ascii_lowercase().as_str() {
        "s" | "sec" | "secs" => 1e6,
        "ms" | "msec" | "msecs" => 1e3,
        "" | "us" | "usec" | "usecs" => 1.0,
        _ => return None,
    };
    let exact = amount.parse::<f64>().ok()? * microseconds;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to fit")]
    let whole = |exact: f64| exact as u64;
    (0.0..f64::from(u32::MAX)).contains(&exact).then(|| whole(exact))
}

/// `10/sec`, `3/minute`, `5` (per second): units may be cut short as iptables allows. At most so many per second.
pub(crate) fn rate(words: &[u8], max: u64) -> Option<Value<'_>> {
    let unit = preceded(tag(&b"/"[..]), take_while1(|byte: u8| byte.is_ascii_alphabetic()));
    let decimal = |input| nom::character::complete::u32(input);
    let (count, unit) = super::whole((decimal, opt(unit)).parse(words))?;
    let begins = |name: &str, unit: &[u8]| {
        name.as_bytes().get(..unit.len()).is_some_and(|start| start.eq_ignore_ascii_case(unit))
    };
    let seconds = match unit {
        None => 1,
        Some(unit) if begins("second", unit) => 1,
        Some(unit) if begins("minute", unit) => 60,
        Some(unit) if begins("hour", unit) => 3_600,
        Some(unit) if begins("day", unit) => 86_400,
        Some(_) => return None,
    };
    let may_pass = 1..=max * u64::from(seconds);
    may_pass.contains(&count.into()).then_some(Value::Rate { count, seconds })
}

/// A decimal fraction from 0 to 1, in units of 2⁻³¹ as `libxt_statistic.c` rounds it.
pub(super) fn probability(words: &[u8]) -> Option<u32> {
    let (_, text) =
        all_consuming(recognize(nom::number::complete::recognize_float::<_, ()>)).parse(words).ok()?;
    let value: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    // Exact: at most 2^31, which both f64 and u32 hold.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to lie in 0..=1")]
    let scaled = |value: f64| (value * 2_147_483_648.0).round() as u32;
    (0.0..=1.0).contains(&value).then(|| scaled(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_strtoul() {
        assert_eq!(number(b"0x10"), Some(16));
        assert_eq!(number(b"010"), Some(8));
        assert_eq!(number(b"0"), Some(0));
        assert_eq!(number(b"08"), None);
        assert_eq!(number(b"1x"), None);
        assert_eq!(number(b""), None);
        assert_eq!(number(b"18446744073709551616"), None);
    }

    #[test]
    fn ports_and_ranges() {
        let range = |text: &str| port_range(text.as_bytes(), b':').map(|r| (r.low, r.high));
        assert_eq!(range("80"), Some((80, 80)));
        assert_eq!(range("80:"), Some((80, 65535)));
        assert_eq!(range(":80"), Some((0, 80)));
        assert_eq!(range("ftp-data"), Some((20, 20)));
        assert_eq!(range("ssh:http"), Some((22, 80)));
        assert_eq!(range("80:70"), None);
        assert_eq!(range("65536"), None);
        assert_eq!(port_range(b"80-90", b'-').map(|r| (r.low, r.high)), Some((80, 90)));
        assert!(Ports::new(b"1,2,3,4,5,6,7,8,9,10,11,12,13,14,15").is_some());
        assert!(Ports::new(b"1,2,3,4,5,6,7,8,9,10,11,12,13,14:15,16").is_none());
        assert!(Ports::new(b"80:").is_none());
    }

    #[test]
    fn tcp_options_are_a_set() {
        let options =
            |text: &str| TcpOptions::new(text.as_bytes()).map(|options| options.iter().collect::<Vec<_>>());
        assert_eq!(options("mss,0x8,200"), Some(vec![2, 8, 200]));
        for bad in ["", "1", "2,2", "mss,2", "256", "nonsense"] {
            assert_eq!(options(bad), None, "{bad}");
        }
    }

    #[test]
    fn queues_are_two() {
        let queues = |text: &'static str| queues(text.as_bytes());
        assert_eq!(queues("1:3"), Some(Value::Range(1, 3)));
        assert_eq!(queues(":"), Some(Value::Range(0, 65534)));
        assert_eq!(queues("1:65535"), Some(Value::Range(1, 65535)));
        for bad in ["4", "4:4", "4:3", "0:65535", "0:65536", ""] {
            assert_eq!(queues(bad), None, "{bad}");
        }
    }

    #[test]
    fn traffic_classes_and_times() {
        assert_eq!(traffic_class(b"1:ffff"), Some(0x1_ffff));
        assert_eq!(traffic_class(b"1:10000"), None);
        assert_eq!(traffic_class(b"1"), None);
        assert_eq!(duration(b"0.25s"), Some(250_000));
        assert_eq!(duration(b"250.0ms"), Some(250_000));
        assert_eq!(duration(b"5"), Some(5));
        assert_eq!(duration(b"5h"), None);
        assert_eq!(duration(b"-1s"), None);
    }

    #[test]
    fn probabilities_are_fixed_point() {
        assert_eq!(probability(b"0.33333333349"), Some(715_827_883));
        assert_eq!(probability(b"1"), Some(1 << 31));
        assert_eq!(probability(b"1.5"), None);
    }

    #[test]
    fn rates() {
        let rate = |text: &str| match super::rate(text.as_bytes(), 10_000) {
            Some(Value::Rate { count, seconds }) => Some((count, seconds)),
            _ => None,
        };
        assert_eq!(rate("10/s"), Some((10, 1)));
        assert_eq!(rate("3/min"), Some((3, 60)));
        assert_eq!(rate("5"), Some((5, 1)));
        assert_eq!(rate("010/s"), Some((10, 1)));
        assert_eq!(rate("20000/sec"), None);
        assert_eq!(rate("1/week"), None);
    }
}
