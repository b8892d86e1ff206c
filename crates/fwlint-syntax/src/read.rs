//! From text to tree.

use crate::tree::{Dump, Family};

/// What is known of a source beforehand.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Whose rules they are; told from the text where it is not given.
    pub family: Option<Family>,
    /// How many threads may read at once; 0 and 1 are one.
    pub threads: usize,
}

/// Reads a whole dump. The source is cut at [`MAX_SOURCE`](crate::MAX_SOURCE).
pub fn parse(source: &[u8], options: Options) -> Dump<'_> {
    let _ = options;
    Dump {
        source,
        runs: Vec::new(),
        tables: Vec::new(),
        chains: Vec::new(),
        rules: Vec::new(),
        edits: Vec::new(),
        comments: Vec::new(),
        stray: Vec::new(),
        errors: Vec::new(),
        errors_omitted: 0,
        args: Vec::new(),
    }
}
