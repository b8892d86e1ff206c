//! Whole programs on one file: how long they take, and how much memory.

use std::{
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use wait4::Wait4 as _;

use super::{Sample, median, milliseconds};

/// Restore programs, with the option that makes them check a file and load nothing.
const RESTORE: [&str; 2] = ["iptables-nft-restore", "iptables-legacy-restore"];

pub(super) fn measure(root: &Path, dump: &Sample, runs: u16) -> Result<()> {
    println!("| program | time | CPU time | memory | × the file |\n|---|--:|--:|--:|--:|");
    let fwlint = root.join("target/release/fwlint");
    let row = |name: &str, command: &dyn Fn() -> Command| -> Result<()> {
        let measured = (0..runs).map(|_| Usage::of(command())).collect::<Result<Vec<_>>>()?;
        let duration = |which: fn(&Usage) -> Duration| {
            milliseconds(median(measured.iter().map(which).collect()).unwrap_or_default())
        };
        let memory = median(measured.iter().map(|usage| usage.memory).collect()).unwrap_or_default();
        println!(
            "| `{name}` | {} | {} | {} MB | {:.1} |",
            duration(|usage| usage.time),
            duration(|usage| usage.cpu),
            memory / 1_000_000,
            ratio(memory, dump.bytes)
        );
        Ok(())
    };

    row("fwlint --format json", &|| {
        let mut command = Command::new(&fwlint);
        command.args(["--format", "json"]).arg(&dump.path);
        command
    })?;
    let mut left_out = Vec::new();
    for program in RESTORE {
        if can_run(program) {
            row(&format!("{program} --test"), &|| {
                apart(program, &["--test".as_ref(), dump.path.as_os_str()])
            })?;
        } else {
            left_out.push(program);
        }
    }
    println!();
    if !left_out.is_empty() {
        println!("Left out, for want of the program or of the right to use it: {}\n", left_out.join(", "));
    }
    Ok(())
}

/// What one run of a program took.
struct Usage {
    time: Duration,
    /// Of all its threads together.
    cpu: Duration,
    /// The largest resident set, in bytes.
    memory: u64,
}

impl Usage {
    fn of(mut command: Command) -> Result<Self> {
        let start = Instant::now();
        let used = command.stdout(Stdio::null()).spawn()?.wait4()?;
        let time = start.elapsed();
        ensure!(used.status.success(), "{command:?}: {}", used.status);
        let cpu = used.rusage.utime + used.rusage.stime;
        Ok(Self { time, cpu, memory: used.rusage.maxrss })
    }
}

/// Even a test asks the kernel what it can do, so it is done in a network namespace of its own.
fn apart(program: &str, arguments: &[&std::ffi::OsStr]) -> Command {
    let mut command = Command::new("unshare");
    command.args(["--net", program]).args(arguments).env("XTABLES_LOCKFILE", "/dev/null");
    command
}

fn can_run(program: &str) -> bool {
    let mut command = apart(program, &["--version".as_ref()]);
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

#[expect(clippy::cast_precision_loss, reason = "both are far below 2^52")]
fn ratio(memory: u64, file: u64) -> f64 {
    memory as f64 / file as f64
}
