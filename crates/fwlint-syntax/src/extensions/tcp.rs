//! TCP: ports, flags, options.

use super::check::{Check, options};
use super::{Extension, Families, OptionSpec, Saved};
use crate::value::{Kind, PortRange, Value};

pub(super) static EXTENSION: Extension = Extension::matching("tcp", Families::IP, &[
    OptionSpec::new("sport", Kind::Ports).aliases(&["source-port"]).not().saved(NOT_ALL_PORTS),
    OptionSpec::new("dport", Kind::Ports).aliases(&["destination-port"]).not().saved(NOT_ALL_PORTS),
    OptionSpec::new("tcp-option", Kind::Between(1, 255)).not(),
    // A test that all flags pass is not printed.
    OptionSpec::new("tcp-flags", Kind::TcpFlags)
        .not()
        .saved(Saved::Unless(|value| *value == Value::TcpFlags { mask: 0, set: 0 })),
    OptionSpec::new("syn", Kind::Flag).not().saved(Saved::As(|_, out| {
        out.extend_from_slice(b"--tcp-flags FIN,SYN,RST,ACK SYN");
    })),
])
.checks(&[
    Check::Protocol(&[6], "`-p tcp` in the same rule"),
    Check::OneOf(options(&[3, 4]), "only one of `--syn` and `--tcp-flags`"),
]);

/// A test that every port passes is not printed.
pub(super) const NOT_ALL_PORTS: Saved = Saved::Unless(|value| {
    matches!(value, Value::Ports(PortRange { low: 0, high: u16::MAX }))
});
