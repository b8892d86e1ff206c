//! `docs/completions/`: for the shells whose completions are installed as files, under the names
//! that they have there.

use std::path::Path;

use anyhow::Result;

use super::{File, program};

pub(super) const FOLDER: &str = "docs/completions";

const SHELLS: [(&str, &str); 3] = [("bash", "fwlint.bash"), ("fish", "fwlint.fish"), ("zsh", "_fwlint")];

pub(super) fn files(root: &Path) -> Result<Vec<File>> {
    let file = |&(shell, name): &(&str, &str)| {
        Ok((Path::new(FOLDER).join(name), program::output(root, &["completions", shell])?))
    };
    SHELLS.iter().map(file).collect()
}
