//! Shares an address among the nodes of a cluster, each of which answers for its part of the connections. Linux had it
//! up to 6.1, iptables up to 1.8.10.

use super::{
    Extension, Families, OptionSpec, Saved,
    check::{ANY, Check, Given, options},
};
use crate::value::{Kind, Mac, Names, Value};

pub(super) static EXTENSION: Extension = Extension::target("CLUSTERIP", Families::V4, &[
    OptionSpec::new("new", Kind::Flag),
    OptionSpec::new("hashmode", Kind::Name(&MODES)),
    OptionSpec::new("clustermac", Kind::Mac).saved(Saved::As(|value, out| {
        if let Value::Mac(Mac { address, .. }) = value {
            let bytes = address.map(|byte| format!("{byte:02X}"));
            out.extend_from_slice(format!("--clustermac {}", bytes.join(":")).as_bytes());
        }
    })),
    OptionSpec::new("total-nodes", Kind::Between(1, MAX_NODES)),
    OptionSpec::new("local-node", Kind::Between(1, MAX_NODES)),
    OptionSpec::new("hash-init", Kind::Number(u32::MAX as u64)),
])
.saved(save)
.checks(&[
    Check::Needs(ANY, options(&[0]), ALL),
    Check::Needs(ANY, options(&[1]), ALL),
    Check::Needs(ANY, options(&[2]), ALL),
    Check::Needs(ANY, options(&[3]), ALL),
    Check::Needs(ANY, options(&[4]), ALL),
    Check::Value("clustermac", is_multicast, "a MAC address for several receivers"),
]);

/// `CLUSTERIP_MAX_NODES` of `ipt_CLUSTERIP.h`.
const MAX_NODES: u64 = 16;

const ALL: &str = "either no option, or `--new`, `--hashmode`, `--clustermac`, `--total-nodes` and `--local-node`";

/// Only the rule that makes the cluster has options, and then it has all of them.
fn save(given: &Given<'_>, out: &mut Vec<u8>) {
    for option in EXTENSION.options {
        given.print(option.name, out);
    }
    if given.has("new") && !given.has("hash-init") {
        out.extend_from_slice(b" --hash-init 0");
    }
}

fn is_multicast(value: &Value<'_>) -> bool {
    matches!(value, Value::Mac(Mac { address: [first, ..], .. }) if first & 1 == 1)
}

static MODES: Names = Names {
    list: &[("sourceip", 0), ("sourceip-sourceport", 1), ("sourceip-sourceport-destport", 2)],
    one: "`sourceip`, `sourceip-sourceport` or `sourceip-sourceport-destport`",
    some: "ways to hash",
};

#[cfg(test)]
mod tests {
    use crate::{Family, testing::saved};

    #[test]
    fn a_rule_has_all_options_or_none() {
        assert_eq!(saved(Family::Ipv4, "-j CLUSTERIP"), "-j CLUSTERIP");
        assert_eq!(saved(Family::Ipv4, "-j CLUSTERIP --new --hashmode sourceip --clustermac 1:a:3:4:5:6 --total-nodes 2 --local-node 1"), "-j CLUSTERIP --new --hashmode sourceip --clustermac 01:0A:03:04:05:06 --total-nodes 2 --local-node 1 --hash-init 0");
        assert_eq!(saved(Family::Ipv4, "-j CLUSTERIP --new --hashmode sourceip --clustermac 00:0a:03:04:05:06 --total-nodes 2 --local-node 1"), "00:0a:03:04:05:06: a MAC address for several receivers");
    }
}
