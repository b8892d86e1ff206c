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
    syntax_error,
}
