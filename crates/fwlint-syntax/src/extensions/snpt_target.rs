//! Translates the prefix of the source, address by address and without connections (RFC 6296).

use super::{
    Extension, Families, OptionSpec,
    check::{Check, options},
    place::Place,
};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::target("SNPT", Families::V6, OPTIONS)
    .checks(CHECKS)
    .places(&[Place::tables(&["mangle"]), Place::chains(&["INPUT", "POSTROUTING"])]);

pub(super) const OPTIONS: &[OptionSpec] =
    &[OptionSpec::new("src-pfx", Kind::Prefix), OptionSpec::new("dst-pfx", Kind::Prefix)];

pub(super) const CHECKS: &[Check] = &[
    Check::AnyOf(options(&[0]), "`--src-pfx` as well as `--dst-pfx`"),
    Check::AnyOf(options(&[1]), "`--dst-pfx` as well as `--src-pfx`"),
];
