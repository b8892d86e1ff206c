//! A token bucket for each address, port, or both: so many packets or bytes per unit of time.

use super::{
    Extension, Families, OptionSpec, Saved,
    check::{Check, Given, options},
};
use crate::{
    tree::Family,
    value::{self, Grammar, Kind, Names, Value},
};

const NUMBER: Kind = Kind::Number(u32::MAX as u64);
const MILLISECONDS: Kind = Kind::Between(1, u32::MAX as u64);
const UNLESS_0: Saved = Saved::Unless(|value| *value == Value::Number(0));

pub(super) static EXTENSION: Extension = Extension::matching("hashlimit", Families::IP, &[
    OptionSpec::new("hashlimit-upto", Kind::Own(&RATE)).aliases(&["hashlimit"]).not(),
    OptionSpec::new("hashlimit-above", Kind::Own(&RATE)).not(),
    OptionSpec::new("hashlimit-burst", Kind::Own(&BURST)),
    OptionSpec::new("hashlimit-mode", Kind::Some(&MODES)),
    OptionSpec::new("hashlimit-name", Kind::Word),
    OptionSpec::new("hashlimit-htable-size", NUMBER).saved(UNLESS_0),
    OptionSpec::new("hashlimit-htable-max", NUMBER).saved(UNLESS_0),
    OptionSpec::new("hashlimit-htable-gcinterval", MILLISECONDS)
        .saved(Saved::Unless(|value| *value == Value::Number(1000))),
    OptionSpec::new("hashlimit-htable-expire", MILLISECONDS),
    OptionSpec::new("hashlimit-srcmask", Kind::PrefixLength),
    OptionSpec::new("hashlimit-dstmask", Kind::PrefixLength),
    OptionSpec::new("hashlimit-rate-match", Kind::Flag),
    OptionSpec::new("hashlimit-rate-interval", Kind::Between(1, u32::MAX as u64))
        .saved(Saved::Unless(|value| *value == Value::Number(1))),
])
.checks(&[
    Check::AnyOf(options(&[0, 1]), "`--hashlimit-upto` or `--hashlimit-above`"),
    Check::OneOf(options(&[0, 1]), "only one of `--hashlimit-upto` and `--hashlimit-above`"),
    Check::AnyOf(options(&[4]), "`--hashlimit-name`"),
    Check::Spelled("hashlimit-mode", &MODES),
    Check::Value(
        "hashlimit-name",
        |name| !matches!(name, Value::Text(name) if name.is_empty() || name.contains(&b'/')),
        "the name of a file in /proc",
    ),
    Check::Conflict(has_small_burst, "a `--hashlimit-burst` that is no smaller than what may pass in a second"),
    Check::Conflict(has_large_burst, "a `--hashlimit-burst` of at most 1000000 packets"),
])
.saved(save);

static MODES: Names = Names {
    list: &[("srcip", 1 << 1), ("srcport", 1 << 3), ("dstip", 1), ("dstport", 1 << 2)],
    one: "what has a bucket of its own",
    some: "what has a bucket of its own: srcip, srcport, dstip, dstport, with commas between",
};

/// Packets per second, minute, hour or day, or bytes per second.
static RATE: Grammar = Grammar::new(
    "a rate such as `10/sec`, `/minute`, `/hour` or `/day`, at most 1000000/sec, or `512kb/s`, `10mb/s`",
    |words| {
        let Some(unit_at) = memchr::memmem::find(words, b"b/s") else {
            return value::rate(words, 1_000_000);
        };
        match bytes(words.get(..=unit_at)?)? {
            // Above that the kernel takes the time between two packets for none.
            Value::Bytes(rate) => (rate > 0 && cost(rate) > 1).then_some(Value::Bytes(rate)),
            _ => None,
        }
    },
    |rate, out| match *rate {
        Value::Rate { count, seconds } => {
            let (count, unit, _) = value::rate_in_units(count, seconds, SCALE);
            out.extend_from_slice(format!("{count}/{unit}").as_bytes());
        }
        Value::Bytes(rate) => print_byte_rate(rate, out),
        _ => {}
    },
);

