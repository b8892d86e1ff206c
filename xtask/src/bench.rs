//! Measures fwlint on the dumps of Kubernetes nodes, beside the restore programs on the same file.

mod count;
mod programs;
mod shapes;
mod stages;

use std::{
    env,
    ffi::OsString,
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};

/// What is measured, and how often.
#[derive(clap::Args)]
pub(crate) struct Bench {
    /// Rules of the dump that whole programs read
    #[arg(long, value_name = "N", default_value_t = 300_000)]
    rules: usize,
    /// Rules of the dumps that show how the time grows
    #[arg(long, value_name = "N,N", value_delimiter = ',', default_value = "10000,100000,1000000")]
    growth: Vec<usize>,
    /// How often each thing is measured; the median counts
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
    runs: u16,
    /// Count instructions under valgrind instead, which a busy machine does not disturb
    #[arg(long)]
    count: bool,
}

pub(crate) fn run(root: &Path, bench: &Bench) -> Result<()> {
    if cfg!(debug_assertions) {
        return again_in_release(root);
    }
    let folder = root.join("target/bench");
    fs::create_dir_all(&folder)?;
    if bench.count {
        return count::measure(root, &folder);
    }
    let dump = Sample::make(&folder, bench.rules)?;
    let growth =
        bench.growth.iter().map(|&rules| Sample::make(&folder, rules)).collect::<Result<Vec<_>>>()?;

    println!(
        "{}-rule dump of a Kubernetes node, {:.1} MB; median of {} runs\n",
        dump.rules,
        dump.megabytes(),
        bench.runs
    );
    // The kernel books this process's own peak on every process that it starts, so programs are
    // measured first, while it holds no dump.
    programs::measure(root, &dump, bench.runs)?;
    stages::measure_reading(&dump, bench.runs)?;
    stages::measure_growth(&growth, bench.runs)?;
    println!();
    shapes::measure(bench.rules, bench.runs)
}

/// Reads a dump, and leaves it at that.
pub(crate) fn read(dump: &Path) -> Result<()> {
    let text = fs::read(dump).with_context(|| dump.display().to_string())?;
    std::hint::black_box(fwlint_syntax::parse(&text, fwlint_syntax::Options::default()));
    Ok(())
}

/// Debug builds tell nothing about speed: builds everything once more, and starts over.
fn again_in_release(root: &Path) -> Result<()> {
    let cargo = |arguments: &[&str], more: Vec<OsString>| {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        let status = command.current_dir(root).args(arguments).args(more).status()?;
        ensure!(status.success(), "cargo {} failed", arguments.join(" "));
        Ok(())
    };
    cargo(&["build", "--quiet", "--release", "--bin", "fwlint"], Vec::new())?;
    cargo(&["run", "--quiet", "--release", "--package", "xtask", "--"], env::args_os().skip(1).collect())
}

/// A generated dump on the disk.
struct Sample {
    path: PathBuf,
    rules: usize,
    bytes: u64,
}

impl Sample {
    fn make(folder: &Path, rules: usize) -> Result<Self> {
        let path = folder.join(format!("node-{rules}.rules"));
        let status = Command::new(env::current_exe()?)
            .args(["node", &rules.to_string()])
            .stdout(File::create(&path)?)
            .status()?;
        ensure!(status.success(), "could not make {}", path.display());
        let bytes = fs::metadata(&path)?.len();
        Ok(Self { path, rules, bytes })
    }

    fn read(&self) -> Result<Vec<u8>> {
        fs::read(&self.path).with_context(|| self.path.display().to_string())
    }

    #[expect(clippy::cast_precision_loss, reason = "dumps are smaller than 2^52 bytes")]
    fn megabytes(&self) -> f64 {
        self.bytes as f64 / 1e6
    }
}

/// The middle one of several measurements.
fn median<T: Ord>(mut measured: Vec<T>) -> Option<T> {
    measured.sort_unstable();
    let middle = measured.len() / 2;
    measured.into_iter().nth(middle)
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.0} ms", duration.as_secs_f64() * 1e3)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_median_is_the_middle_one() {
        assert_eq!(super::median(vec![9, 1, 5]), Some(5));
        assert_eq!(super::median(Vec::<u8>::new()), None);
    }
}
