//! Writes the connection's mark, or copies it from or to the packet's.

use super::check::{Check, options};
use super::{Extension, Families, OptionSpec, Saved, mark_target::{saved_and_mark, saved_or_mark, saved_set_mark, saved_xor_mark}};
use crate::value::{Kind, Value};

/// `--set-xmark` … `--restore-mark`.
const OPERATIONS: u64 = options(&[0, 1, 2, 3, 4, 5, 6]);

pub(super) static EXTENSION: Extension = Extension::target("CONNMARK", Families::IP, &[
    OptionSpec::new("set-xmark", Kind::Masked),
    OptionSpec::new("set-mark", Kind::Masked).saved(Saved::As(saved_set_mark)),
    OptionSpec::new("and-mark", Kind::Masked).saved(Saved::As(saved_and_mark)),
    OptionSpec::new("or-mark", Kind::Masked).saved(Saved::As(saved_or_mark)),
    OptionSpec::new("xor-mark", Kind::Masked).saved(Saved::As(saved_xor_mark)),
    OptionSpec::new("save-mark", Kind::Flag),
    OptionSpec::new("restore-mark", Kind::Flag),
    OptionSpec::new("nfmask", Kind::Masked),
    OptionSpec::new("ctmask", Kind::Masked),
    OptionSpec::new("mask", Kind::Masked).saved(Saved::As(|value, out| {
        if let Value::Masked { value, .. } = value {
            out.extend_from_slice(format!("--nfmask {value:#x} --ctmask {value:#x}").as_bytes());
        }
    })),
])
.checks(&[Check::AnyOf(OPERATIONS, "what to do, as in `--set-xmark`"), Check::OneOf(OPERATIONS, "one operation only")]);
