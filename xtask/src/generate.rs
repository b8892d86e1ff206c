//! The committed files that are made from others, so that nothing has to be said twice.

mod lints;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use similar::TextDiff;

/// The folders in which every file is generated: what else is there is left over.
const GENERATED: [&str; 1] = [lints::FOLDER];

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
    let mut should = files();
    let mut stale = Vec::new();
    for folder in GENERATED {
        for path in files_in(root, folder)? {
            let is = fs::read_to_string(root.join(&path))?;
            let should = should.remove(&path);
            if should.as_ref() != Some(&is) {
                stale.push(Stale { path, is: Some(is), should });
            }
        }
    }
    stale.extend(should.into_iter().map(|(path, text)| Stale { path, is: None, should: Some(text) }));
    stale.sort_unstable_by(|one, other| one.path.cmp(&other.path));
    Ok(stale)
}

/// Every generated file, by its path from the project's root.
fn files() -> BTreeMap<PathBuf, String> {
    lints::files().collect()
}

fn files_in(root: &Path, folder: &str) -> Result<Vec<PathBuf>> {
    let full = root.join(folder);
    if !full.exists() {
        return Ok(Vec::new());
    }
    fs::read_dir(full)?.map(|entry| Ok(Path::new(folder).join(entry?.file_name()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generated_files_are_up_to_date() {
        check(crate::root()).unwrap();
    }
}
