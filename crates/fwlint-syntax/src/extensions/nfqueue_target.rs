//! Hands the packet to a program that decides.

use super::{
    Extension, Families, OptionSpec,
    check::{Check, Given, options},
};
use crate::value::Kind;

pub(super) static EXTENSION: Extension = Extension::target("NFQUEUE", Families::IP, &[
    OptionSpec::new("queue-num", Kind::Number(u16::MAX as u64)),
    OptionSpec::new("queue-balance", Kind::Queues),
    OptionSpec::new("queue-bypass", Kind::Flag),
    OptionSpec::new("queue-cpu-fanout", Kind::Flag),
])
.saved(save)
.checks(&[
    Check::OneOf(options(&[0, 1]), "only one of `--queue-num` and `--queue-balance`"),
    Check::Needs(options(&[3]), options(&[1]), "`--queue-balance`, which `--queue-cpu-fanout` needs"),
]);

/// The queue is always said.
fn save(given: &Given<'_>, out: &mut Vec<u8>) {
    if !given.has("queue-num") && !given.has("queue-balance") {
        out.extend_from_slice(b" --queue-num 0");
    }
    for option in EXTENSION.options {
        given.print(option.name, out);
    }
}

#[cfg(test)]
mod tests {
    use crate::{Family, testing::saved};

    #[test]
    fn the_queue_is_always_said() {
        assert_eq!(saved(Family::Ipv4, "-j NFQUEUE --queue-bypass"), "-j NFQUEUE --queue-num 0 --queue-bypass");
        assert_eq!(saved(Family::Ipv4, "-j NFQUEUE --queue-balance :3 --queue-cpu-fanout"), "-j NFQUEUE --queue-balance 0:3 --queue-cpu-fanout");
        assert_eq!(saved(Family::Ipv4, "-j NFQUEUE --queue-num 1 --queue-cpu-fanout"), "NFQUEUE: `--queue-balance`, which `--queue-cpu-fanout` needs");
    }
}
