//! Every nth packet, or some at random.

use super::{Extension, Families, OptionSpec, check::{Check, options}};
use crate::value::{Kind, Names};

pub(super) static EXTENSION: Extension = Extension::matching("statistic", Families::IP, &[
    OptionSpec::new("mode", Kind::Name(&MODES)),
    OptionSpec::new("probability", Kind::Probability).not(),
    OptionSpec::new("every", Kind::Number(u32::MAX as u64)).not(),
    OptionSpec::new("packet", Kind::Number(u32::MAX as u64)),
])
.checks(&[Check::AnyOf(options(&[0]), "`--mode random` or `--mode nth`")]);

static MODES: Names = Names {
    list: &[("random", 0), ("nth", 1)],
    one: "`random` or `nth`",
    some: "modes",
};
