//! The one list of lints. A line here declares the room and registers it; the command line, the
//! docs and the tests are derived from it.

use fwlint_model::CompanionId;

use crate::{Lint, NodeFacts, Sink};

macro_rules! lints {
    ($($room:ident),* $(,)?) => {
        $(mod $room;)*

        /// Every lint, in alphabetical order.
        pub static LINTS: &[&crate::Lint] = &[$(&$room::LINT),*];
    };
}

lints! {
    after_terminal,
    chain_loop,
    dead_jump,
    differs_between_backends,
    duplicate_chain,
    duplicate_rule,
    empty_chain,
    ineffective_after_nat,
    never_matches,
    redundant_rule,
    refused_by_kernel,
    set_mismatch,
    syntax_error,
    too_deep_for_nft,
    undefined_chain,
    undefined_set,
    unreachable_chain,
    unreachable_rule,
    unreferenced_chain,
    unused_return,
    unused_set,
}

/// What looks for findings in a companion, when all that the node's dumps refer to is known.
pub(crate) type CompanionCheck = fn(&NodeFacts<'_>, CompanionId, &mut Sink);

/// The lints that have findings in companions, in alphabetical order.
pub(crate) static OF_COMPANIONS: &[(&Lint, CompanionCheck)] =
    &[(&syntax_error::LINT, syntax_error::check_companion), (&unused_set::LINT, unused_set::check_companion)];
