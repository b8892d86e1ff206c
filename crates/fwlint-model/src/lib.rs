//! Tree in, rule set out: what the kernel would hold after it loaded a dump, with names resolved
//! and the graph of jumps and gotos. Knows no packets.

mod builtin;
mod canonical;
mod flow;
mod graph;
mod ids;
mod names;
mod nature;
pub mod node;
mod passes;
mod protocols;
mod resolve;
mod ruleset;
mod save;
#[cfg(test)]
mod testing;
mod walk;

pub use canonical::{Canonical, canonical};
pub use flow::{End, Flow, is_final};
pub use fwlint_syntax as syntax;
pub use graph::{Call, ChainGraph, Loop};
pub use ids::{Arena, ChainId, CompanionId, Id, RuleId, TableId};
pub use names::{Hook, HookSet, Name};
pub use nature::{Effect, Fields, Nature, Writes, is_pure, match_reads, match_writes, nature, target_writes};
pub use node::Node;
pub use resolve::resolve;
pub use ruleset::{Chain, Failure, Policy, Rule, Ruleset, Table, Target, Why};
pub use save::save;
pub use walk::LegacyWalk;
