//! What connection tracking knows of the packet.

use super::{Extension, Families, OptionSpec, Saved, check::{ANY, Check}};
use crate::value::{Kind, Names, Value};

pub(super) static EXTENSION: Extension = Extension::matching("conntrack", Families::IP, &[
    OptionSpec::new("ctstate", Kind::Some(&STATES)).not(),
    OptionSpec::new("ctproto", Kind::Protocol).not().saved(Saved::Value(|value, out| {
        // The one protocol that is printed as a number.
        if let Value::Protocol(number) = value {
            out.extend_from_slice(number.to_string().as_bytes());
        }
    })),
    OptionSpec::new("ctorigsrc", Kind::Net).not(),
    OptionSpec::new("ctorigdst", Kind::Net).not(),
    OptionSpec::new("ctreplsrc", Kind::Net).not(),
    OptionSpec::new("ctrepldst", Kind::Net).not(),
    OptionSpec::new("ctorigsrcport", Kind::Ports).not(),
    OptionSpec::new("ctorigdstport", Kind::Ports).not(),
    OptionSpec::new("ctreplsrcport", Kind::Ports).not(),
    OptionSpec::new("ctrepldstport", Kind::Ports).not(),
    OptionSpec::new("ctstatus", Kind::Some(&STATUSES)).not(),
    OptionSpec::new("ctexpire", Kind::Rising(u32::MAX as u64)).not(),
    OptionSpec::new("ctdir", Kind::Name(&DIRECTIONS)),
])
.checks(&[
    Check::AnyOf(ANY, "something to test, as in `--ctstate NEW`"),
    Check::Value("ctproto", |value| *value != Value::Protocol(0), "a protocol: no connection has none at all"),
]);

/// As bits of `xt_conntrack.h`, in the order in which they are printed.
static STATES: Names = Names {
    list: &[
        ("INVALID", 1),
        ("NEW", 1 << 3),
        ("RELATED", 1 << 2),
        ("ESTABLISHED", 1 << 1),
        ("UNTRACKED", 1 << 6),
        ("SNAT", 1 << 7),
        ("DNAT", 1 << 8),
    ],
    one: "a connection state: NEW, ESTABLISHED, RELATED, INVALID, UNTRACKED, SNAT or DNAT",
    some: "connection states: NEW, ESTABLISHED, RELATED, INVALID, UNTRACKED, SNAT, DNAT, with commas between",
};

static STATUSES: Names = Names {
    list: &[
        ("NONE", 0),
        ("EXPECTED", 1),
        ("SEEN_REPLY", 2),
        ("ASSURED", 4),
        ("CONFIRMED", 8),
    ],
    one: "a connection's status: NONE, EXPECTED, SEEN_REPLY, ASSURED or CONFIRMED",
    some: "a connection's status: NONE, EXPECTED, SEEN_REPLY, ASSURED, CONFIRMED, with commas between",
};

static DIRECTIONS: Names = Names {
    list: &[("ORIGINAL", 0), ("REPLY", 1)],
    one: "`ORIGINAL` or `REPLY`",
    some: "directions",
};
