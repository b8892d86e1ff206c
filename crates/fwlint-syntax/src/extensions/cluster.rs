//! This node's share of the connections, where several nodes get every packet.

use super::{
    Extension, Families, OptionSpec, Saved,
    check::{Check, Given, options},
};
use crate::value::{Kind, Value};

pub(super) static EXTENSION: Extension = Extension::matching("cluster", Families::IP, &[
    OptionSpec::new("cluster-local-node", Kind::Between(1, MAX_NODES)).not().saved(Saved::As(|value, out| {
        if let &Value::Number(node @ 1..=MAX_NODES) = value {
            save_nodes(1 << (node - 1), out);
        }
    })),
    OptionSpec::new("cluster-local-nodemask", Kind::Between(1, u32::MAX as u64)).not().saved(Saved::As(
        |value, out| {
            if let &Value::Number(mask) = value {
                save_nodes(mask, out);
            }
        },
    )),
    OptionSpec::new("cluster-total-nodes", Kind::Between(1, MAX_NODES)),
    OptionSpec::new("cluster-hash-seed", Kind::Number(u32::MAX as u64)).saved(Saved::As(|value, out| {
        if let Value::Number(seed) = value {
            out.extend_from_slice(format!("--cluster-hash-seed {seed:#010x}").as_bytes());
        }
    })),
])
.checks(&[
    Check::AnyOf(options(&[2]), "`--cluster-total-nodes`"),
    Check::AnyOf(options(&[3]), "`--cluster-hash-seed`"),
    Check::AnyOf(options(&[0, 1]), "`--cluster-local-node` or `--cluster-local-nodemask`"),
    Check::OneOf(options(&[0, 1]), "only one of `--cluster-local-node` and `--cluster-local-nodemask`"),
    Check::Conflict(has_others, "local nodes of the `--cluster-total-nodes` only"),
]);

/// As many as the nodes' mask has bits.
const MAX_NODES: u64 = 32;

/// The one form that is printed: a bit for each node.
fn save_nodes(mask: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(format!("--cluster-local-nodemask {mask:#010x}").as_bytes());
}

/// Whether a local node is none of those that there are.
fn has_others(given: &Given<'_>) -> bool {
    let number = |name| match given.values(name).next() {
        Some(Value::Number(number)) => number,
        _ => 0,
    };
    let total = number("cluster-total-nodes").min(MAX_NODES);
    number("cluster-local-node") > total || number("cluster-local-nodemask") >> total != 0
}

#[cfg(test)]
mod tests {
    use crate::{Family, testing::saved};

    #[test]
    fn nodes_are_saved_as_a_mask() {
        let v4 = |rule: &str| saved(Family::Ipv4, rule);
        let rest = "--cluster-total-nodes 4 --cluster-hash-seed 0x0000000a";
        assert_eq!(
            v4(&format!("-m cluster {rest} ! --cluster-local-node 4")),
            format!("-m cluster ! --cluster-local-nodemask 0x00000008 {rest}")
        );
        for bad in ["--cluster-local-node 5", "--cluster-local-nodemask 0x10"] {
            assert!(v4(&format!("-m cluster {bad} {rest}")).contains("local nodes of"), "{bad}");
        }
    }
}
