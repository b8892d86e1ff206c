//! Every nth packet, or some at random.

use super::check::{Check, Given, options};
use super::{Extension, Families, OptionSpec};
use crate::value::{Kind, Names, Value};

pub(super) static EXTENSION: Extension = Extension::matching("statistic", Families::IP, &[
    OptionSpec::new("mode", Kind::Name(&MODES)),
    OptionSpec::new("probability", Kind::Probability).not(),
    OptionSpec::new("every", Kind::Number(u32::MAX as u64)).not(),
    OptionSpec::new("packet", Kind::Number(u32::MAX as u64)),
])
.checks(&[
    Check::AnyOf(options(&[0]), "`--mode random` or `--mode nth`"),
    Check::Conflict(|given| is_mode(given, 0) && given.seen & options(&[2, 3]) != 0, "`--probability` with `--mode random`"),
    Check::Conflict(|given| is_mode(given, 1) && given.seen & options(&[1]) != 0, "`--every` and `--packet` with `--mode nth`"),
    Check::AnyOf(options(&[1, 2, 3]), "`--probability`, or `--every` and `--packet`"),
    Check::Needs(options(&[2]), options(&[3]), "`--packet`"),
    Check::Needs(options(&[3]), options(&[2]), "`--every`"),
    Check::Value("every", |value| *value != Value::Number(0), "a number from 1"),
    Check::Conflict(
        |given| given.values("packet").zip(given.values("every")).any(|values| matches!(values, (Value::Number(packet), Value::Number(every)) if packet >= every)),
        "a `--packet` below what `--every` says",
    ),
]);

fn is_mode(given: &Given<'_>, mode: u32) -> bool {
    given.values("mode").any(|value| value == Value::Choice(mode))
}

static MODES: Names = Names {
    list: &[("random", 0), ("nth", 1)],
    one: "`random` or `nth`",
    some: "modes",
};
