//! `docs/man/`: a manual page for fwlint, and one for each of its commands.

use std::path::Path;

use anyhow::Result;

use super::{File, program};

pub(super) const FOLDER: &str = "docs/man";

pub(super) fn files(root: &Path) -> Result<Vec<File>> {
    let own = program::output(root, &["man"])?;
    let pages = commands(&own).map(|command| {
        let page = program::output(root, &["man", command])?;
        Ok((Path::new(FOLDER).join(format!("fwlint-{command}.1")), page))
    });
    let mut pages = pages.collect::<Result<Vec<_>>>()?;
    pages.push((Path::new(FOLDER).join("fwlint.1"), own));
    Ok(pages)
}

/// The commands to which a page refers: `fwlint\-check(1)`.
fn commands(page: &str) -> impl Iterator<Item = &str> {
    page.lines()
        .filter_map(|line| line.strip_prefix("fwlint\\-")?.strip_suffix("(1)"))
        .filter(|command| *command != "help")
}
