//! The stages of the work, within this process: reading, the model, the lints.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use cpu_time::ProcessTime;
use fwlint_lints::Facts;
use fwlint_syntax::{Options, parse};

use super::{Sample, median, milliseconds};

pub(super) fn measure_reading(dump: &Sample, runs: u16) -> Result<()> {
    let text = dump.read()?;
    let cores = thread::available_parallelism()?.get();
    println!("| reading | time | MB/s | CPU time | MB/s of CPU time |\n|---|--:|--:|--:|--:|");
    for threads in [1, 2].into_iter().filter(|&threads| threads <= cores) {
        let options = Options { threads, ..Options::default() };
        let measured: Vec<_> = (0..runs).map(|_| spend(|| parse(&text, options)).1).collect();
        let (time, cpu) =
            (Spent::median(&measured, |spent| spent.time), Spent::median(&measured, |spent| spent.cpu));
        let speed = |time: Duration| dump.megabytes() / time.as_secs_f64();
        println!(
            "| {threads} {} | {} | {:.0} | {} | {:.0} |",
            if threads == 1 { "thread" } else { "threads" },
            milliseconds(time),
            speed(time),
            milliseconds(cpu),
            speed(cpu),
        );
    }
    println!();
    Ok(())
}

pub(super) fn measure_growth(dumps: &[Sample], runs: u16) -> Result<()> {
    println!("| rules | reading, ns of CPU time a rule | model | lints | in all |\n|--:|--:|--:|--:|--:|");
    for dump in dumps {
        let text = dump.read()?;
        let measured = (0..runs).map(|_| stages(&text, dump.rules)).collect::<Result<Vec<_>>>()?;
        #[expect(clippy::cast_precision_loss, reason = "there are fewer than 2^52 rules")]
        let per_rule = |time: Duration| time.as_secs_f64() * 1e9 / dump.rules as f64;
        let stage = |number: usize| {
            let times = measured.iter().filter_map(|stages| stages.get(number)).map(|spent| spent.cpu);
            per_rule(median(times.collect()).unwrap_or_default())
        };
        println!(
            "| {} | {:.0} | {:.0} | {:.0} | {:.0} |",
            dump.rules,
            stage(0),
            stage(1),
            stage(2),
            stage(0) + stage(1) + stage(2)
        );
    }
    Ok(())
}

/// Reading, model, lints: what each takes on one thread.
fn stages(text: &[u8], rules: usize) -> Result<[Spent; 3]> {
    let (dump, reading) = spend(|| parse(text, Options::default()));
    ensure!(dump.rules.len() >= rules, "read {} rules of {rules}", dump.rules.len());
    let (facts, model) = spend(|| Facts::new(&dump));
    let (_, lints) = spend(|| fwlint_lints::run(&facts, &|_| true));
    Ok([reading, model, lints])
}

/// What a piece of work took.
#[derive(Clone, Copy)]
pub(super) struct Spent {
    time: Duration,
    /// Of all threads together: what others do on the machine does not count.
    pub(super) cpu: Duration,
}

/// Does something; forgetting the result is not part of it.
pub(super) fn spend<T>(work: impl FnOnce() -> T) -> (T, Spent) {
    let (start, cpu_start) = (Instant::now(), ProcessTime::now());
    let result = work();
    (result, Spent { time: start.elapsed(), cpu: cpu_start.elapsed() })
}

impl Spent {
    fn median(measured: &[Self], which: fn(&Self) -> Duration) -> Duration {
        median(measured.iter().map(which).collect()).unwrap_or_default()
    }
}
