//! Plants bugs in the engine: do the tests find them? The sources are copied to `target/mutants`, and changed there.

mod bugs;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use anyhow::{Context as _, Result, ensure};

use self::bugs::{BUGS, Bug};

/// How many random rule sets are tried for each.
const SEEDS: &str = "0..120";

const ENGINE: &str = "crates/fwlint-analysis/src";

/// Plants each bug whose description has the word, and prints whether the tests fail.
pub(crate) fn run(root: &Path, word: Option<&str>) -> Result<()> {
    let copy = root.join("target/mutants");
    fs::create_dir_all(&copy)?;
    for part in ["Cargo.toml", "Cargo.lock", "README.md", "crates", "xtask"] {
        copy_all(&root.join(part), &copy.join(part))?;
    }
    ensure!(tests_pass(&copy)?, "the tests fail without any bug planted");
    let mut survivors = 0;
    for bug in BUGS.iter().filter(|bug| word.is_none_or(|word| bug.what.contains(word))) {
        let started = Instant::now();
        let is_found = is_found(&copy, bug)?;
        survivors += usize::from(!is_found);
        let found = if is_found { "found" } else { "NOT FOUND" };
        println!("{found}  {}  ({} s)", bug.what, started.elapsed().as_secs());
    }
    ensure!(survivors == 0, "{survivors} bugs were not found");
    Ok(())
}

/// Whether the tests fail while the bug is there.
fn is_found(copy: &Path, bug: &Bug) -> Result<bool> {
    let path = copy.join(ENGINE).join(bug.file);
    let sound = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    ensure!(sound.matches(bug.from).count() == 1, "{}: not once in {}: {}", bug.what, bug.file, bug.from);
    fs::write(&path, sound.replace(bug.from, bug.to))?;
    let builds = cargo(copy, &["--no-run"])?;
    let passes = tests_pass(copy);
    fs::write(&path, sound)?;
    ensure!(builds, "{}: does not build", bug.what);
    Ok(!passes?)
}

fn tests_pass(copy: &Path) -> Result<bool> {
    cargo(copy, &["engine"]).and_then(|unit| Ok(unit && cargo(copy, &[])?))
}

/// Runs the tests of the engine: with arguments those in its own rooms, else those against the interpreter.
fn cargo(copy: &Path, args: &[&str]) -> Result<bool> {
    let which: &[&str] = if args.contains(&"engine") { &["--lib"] } else { &["--test", "engine"] };
    let output = Command::new("cargo")
        .args(["test", "--quiet", "--package", "fwlint-analysis"])
        .args(which)
        .args(args)
        .current_dir(copy)
        .env("CARGO_TARGET_DIR", copy.join("target"))
        .env("CARGO_PROFILE_TEST_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_DEV_OPT_LEVEL", "1")
        .env("FWLINT_SEEDS", SEEDS)
        .output()
        .context("cargo test")?;
    Ok(output.status.success())
}

/// Copies what differs, so that what is the same is not built again.
fn copy_all(from: &Path, to: &Path) -> Result<()> {
    let mut open: Vec<(PathBuf, PathBuf)> = vec![(from.to_owned(), to.to_owned())];
    while let Some((from, to)) = open.pop() {
        if from.is_dir() {
            fs::create_dir_all(&to)?;
            for entry in fs::read_dir(&from)? {
                let entry = entry?;
                open.push((entry.path(), to.join(entry.file_name())));
            }
            continue;
        }
        let content = fs::read(&from).with_context(|| from.display().to_string())?;
        if fs::read(&to).ok().as_deref() != Some(&content[..]) {
            fs::write(&to, content).with_context(|| to.display().to_string())?;
        }
    }
    Ok(())
}
