//! Which chains the kernel has of its own.

use fwlint_syntax::Family;

use crate::names::{Hook, Name};

/// The hook of a built-in chain; `None` for every other name, which is then that of a user chain.
///
/// A table that nobody has heard of, or whose name the dump does not say, may have any of the family's chains.
pub(crate) fn hook(family: Family, table: Name<'_>, chain: Name<'_>) -> Option<Hook> {
    hooks(family, table).iter().copied().find(|hook| hook.chain_name().as_bytes() == chain.0)
}

/// The hooks that a table's built-in chains hang on, in the order of their chains.
pub(crate) fn hooks(family: Family, table: Name<'_>) -> &'static [Hook] {
    use Hook::{Brouting, Forward, Input, Output, Postrouting, Prerouting};
    match (family, table.0) {
        (Family::Ipv4 | Family::Ipv6, b"filter" | b"security") | (Family::Bridge, b"filter") => {
            &[Input, Forward, Output]
        }
        (Family::Ipv4 | Family::Ipv6, b"nat") => &[Prerouting, Input, Output, Postrouting],
        (Family::Ipv4 | Family::Ipv6, b"raw") => &[Prerouting, Output],
        (Family::Bridge, b"nat") => &[Prerouting, Output, Postrouting],
        (Family::Bridge, b"broute") => &[Brouting],
        // Only legacy has FORWARD.
        (Family::Arp, b"filter") => &[Input, Output, Forward],
        (Family::Bridge, _) => &Hook::ALL,
        _ => &[Prerouting, Input, Forward, Output, Postrouting],
    }
}
