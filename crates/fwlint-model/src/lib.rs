//! Tree in, rule set out: what the kernel would hold after it loaded a dump, with names resolved
//! and the graph of jumps and gotos. Knows no packets.

mod ids;
mod names;
mod resolve;
mod ruleset;

pub use fwlint_syntax as syntax;
pub use ids::{Arena, ChainId, RuleId, TableId};
pub use names::{Hook, HookSet, Name};
pub use resolve::resolve;
pub use ruleset::{Chain, Policy, Rule, Ruleset, Table, Target};
