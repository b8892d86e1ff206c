//! The stages of the work, within this process: reading, the model, the lints.

use std::{
    hint::black_box,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use fwlint_lints::Facts;
use fwlint_syntax::{Options, parse};

use super::{Sample, median, milliseconds};

pub(super) fn measure_reading(dump: &Sample, runs: u16) -> Result<()> {
    let text = dump.read()?;
    let cores = thread::available_parallelism()?.get();
    println!("| reading | time | MB/s |\n|---|--:|--:|");
    for threads in [1, 2].into_iter().filter(|&threads| threads <= cores) {
        let options = Options { threads, ..Options::default() };
        let measured = (0..runs)
            .map(|_| {
                let start = Instant::now();
                let read = black_box(parse(&text, options));
                let time = start.elapsed();
                drop(read);
                time
            })
            .collect();
        if let Some(time) = median(measured) {
            let threads = if threads == 1 { "one thread".to_owned() } else { format!("{threads} threads") };
            println!("| {threads} | {} | {:.0} |", milliseconds(time), dump.megabytes() / time.as_secs_f64());
        }
    }
    println!();
    Ok(())
}

pub(super) fn measure_growth(dumps: &[Sample], runs: u16) -> Result<()> {
    println!("| rules | reading, ns a rule | model | lints | in all |\n|--:|--:|--:|--:|--:|");
    for dump in dumps {
        let text = dump.read()?;
        let measured = (0..runs).map(|_| Stages::of(&text, dump.rules)).collect::<Result<Vec<_>>>()?;
        let per_rule = |stage: fn(&Stages) -> Duration| {
            let time = median(measured.iter().map(stage).collect()).unwrap_or_default();
            #[expect(clippy::cast_precision_loss, reason = "there are fewer than 2^52 rules")]
            let rules = dump.rules as f64;
            time.as_secs_f64() * 1e9 / rules
        };
        println!(
            "| {} | {:.0} | {:.0} | {:.0} | {:.0} |",
            dump.rules,
            per_rule(|stages| stages.reading),
            per_rule(|stages| stages.model),
            per_rule(|stages| stages.lints),
            per_rule(|stages| stages.reading + stages.model + stages.lints),
        );
    }
    Ok(())
}

/// What each stage took, one after the other on one thread.
struct Stages {
    reading: Duration,
    model: Duration,
    lints: Duration,
}

impl Stages {
    fn of(text: &[u8], rules: usize) -> Result<Self> {
        let start = Instant::now();
        let dump = parse(text, Options::default());
        let read = Instant::now();
        let facts = Facts::new(&dump);
        let modelled = Instant::now();
        black_box(fwlint_lints::run(&facts, &|_| true));
        let linted = Instant::now();
        ensure!(dump.rules.len() >= rules, "read {} rules of {rules}", dump.rules.len());
        Ok(Self { reading: read - start, model: modelled - read, lints: linted - modelled })
    }
}
