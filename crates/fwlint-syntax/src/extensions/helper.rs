//! The helper that expected the packet's connection.

use super::{
    Extension, Families, OptionSpec, Saved,
    check::{ANY, Check},
};
use crate::value::{Kind, Value};

pub(super) static EXTENSION: Extension = Extension::matching("helper", Families::IP, &[
    OptionSpec::new("helper", Kind::Text).not().saved(Saved::As(|value, out| {
        if let Value::Text(name) = value {
            out.extend_from_slice(b"--helper ");
            // The kernel keeps 29 bytes.
            crate::words::quote(name.get(..29).unwrap_or(name), out);
        }
    })),
])
.checks(&[Check::AnyOf(ANY, "`--helper`")]);
