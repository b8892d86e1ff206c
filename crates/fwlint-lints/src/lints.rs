//! The one list of lints. A line here declares the room and registers it; the command line, the
//! docs and the tests are derived from it.

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
    differs_between_backends,
    duplicate_chain,
    duplicate_rule,
    empty_chain,
    syntax_error,
    too_deep_for_nft,
    undefined_chain,
    unreferenced_chain,
    unused_return,
}
