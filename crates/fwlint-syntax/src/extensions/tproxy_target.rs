//! Hands the packet to a socket of this host without changing its addresses.

use super::{
    Extension, Families, OptionSpec, Saved,
    check::{Check, options},
    place::Place,
};
use crate::value::{Kind, Value};

pub(super) static EXTENSION: Extension = Extension::target("TPROXY", Families::IP, &[
    OptionSpec::new("on-port", Kind::Port),
    OptionSpec::new("on-ip", Kind::Host).only(Families::V4).always("0.0.0.0"),
    OptionSpec::new("on-ip", Kind::Host).only(Families::V6).always("::"),
    OptionSpec::new("tproxy-mark", Kind::Masked)
        .saved(Saved::As(|value, out| {
            if let Value::Masked { value, mask } = value {
                // With its mask even if that is all ones.
                out.extend_from_slice(format!("--tproxy-mark {value:#x}/{mask:#x}").as_bytes());
            }
        }))
        .always("0x0/0x0"),
])
.checks(&[
    Check::AnyOf(options(&[0]), "`--on-port`"),
    Check::Other(|given| (!given.is_for(&[6, 17])).then_some("`-p tcp` or `-p udp` in the same rule")),
])
.places(&[Place::tables(&["mangle"]), Place::chains(&["PREROUTING"])]);

#[cfg(test)]
mod tests {
    use crate::{Family, testing::saved};

    #[test]
    fn all_options_are_always_said() {
        assert_eq!(
            saved(Family::Ipv4, "-p tcp -j TPROXY --on-port http --tproxy-mark 1"),
            "-p tcp -j TPROXY --on-port 80 --on-ip 0.0.0.0 --tproxy-mark 0x1/0xffffffff"
        );
        assert_eq!(
            saved(Family::Ipv6, "-p udp -j TPROXY --on-port 0"),
            "-p udp -j TPROXY --on-port 0 --on-ip :: --tproxy-mark 0x0/0x0"
        );
        assert_eq!(
            saved(Family::Ipv4, "-p sctp -j TPROXY --on-port 0"),
            "TPROXY: `-p tcp` or `-p udp` in the same rule"
        );
        assert_eq!(
            saved(Family::Ipv4, "-p tcp -j TPROXY --on-port 1 --on-ip 192.0.2.0/24"),
            "192.0.2.0/24: an IPv4 address without a mask"
        );
    }
}