/// Packets, or bytes if there is a unit.
static BURST: Grammar = Grammar::new(
    "a number of packets, or of bytes as in `5kb` or `1mb`",
    |words| bytes(words).filter(|burst| matches!(burst, Value::Number(..=MAX_BURST) | Value::Bytes(..=MAX_BURST))),
    |burst, out| match *burst {
        Value::Number(packets) => out.extend_from_slice(packets.to_string().as_bytes()),
        Value::Bytes(bytes) => print_bytes(bytes, out),
        _ => {}
    },
);

/// The kernel keeps the time between two packets in microseconds.
const SCALE: u64 = 1_000_000;

const MAX_BURST: u64 = u32::MAX as u64;

/// `512kb`, `1mb`, `100b`; `100` says no unit.
fn bytes(words: &[u8]) -> Option<Value<'_>> {
    let unit_at = words.iter().position(u8::is_ascii_alphabetic).unwrap_or(words.len());
    let (amount, unit) = words.split_at_checked(unit_at)?;
    let amount = value::number(amount)?;
    Some(match unit {
        b"" => Value::Number(amount),
        b"b" => Value::Bytes(amount),
        b"kb" | b"k" => Value::Bytes(amount.checked_mul(1 << 10)?),
        b"mb" | b"m" => Value::Bytes(amount.checked_mul(1 << 20)?),
        _ => return None,
    })
}

const UNITS: [(u64, &str); 3] = [(1 << 20, "m"), (1 << 10, "k"), (1, "")];

/// In the largest unit of which there is one.
fn print_bytes(bytes: u64, out: &mut Vec<u8>) {
    let (unit, name) = UNITS.into_iter().find(|(unit, _)| bytes >= *unit).unwrap_or((1, ""));
    out.extend_from_slice(format!("{}{name}b", bytes / unit).as_bytes());
}

/// In the largest unit that loses nothing that the kernel keeps.
fn print_byte_rate(rate: u64, out: &mut Vec<u8>) {
    let kept = kept(rate);
    let is_exact = |unit: u64| {
        // The function of iptables takes 32 bits.
        let shown = (kept & !(unit - 1)) & u64::from(u32::MAX);
        kept >= unit && cost(shown) == cost(rate)
    };
    let (unit, name) = UNITS.into_iter().find(|(unit, _)| is_exact(*unit)).unwrap_or((1, ""));
    out.extend_from_slice(format!("{}{name}b/s", kept / unit).as_bytes());
}

/// What 16 bytes cost of the 2³² that a second is worth. That is what the kernel keeps of a rate in bytes.
fn cost(bytes: u64) -> u64 {
    u64::from(u32::MAX) / ((bytes >> 4) + 1)
}

/// The rate that is left of one in bytes.
fn kept(bytes: u64) -> u64 {
    let per_second = u64::from(u32::MAX) / cost(bytes).max(1);
    per_second.saturating_sub(1) << 4
}

/// The rate, and whether it is what must be surpassed.
fn rate<'r>(given: &Given<'r>) -> Option<(bool, Value<'r>)> {
    let of = |name, is_above| {
        given.named(name).map(move |arg| (is_above != arg.negated(), arg.value(given.source))).next()
    };
    of("hashlimit-upto", false).or_else(|| of("hashlimit-above", true))
}

fn burst(given: &Given<'_>) -> Option<u64> {
    given.values("hashlimit-burst").find_map(|value| match value {
        Value::Number(burst) | Value::Bytes(burst) => Some(burst),
        _ => None,
    })
}

fn has_small_burst(given: &Given<'_>) -> bool {
    match (rate(given), burst(given)) {
        (_, Some(0)) => true,
        (Some((_, Value::Bytes(rate))), Some(burst)) => burst < kept(rate),
        _ => false,
    }
}

fn has_large_burst(given: &Given<'_>) -> bool {
    let is_packets = matches!(rate(given), Some((_, Value::Rate { .. })));
    is_packets && burst(given).is_some_and(|burst| burst > 1_000_000)
}

