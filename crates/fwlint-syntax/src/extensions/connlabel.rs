//! One of the connection's labels, which the match can also set.

use super::{
    Extension, Families, OptionSpec, Saved,
    check::{Check, options},
};
use crate::{
    value::{Kind, Value, number},
    words::in_quotes,
};

pub(super) static EXTENSION: Extension = Extension::matching("connlabel", Families::IP, &[
    OptionSpec::new("label", Kind::Text).not().saved(Saved::As(|value, out| {
        if let Value::Text(label) = value {
            out.extend_from_slice(b"--label ");
            in_quotes(label, out);
        }
    })),
    OptionSpec::new("set", Kind::Flag),
])
.checks(&[
    Check::AnyOf(options(&[0]), "`--label`"),
    // Names stand in connlabel.conf; there are 128 labels.
    Check::Value(
        "label",
        |label| !matches!(label, Value::Text(label) if number(label).is_some_and(|label| label > 127)),
        "a label by name, or a number from 0 to 127",
    ),
]);
