//! A token bucket: so many packets per unit of time.

use super::{Extension, Families, Given, OptionSpec, Saved, place::Refusal};
use crate::{
    tree::Backends,
    value::{Kind, Value},
};

pub(super) static EXTENSION: Extension = Extension::matching("limit", Families::IP, &[
    OptionSpec::new("limit", Kind::Rate).always("3/hour"),
    OptionSpec::new("limit-burst", Kind::Number(10_000))
        .saved(Saved::Unless(|value| *value == Value::Number(5))),
])
.refusals(&[Refusal {
    by: Backends::LEGACY,
    what: "this burst at this rate, whose product exceeds 32 bits",
    when: overflows,
}]);

/// What `limit_mt_check` of the kernel's `xt_limit.c` makes of too large a product, or of none, whatever the clock's ticks per
/// second are.
fn overflows(given: &Given<'_>) -> bool {
    let (count, seconds) = match given.values("limit").next() {
        Some(Value::Rate { count, seconds }) => (count, seconds),
        _ => (3, 3_600),
    };
    let burst = match given.values("limit-burst").next() {
        Some(Value::Number(burst)) => u32::try_from(burst).unwrap_or(u32::MAX),
        _ => 5,
    };
    let period = SCALE * seconds / count;
    CREDITS_PER_SECOND
        .iter()
        .all(|&second| credits(period.wrapping_mul(burst), second) < credits(period, second))
}

/// Periods are kept in units of 0.1 ms.
const SCALE: u32 = 10_000;

/// With 100, 250 or 1,000, and 300 ticks.
const CREDITS_PER_SECOND: [u32; 3] = [25_600, 32_000, 38_400];

fn credits(period: u32, second: u32) -> u32 {
    match period.checked_mul(second) {
        Some(product) => product / SCALE,
        None => (period / SCALE).wrapping_mul(second),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Options, parse};

    #[test]
    fn products_overflow_as_in_the_kernel() {
        let is_refused = |options: &str| {
            let text = format!("*filter\n:X -\n-A X -m limit {options}\nCOMMIT\n");
            let dump = parse(text.as_bytes(), Options::default());
            overflows(&Given::of(&dump, &dump.rules[0], &EXTENSION))
        };
        for refused in
            ["1/day", "2/day --limit-burst 10", "1/min --limit-burst 7159"]
        {
            assert!(is_refused(&format!("--limit {refused}")), "{refused}");
        }
        for taken in [
            "1/day --limit-burst 6",
            "2/day --limit-burst 9",
            "1/min --limit-burst 7160",
            "1/sec --limit-burst 10000",
        ] {
            assert!(!is_refused(&format!("--limit {taken}")), "{taken}");
        }
        assert!(is_refused("--limit-burst 0"));
        assert!(!is_refused(""));
    }
}
