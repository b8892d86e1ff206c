//! The committed files that are made from others, so that nothing has to be said twice.

mod completions;
mod findings;
mod lints;
mod manual;
mod pictures;
mod program;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use similar::TextDiff;

/// The folders in which every file is generated: what else is there is left over.
const FOLDERS: [&str; 3] = [lints::FOLDER, manual::FOLDER, completions::FOLDER];

/// Rewrites what is not as it should be.
pub(crate) fn write(root: &Path) -> Result<()> {
    for Stale { path, should, .. } in stale(root)? {
        let full = root.join(&path);
        if let Some(text) = should {
            if let Some(folder) = full.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(full, text).with_context(|| path.display().to_string())?;
            println!("wrote {}", path.display());
        } else {
            fs::remove_file(full)?;
            println!("removed {}", path.display());
        }
    }
    Ok(())
}

/// Fails if anything is not as it should be.
pub(crate) fn check(root: &Path) -> Result<()> {
    let stale = stale(root)?;
    for Stale { path, is, should } in &stale {
        let path = path.display();
        let diff = TextDiff::from_lines(is.as_deref().unwrap_or(""), should.as_deref().unwrap_or(""))
            .unified_diff()
            .header(&format!("{path} (is)"), &format!("{path} (should be)"))
            .to_string();
        println!("{diff}");
    }
    if !stale.is_empty() {
        bail!("{} of the generated files are not up to date: run `cargo xtask gen`", stale.len());
    }
    Ok(())
}

struct Stale {
    path: PathBuf,
    is: Option<String>,
    should: Option<String>,
}

/// The files that are not as they should be, by path.
fn stale(root: &Path) -> Result<Vec<Stale>> {
    let mut files: BTreeMap<_, _> = files(root)?.into_iter().map(|(path, text)| (path, Some(text))).collect();
    for folder in FOLDERS {
        for entry in fs::read_dir(root.join(folder)).into_iter().flatten() {
            files.entry(Path::new(folder).join(entry?.file_name())).or_insert(None);
        }
    }
    let mut stale = Vec::new();
    for (path, should) in files {
        let full = root.join(&path);
        let is = full.exists().then(|| fs::read_to_string(full)).transpose()?;
        if is != should {
            stale.push(Stale { path, is, should });
        }
    }
    Ok(stale)
}

/// A path from the project's root, and what is to stand there.
type File = (PathBuf, String);

fn files(root: &Path) -> Result<BTreeMap<PathBuf, String>> {
    let mut files: BTreeMap<_, _> = lints::files().chain([findings::file(root)?]).collect();
    files.extend(pictures::files(root)?);
    files.extend(manual::files(root)?);
    files.extend(completions::files(root)?);
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generated_files_are_up_to_date() {
        if let Err(error) = check(crate::root()) {
            panic!("{error:#}");
        }
    }
}
