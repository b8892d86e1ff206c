//! A string somewhere in the frame (ebtables-legacy alone).

use super::check::{Check, options};
use super::{Extension, Families, OptionSpec};
use crate::value::{Kind, Names};

pub(super) static EXTENSION: Extension = Extension::matching("string", Families::BRIDGE, &[
    OptionSpec::new("string-algo", Kind::Name(&ALGORITHMS)),
    OptionSpec::new("string-from", Kind::Number(0xffff)),
    OptionSpec::new("string-to", Kind::Number(0xffff)),
    OptionSpec::new("string", Kind::Text).not(),
    OptionSpec::new("string-hex", Kind::Text).not(),
    OptionSpec::new("string-icase", Kind::Flag),
])
.checks(&[
    Check::AnyOf(options(&[3, 4]), "`--string` or `--string-hex`"),
    Check::OneOf(options(&[3, 4]), "only one of `--string` and `--string-hex`"),
    Check::AnyOf(options(&[0]), "`--string-algo`"),
]);

static ALGORITHMS: Names = Names {
    list: &[("bm", 0), ("kmp", 1)],
    one: "`bm` (Boyer-Moore) or `kmp` (Knuth-Morris-Pratt)",
    some: "algorithms",
};
