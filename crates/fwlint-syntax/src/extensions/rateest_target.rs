//! Adds the packet to an estimate of a rate, which the match of the same name compares.

use super::{
    Extension, Families, OptionSpec,
    check::{Check, Given, options},
};
use crate::{
    value::{self, Kind, Value},
    words::whole,
};

pub(super) static EXTENSION: Extension = Extension::target("RATEEST", Families::IP, &[
    OptionSpec::new("rateest-name", Kind::Word),
    OptionSpec::new("rateest-interval", Kind::Duration),
    OptionSpec::new("rateest-ewmalog", Kind::Duration),
])
.checks(&[
    Check::AnyOf(options(&[0]), "`--rateest-name`"),
    Check::AnyOf(options(&[1]), "`--rateest-interval`"),
    Check::AnyOf(options(&[2]), "`--rateest-ewmalog`"),
    Check::Value("rateest-interval", |value| kept_interval(value).is_some(), "a time of at most 8 seconds"),
    Check::Conflict(
        |given| periods(given).is_none(),
        "a `--rateest-ewmalog` of at least one and a half times the `--rateest-interval`",
    ),
])
.saved(save);

/// The interval that the kernel keeps, in microseconds: the next longer one of a quarter of a second, half a second, … 8 s.
fn kept_interval(value: &Value<'_>) -> Option<u64> {
    match *value {
        Value::Number(interval) => (0..=5).map(|power| 250_000 << power).find(|&kept| interval <= kept),
        _ => None,
    }
}

/// The power of two of intervals that the average is kept over; `None` if that is none at all. Source:
/// `rateest_final` of `libxt_RATEEST.c`, which reckons with the interval as it was given.
fn periods(given: &Given<'_>) -> Option<i32> {
    let number = |name| match given.values(name).next() {
        Some(Value::Number(microseconds)) => u32::try_from(microseconds).ok().map(f64::from),
        _ => None,
    };
    let (interval, average) = (number("rateest-interval")?, number("rateest-ewmalog")?);
    let is_longer = |power: &i32| interval / -(1.0 - 0.5_f64.powi(*power)).ln() > average;
    (1..32).find(is_longer).map(|power| power - 1).filter(|power| (1..31).contains(power))
}

fn save(given: &Given<'_>, out: &mut Vec<u8>) {
    let interval = given.values("rateest-interval").next();
    if let (Some(interval), Some(power), Some(Value::Text(name))) =
        (interval.as_ref().and_then(kept_interval), periods(given), given.values("rateest-name").next())
    {
        // The kernel keeps 15 bytes.
        let name = name.get(..15).unwrap_or(&name);
        out.extend_from_slice(b" --rateest-name ");
        whole(name, out);
        for (option, time) in [("interval", interval), ("ewmalog", interval << power)] {
            out.extend_from_slice(format!(" --rateest-{option} ").as_bytes());
            value::print(Kind::Duration, &Value::Number(time), out);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Family, testing::saved};

    #[test]
    fn times_are_those_that_the_kernel_keeps() {
        assert_eq!(saved(Family::Ipv4, "-j RATEEST --rateest-name a --rateest-interval 0.3s --rateest-ewmalog 16s"), "-j RATEEST --rateest-name a --rateest-interval 500.0ms --rateest-ewmalog 16.0s");
        assert_eq!(saved(Family::Ipv4, "-j RATEEST --rateest-name a --rateest-interval 1ms --rateest-ewmalog 2s"), "-j RATEEST --rateest-name a --rateest-interval 250.0ms --rateest-ewmalog 256.0s");
        assert_eq!(saved(Family::Ipv4, "-j RATEEST --rateest-name a --rateest-interval 9s --rateest-ewmalog 20s"), "9s: a time of at most 8 seconds");
        assert_eq!(saved(Family::Ipv4, "-j RATEEST --rateest-name a --rateest-interval 500ms --rateest-ewmalog 501ms"), "RATEEST: a `--rateest-ewmalog` of at least one and a half times the `--rateest-interval`");
    }
}
