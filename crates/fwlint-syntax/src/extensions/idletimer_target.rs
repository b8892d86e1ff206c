//! Restarts a timer that tells user space when no packet has come for a while.

use super::{
    Extension, Families, OptionSpec, Saved,
    check::{Check, options},
};
use crate::value::{Kind, Value};

pub(super) static EXTENSION: Extension = Extension::target("IDLETIMER", Families::IP, &[
    OptionSpec::new("timeout", Kind::Between(1, MAX_SECONDS)),
    OptionSpec::new("label", Kind::Word).saved(Saved::As(|value, out| {
        if let Value::Text(label) = value {
            out.extend_from_slice(b"--label ");
            out.extend_from_slice(label.get(..MAX_LABEL).unwrap_or(label));
        }
    })),
    OptionSpec::new("alarm", Kind::Flag),
])
.checks(&[
    Check::AnyOf(options(&[0]), "`--timeout`"),
    Check::AnyOf(options(&[1]), "`--label`"),
    Check::Value("label", is_file_name, "a name that a file in `/sys` can have"),
]);

/// The kernel counts milliseconds in a signed number of 32 bits.
const MAX_SECONDS: u64 = 2_147_482;

/// `MAX_IDLETIMER_LABEL_SIZE` of `xt_IDLETIMER.h`, without the final zero.
const MAX_LABEL: usize = 27;

fn is_file_name(value: &Value<'_>) -> bool {
    match value {
        Value::Text(label) => {
            !label.contains(&b'/')
                && !matches!(&**label, b"" | b"." | b".." | b"power" | b"subsystem" | b"uevent")
        }
        _ => true,
    }
}
