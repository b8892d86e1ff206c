//! Instructions in place of time: the same number on a quiet machine and on a busy one, so that a regression shows.

use std::{
    env,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, ensure};

use super::Sample;

/// Two sizes, so that what every run does once (arguments, tables) cancels out.
const RULES: [usize; 2] = [10_000, 20_000];

pub(super) fn measure(root: &Path, folder: &Path) -> Result<()> {
    let [small, large] = RULES.map(|rules| Sample::make(folder, rules));
    let (small, large) = (small?, large?);
    println!("| instructions | a rule | a byte |\n|---|--:|--:|");
    let row = |name: &str, program: &Path, arguments: &[&str]| -> Result<()> {
        let of = |dump: &Sample| instructions(program, arguments, &dump.path);
        let more = of(&large)?.saturating_sub(of(&small)?);
        println!(
            "| {name} | {} | {:.1} |",
            more / (RULES[1] - RULES[0]) as u64,
            ratio(more, large.bytes - small.bytes)
        );
        Ok(())
    };
    row("reading", &env::current_exe()?, &["read"])?;
    row("`fwlint -j 1`", &root.join("target/release/fwlint"), &["-j", "1", "--exit-zero", "--quiet"])
}

/// How many instructions a program executes on a file, as cachegrind counts them.
fn instructions(program: &Path, arguments: &[&str], file: &Path) -> Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"])
        .arg(program)
        .args(arguments)
        .arg(file)
        .stdout(Stdio::null())
        .output()
        .context("valgrind counts the instructions")?;
    ensure!(output.status.success(), "{}: {}", program.display(), output.status);
    let told = String::from_utf8_lossy(&output.stderr);
    let count =
        told.lines().find_map(|line| line.split_once("I   refs:")).context("valgrind told no count")?;
    Ok(count.1.trim().replace(',', "").parse()?)
}

#[expect(clippy::cast_precision_loss, reason = "both are far below 2^52")]
fn ratio(instructions: u64, bytes: u64) -> f64 {
    instructions as f64 / bytes as f64
}
