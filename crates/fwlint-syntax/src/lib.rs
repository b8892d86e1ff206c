//! Text in, tree out: what an `iptables-save`, `ip6tables-save`, `ebtables-save` or `arptables-save`
//! dump says, and where. Knows no meaning.
//!
//! Reading never fails: a line that cannot be read becomes a [`SyntaxError`] beside the tree,
//! and everything else is read all the same.

pub mod companions;
pub mod extensions;
pub mod print;
mod read;
mod span;
#[cfg(test)]
mod testing;
mod tree;
pub mod value;
mod words;

pub use read::{Options, parse};
pub use span::{LineIndex, Position, Span, characters};
pub use tree::{
    Arg, Backend, Backends, ChainForm, ChainLine, Command, Dump, Edit, EditKind, Evidence, Family, MAX_ARGS,
    MAX_ERRORS, MAX_LINE, MAX_SOURCE, Problem, Rule, Run, SyntaxError, Table, Version,
};
pub use value::Value;
pub use words::{quote, unquote};
