//! A token bucket: so many packets per unit of time.

use super::{Extension, Families, OptionSpec, Saved};
use crate::value::{Kind, Value};

pub(super) static EXTENSION: Extension = Extension::matching("limit", Families::IP, &[
    OptionSpec::new("limit", Kind::Rate).always("3/hour"),
    OptionSpec::new("limit-burst", Kind::Number(10_000)).saved(Saved::Unless(|value| *value == Value::Number(5))),
]);
