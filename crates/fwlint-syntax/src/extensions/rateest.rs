//! A rate that the target `RATEEST` estimates, or two of them, compared.

use super::{
    Extension, Families, OptionSpec,
    check::{Check, Given, options},
};
use crate::{
    value::{self, Grammar, Kind, Value},
    words::whole,
};

/// `--rateest-lt`, `--rateest-gt`, `--rateest-eq`.
const COMPARISONS: u64 = options(&[4, 5, 6]);

pub(super) static EXTENSION: Extension = Extension::matching("rateest", Families::IP, &[
    OptionSpec::new("rateest-delta", Kind::Flag),
    OptionSpec::new("rateest1", Kind::Word).aliases(&["rateest"]),
    OptionSpec::new("rateest-bps1", Kind::Own(&BYTES)),
    OptionSpec::new("rateest-pps1", Kind::Own(&PACKETS)),
    OptionSpec::new("rateest-lt", Kind::Flag).not(),
    OptionSpec::new("rateest-gt", Kind::Flag).not(),
    OptionSpec::new("rateest-eq", Kind::Flag).not(),
    OptionSpec::new("rateest-bps2", Kind::Own(&BYTES)).aliases(&["rateest-bps"]),
    OptionSpec::new("rateest-pps2", Kind::Own(&PACKETS)).aliases(&["rateest-pps"]),
    OptionSpec::new("rateest2", Kind::Word),
])
.checks(&[
    Check::AnyOf(options(&[1]), "`--rateest1`"),
    Check::AnyOf(COMPARISONS, "`--rateest-lt`, `--rateest-gt` or `--rateest-eq`"),
    Check::OneOf(COMPARISONS, "only one of `--rateest-lt`, `--rateest-gt` and `--rateest-eq`"),
    Check::AnyOf(options(&[2, 3, 7, 8]), "what to compare, as in `--rateest-bps`"),
])
.saved(save);

/// Two estimates are compared with each other without any value.
static BYTES: Grammar = Grammar {
    words: 1,
    optional: true,
    expected: "a rate such as `8bit`, `5kbit` or `1MBps`",
    read: |words| if words.is_empty() { Some(Value::Flag) } else { bytes_per_second(words).map(Value::Bytes) },
    print: |value, out| match *value {
        Value::Bytes(bytes) => print_bits(bytes * 8, out),
        _ => print_bits(0, out),
    },
};

static PACKETS: Grammar = Grammar {
    words: 1,
    optional: true,
    expected: "a number of packets per second",
    read: |words| match value::number(words) {
        None => words.is_empty().then_some(Value::Flag),
        Some(packets) => (packets <= u32::MAX.into()).then_some(Value::Number(packets)),
    },
    print: |value, out| {
        let packets = if let Value::Number(packets) = value { *packets } else { 0 };
        out.extend_from_slice(packets.to_string().as_bytes());
    },
};

/// Bits per second of each unit, as `tc(8)` has them. A number alone is one of bits.
const UNITS: [(&str, f64); 19] = [
    ("", 1.0),
    ("bit", 1.0),
    ("Kibit", 1024.0),
    ("kbit", 1e3),
    ("Mibit", 1_048_576.0),
    ("mbit", 1e6),
    ("Gibit", 1_073_741_824.0),
    ("gbit", 1e9),
    ("Tibit", 1_099_511_627_776.0),
    ("tbit", 1e12),
    ("Bps", 8.0),
    ("KiBps", 8.0 * 1024.0),
    ("KBps", 8e3),
    ("MiBps", 8.0 * 1_048_576.0),
    ("MBps", 8e6),
    ("GiBps", 8.0 * 1_073_741_824.0),
    ("GBps", 8e9),
    ("TiBps", 8.0 * 1_099_511_627_776.0),
    ("TBps", 8e12),
];

/// Rounded down to whole bytes, of which the kernel keeps 32 bits.
fn bytes_per_second(words: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(words).ok()?;
    let unit_at = text.find(|byte: char| byte.is_ascii_alphabetic()).unwrap_or(text.len());
    let (amount, unit) = text.split_at_checked(unit_at)?;
    let (_, bits) = UNITS.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(unit))?;
    let bytes = amount.parse::<f64>().ok()? * bits / 8.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to fit")]
    let cut = |bytes: f64| bytes as u64;
    (0.0..=f64::from(u32::MAX)).contains(&bytes).then(|| cut(bytes))
}

/// In units of which there are a thousand at least, rounded.
fn print_bits(bits: u64, out: &mut Vec<u8>) {
    let (unit, name) = match bits {
        1_000_000_000.. => (1_000_000, "Mbit"),
        1_000_000.. => (1_000, "Kbit"),
        _ => (1, "bit"),
    };
    let rounded = (bits + unit / 2) / unit;
    out.extend_from_slice(format!("{rounded}{name}").as_bytes());
}

/// The comparison is said for bytes and for packets, between the two values of a difference and in front of a single
/// one. Source: `rateest_save` of `libxt_rateest.c`.
fn save(given: &Given<'_>, out: &mut Vec<u8>) {
    let (is_delta, has_other) = (given.has("rateest-delta"), given.has("rateest2"));
    given.print("rateest-delta", out);
    for name in given.words("rateest1") {
        out.extend_from_slice(if has_other { b" --rateest1 " } else { b" --rateest " });
        whole(name, out);
    }
    let value = |name, grammar: &Grammar, out: &mut Vec<u8>| {
        out.push(b' ');
        (grammar.print)(&given.values(name).next().unwrap_or(Value::Flag), out);
    };
    for (unit, first, second, grammar) in
        [("bps", "rateest-bps1", "rateest-bps2", &BYTES), ("pps", "rateest-pps1", "rateest-pps2", &PACKETS)]
    {
        if !given.has(first) && !given.has(second) {
            continue;
        }
        if is_delta {
            out.extend_from_slice(format!(" --rateest-{unit}1").as_bytes());
            value(first, grammar, out);
        }
        for comparison in ["rateest-lt", "rateest-gt", "rateest-eq"] {
            given.print(comparison, out);
        }
        let number = if is_delta { "2" } else { "" };
        out.extend_from_slice(format!(" --rateest-{unit}{number}").as_bytes());
        if is_delta || !has_other {
            value(second, grammar, out);
        }
    }
    given.print("rateest2", out);
}

#[cfg(test)]
mod tests {
    use crate::{Family, testing::saved};

    #[test]
    fn rates_are_compared_with_values_or_with_each_other() {
        let v4 = |rule: &str| saved(Family::Ipv4, rule);
        assert_eq!(
            v4("-m rateest --rateest-bps 1.5mbit --rateest a ! --rateest-gt"),
            "-m rateest --rateest a ! --rateest-gt --rateest-bps 1500Kbit"
        );
        assert_eq!(
            v4("-m rateest --rateest1 a --rateest-lt --rateest-bps --rateest2 b"),
            "-m rateest --rateest1 a --rateest-lt --rateest-bps --rateest2 b"
        );
        assert_eq!(
            v4("-m rateest --rateest-delta --rateest a --rateest-pps1 1 --rateest-eq --rateest-pps2"),
            "-m rateest --rateest-delta --rateest a --rateest-pps1 1 --rateest-eq --rateest-pps2 0"
        );
        assert_eq!(v4("-m rateest --rateest a --rateest-lt"), "rateest: what to compare, as in `--rateest-bps`");
    }
}
