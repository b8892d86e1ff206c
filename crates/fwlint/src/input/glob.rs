//! Globs that the shell did not expand: it was told not to, or there was none.

use std::path::{Component, Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};
use ignore::WalkBuilder;

use super::Reason;

/// A pattern, and the directory that all its matches are in.
#[derive(Debug)]
pub(super) struct Glob<'p> {
    pattern: &'p str,
    base: PathBuf,
    /// How many directories below the base a match lies; `None`: any number.
    depth: Option<usize>,
}

/// The path as a glob, if no file is called so and it has the characters of one.
pub(super) fn of(path: &Path) -> Option<Glob<'_>> {
    let pattern = path.to_str()?;
    if !has_wildcards(pattern) || path.symlink_metadata().is_ok() {
        return None;
    }
    let is_literal = |part: &Component<'_>| !part.as_os_str().to_str().is_some_and(has_wildcards);
    let base: PathBuf = path.components().take_while(is_literal).collect();
    let depth = path.components().skip_while(is_literal).count();
    Some(Glob { pattern, base, depth: (!pattern.contains("**")).then_some(depth) })
}

fn has_wildcards(text: &str) -> bool {
    text.contains(['*', '?', '[', '{'])
}

impl Glob<'_> {
    /// Everything that matches, by name; with `**` in the pattern only files.
    pub(super) fn expand(&self) -> Result<Vec<PathBuf>, Reason> {
        let glob = self.compile().map_err(Reason::BadGlob)?;
        let has_base = !self.base.as_os_str().is_empty();
        let walk = WalkBuilder::new(if has_base { &self.base } else { Path::new(".") })
            .standard_filters(false)
            .hidden(true)
            .max_depth(self.depth)
            .sort_by_file_name(Ord::cmp)
            .build();
        let mut matches = Vec::new();
        for entry in walk {
            let entry = entry.map_err(Reason::Walk)?;
            let path = entry.path();
            let path = if has_base { path } else { path.strip_prefix(".").unwrap_or(path) };
            if glob.is_match(path) && (self.depth.is_some() || path.is_file()) {
                matches.push(path.to_owned());
            }
        }
        if matches.is_empty() { Err(Reason::NoMatch) } else { Ok(matches) }
    }

    fn compile(&self) -> Result<GlobMatcher, globset::Error> {
        let glob = GlobBuilder::new(self.pattern).literal_separator(true).build()?;
        Ok(glob.compile_matcher())
    }
}
