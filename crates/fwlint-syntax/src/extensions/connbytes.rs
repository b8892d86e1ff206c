//! How many bytes or packets a connection has carried so far, or how large they were.

use super::{
    Extension, Families, OptionSpec,
    check::{Check, options},
};
use crate::value::{self, Grammar, Kind, Names, Value};

pub(super) static EXTENSION: Extension = Extension::matching("connbytes", Families::IP, &[
    OptionSpec::new("connbytes", Kind::Own(&AMOUNT)).not(),
    OptionSpec::new("connbytes-mode", Kind::Name(&MODES)),
    OptionSpec::new("connbytes-dir", Kind::Name(&DIRECTIONS)),
])
.checks(&[
    Check::AnyOf(options(&[0]), "`--connbytes`"),
    Check::AnyOf(options(&[1]), "`--connbytes-mode`"),
    Check::AnyOf(options(&[2]), "`--connbytes-dir`"),
    Check::Spelled("connbytes-mode", &MODES),
    Check::Spelled("connbytes-dir", &DIRECTIONS),
]);

/// A single number is where the range begins.
static AMOUNT: Grammar = Grammar::new(
    "a number to begin with, and one to end with behind `:` if there is an end",
    |words| match value::range(words, u64::MAX)? {
        Value::Range(low, _) if !words.contains(&b':') => Some(Value::Range(low, u64::MAX)),
        range => Some(range),
    },
    |value, out| match value {
        Value::Range(low, u64::MAX) => out.extend_from_slice(low.to_string().as_bytes()),
        Value::Range(low, high) => out.extend_from_slice(format!("{low}:{high}").as_bytes()),
        _ => {}
    },
);

static MODES: Names = Names {
    list: &[("packets", 0), ("bytes", 1), ("avgpkt", 2)],
    one: "what to count: `packets`, `bytes` or `avgpkt`",
    some: "modes",
};

static DIRECTIONS: Names = Names {
    list: &[("original", 0), ("reply", 1), ("both", 2)],
    one: "a direction: `original`, `reply` or `both`",
    some: "directions",
};

#[cfg(test)]
mod tests {
    use crate::{Family, testing::saved};

    #[test]
    fn a_single_number_is_where_the_range_begins() {
        let amount = |amount: &str| {
            let rule = format!("-m connbytes --connbytes {amount} --connbytes-dir both --connbytes-mode bytes");
            let saved = saved(Family::Ipv4, &rule);
            saved.replace("-m connbytes --connbytes ", "").replace(" --connbytes-mode bytes --connbytes-dir both", "")
        };
        for (read, printed) in [("10", "10"), ("10:", "10"), ("10:10", "10:10"), (":10", "0:10"), (":", "0")] {
            assert_eq!(amount(read), printed, "{read}");
        }
        assert!(amount("20:10").contains("lower number first"));
    }
}
