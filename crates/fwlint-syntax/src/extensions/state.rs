//! The state of the packet's connection.

use super::{Extension, Families, OptionSpec, check::{ANY, Check}};
use crate::value::{Kind, Names};

pub(super) static EXTENSION: Extension = Extension::matching("state", Families::IP, &[
    OptionSpec::new("state", Kind::Some(&STATES)).not(),
])
.checks(&[Check::AnyOf(ANY, "`--state`")]);

static STATES: Names = Names {
    list: &[
        ("INVALID", 1),
        ("NEW", 1 << 3),
        ("RELATED", 1 << 2),
        ("ESTABLISHED", 1 << 1),
        ("UNTRACKED", 1 << 6),
    ],
    one: "a connection state: NEW, ESTABLISHED, RELATED, INVALID or UNTRACKED",
    some: "connection states: NEW, ESTABLISHED, RELATED, INVALID, UNTRACKED, with commas between",
};
