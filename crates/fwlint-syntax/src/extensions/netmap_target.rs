//! Translates the prefix of the destination, or in POSTROUTING and INPUT that of the source.

use super::{
    Extension, Families, OptionSpec, Saved,
    check::{Check, options},
    place::Place,
};
use crate::value::{self, Kind};

pub(super) static EXTENSION: Extension = Extension::target(
    "NETMAP",
    Families::IP,
    &[OptionSpec::new("to", Kind::Net).saved(Saved::As(|value, out| {
        out.extend_from_slice(b"--to ");
        // With the length of the prefix even if it is a single address.
        value::print(Kind::Nets, value, out);
    }))],
)
.checks(&[Check::AnyOf(options(&[0]), "`--to`")])
.places(&[Place::tables(&["nat"])]);
