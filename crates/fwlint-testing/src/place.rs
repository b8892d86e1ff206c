//! Where a rule stands, which decides what it may say.

/// The hooks that lead to a chain, as bits.
pub(crate) type Hooks = u8;

pub(crate) const PREROUTING: Hooks = 1;
pub(crate) const INPUT: Hooks = 2;
pub(crate) const FORWARD: Hooks = 4;
pub(crate) const OUTPUT: Hooks = 8;
pub(crate) const POSTROUTING: Hooks = 16;

/// The tables with their built-in chains.
pub(crate) const TABLES: [(&str, &[(&str, Hooks)]); 5] = [
    ("raw", &[("PREROUTING", PREROUTING), ("OUTPUT", OUTPUT)]),
    (
        "mangle",
        &[
            ("PREROUTING", PREROUTING),
            ("INPUT", INPUT),
            ("FORWARD", FORWARD),
            ("OUTPUT", OUTPUT),
            ("POSTROUTING", POSTROUTING),
        ],
    ),
    (
        "nat",
        &[("PREROUTING", PREROUTING), ("INPUT", INPUT), ("OUTPUT", OUTPUT), ("POSTROUTING", POSTROUTING)],
    ),
    ("filter", &[("INPUT", INPUT), ("FORWARD", FORWARD), ("OUTPUT", OUTPUT)]),
    ("security", &[("INPUT", INPUT), ("FORWARD", FORWARD), ("OUTPUT", OUTPUT)]),
];

/// Where a rule stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) table: &'static str,
    /// The hooks that lead there.
    pub(crate) hooks: Hooks,
    /// Whether the chain is a built-in one.
    pub(crate) base: bool,
}

impl Place {
    /// Whether no hook but these leads there.
    pub(crate) const fn within(self, hooks: Hooks) -> bool {
        self.hooks & !hooks == 0
    }
}