/// Source: `hashlimit_mt_save` of `libxt_hashlimit.c`.
fn save(given: &Given<'_>, out: &mut Vec<u8>) {
    let Some((is_above, rate)) = rate(given) else { return };
    out.extend_from_slice(if is_above { b" --hashlimit-above " } else { b" --hashlimit-upto " });
    (RATE.print)(&rate, out);
    // How many seconds an idle bucket is kept where nothing is said: by the rate as it was said, and as it is saved.
    let (said, saved) = match (rate, burst(given)) {
        (Value::Rate { count, seconds }, burst) => {
            out.extend_from_slice(format!(" --hashlimit-burst {}", burst.unwrap_or(5)).as_bytes());
            (seconds, value::rate_in_units(count, seconds, SCALE).2)
        }
        (Value::Bytes(rate), Some(burst)) => {
            // It is kept as a multiple of the rate.
            let kept = kept(rate).max(1);
            out.extend_from_slice(b" --hashlimit-burst ");
            print_bytes(burst.div_ceil(kept) * kept, out);
            (60, 60)
        }
        _ => (15, 15),
    };
    for name in [
        "hashlimit-mode",
        "hashlimit-name",
        "hashlimit-htable-size",
        "hashlimit-htable-max",
        "hashlimit-htable-gcinterval",
    ] {
        given.print(name, out);
    }
    let milliseconds = |seconds: u32| u64::from(seconds) * 1000;
    let expire = given.values("hashlimit-htable-expire").next();
    let expire = if let Some(Value::Number(expire)) = expire { expire } else { milliseconds(said) };
    if expire != milliseconds(saved) {
        out.extend_from_slice(format!(" --hashlimit-htable-expire {expire}").as_bytes());
    }
    let whole = Value::Number(if given.family() == Family::Ipv6 { 128 } else { 32 });
    for name in ["hashlimit-srcmask", "hashlimit-dstmask"] {
        if given.values(name).any(|length| length != whole) {
            given.print(name, out);
        }
    }
    if given.has("hashlimit-rate-match") {
        given.print("hashlimit-rate-match", out);
        given.print("hashlimit-rate-interval", out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::saved;

    #[test]
    fn rates_in_bytes_are_what_the_kernel_keeps_of_them() {
        let printed = |rate: &'static str| {
            let mut out = Vec::new();
            (RATE.print)(&(RATE.read)(rate.as_bytes()).unwrap(), &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(printed("512kb/s"), "512kb/s");
        assert_eq!(printed("123456b/sec"), "123456b/s");
        assert_eq!(printed("10mb/s"), "10mb/s");
        assert_eq!(printed("999mb/s"), "1008mb/s");
        assert_eq!(printed("123456789b/s"), "120699kb/s");
        assert_eq!(printed("17b/s"), "16b/s");
        for bad in ["b/s", "0b/s", "1KB/s", "32768mb/s", "1gb/s", "1kb/m", "1kb"] {
            assert_eq!((RATE.read)(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn what_is_not_said_is_saved_where_it_makes_a_difference() {
        let v4 = |rule: &str| {
            let rule = format!("-m hashlimit --hashlimit-name a {rule}");
            saved(Family::Ipv4, &rule).replace("-m hashlimit --hashlimit-", "").replace(" --hashlimit-name a", "")
        };
        assert_eq!(v4("--hashlimit 10/s"), "upto 10/sec --hashlimit-burst 5");
        assert_eq!(
            v4("! --hashlimit-upto 120/min --hashlimit-mode dstport,srcip --hashlimit-srcmask 255.255.0.0"),
            "above 2/sec --hashlimit-burst 5 --hashlimit-mode srcip,dstport --hashlimit-htable-expire 60000 \
             --hashlimit-srcmask 16"
        );
        assert_eq!(
            v4("--hashlimit-upto 9/s --hashlimit-htable-expire 1000 --hashlimit-srcmask 32 \
                --hashlimit-htable-gcinterval 1000 --hashlimit-rate-interval 5"),
            "upto 9/sec --hashlimit-burst 5"
        );
        assert_eq!(
            v4("--hashlimit-upto 1kb/s --hashlimit-burst 2500b --hashlimit-htable-expire 15000"),
            "upto 1kb/s --hashlimit-burst 3kb --hashlimit-htable-expire 15000"
        );
        assert!(v4("--hashlimit-upto 1mb/s --hashlimit-burst 1kb").contains("no smaller than"));
        assert!(v4("--hashlimit-upto 1/s --hashlimit-burst 2mb").contains("at most 1000000 packets"));
        assert!(v4("--hashlimit-upto 1/s --hashlimit-mode SRCIP").contains("srcip, srcport"));
    }
}
