//! A comment, which matches every packet.

use super::check::{ANY, Check};
use super::{Extension, Families, OptionSpec, Saved};
use crate::{
    value::{Kind, Value},
    words::quote,
};

/// How many bytes of a comment the kernel keeps.
const KEPT: usize = 255;

pub(super) static EXTENSION: Extension = Extension::matching("comment", Families::IP, &[
    OptionSpec::new("comment", Kind::Text).saved(Saved::Value(|value, out| {
        if let Value::Text(text) = value {
            quote(text.get(..KEPT).unwrap_or(text), out);
        }
    })),
])
.checks(&[Check::AnyOf(ANY, "`--comment`")]);
