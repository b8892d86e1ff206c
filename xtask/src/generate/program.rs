//! Runs fwlint itself, so that what is committed is what it prints.

use std::{env, path::Path, process::Command};

use anyhow::{Context as _, Result, bail};

/// What fwlint prints on standard output, started in the project's root and away from any terminal.
pub(super) fn output(root: &Path, arguments: &[&str]) -> Result<String> {
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["run", "--quiet", "--bin", "fwlint", "--"])
        .args(arguments)
        .current_dir(root)
        .envs([("COLUMNS", "80"), ("LC_ALL", "C.UTF-8"), ("NO_COLOR", "1")])
        .env_remove("CLICOLOR_FORCE")
        .output()?;
    if !matches!(output.status.code(), Some(0 | 1)) {
        bail!("fwlint {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
    }
    String::from_utf8(output.stdout).context("fwlint printed what is no UTF-8")
}
