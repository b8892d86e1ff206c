//! `fwlint check`: files in, report out, exit status.

mod unit;

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    num::NonZeroUsize,
    path::Path,
    process::ExitCode,
    sync::Arc,
};

use fwlint_lints::{Findings, Label, RulesetFacts, Severity};
use fwlint_model::syntax::{Backend, Family};
use rayon::prelude::*;

use crate::{
    cli::{self, Threshold},
    input::{self, Failure, Reason, Unit},
    progress::Progress,
    report::{self, Report},
    source::Source,
    statistics::Statistics,
    terminal::{Messages, Terminal},
    text,
};

/// A dump, or a companion, that was read and checked.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) source: Arc<Source>,
    /// The companions that findings may point at.
    companions: unit::Companions,
    /// What was read: one for each program whose output the dump is; none for a companion.
    pub(crate) rulesets: Vec<Summary>,
    pub(crate) findings: Findings,
    /// Lines around the dump that are no part of it, as ranges.
    stray: Vec<String>,
}

impl Checked {
    /// What was found in a text that is no dump of its own.
    pub(crate) fn of_findings(source: Source, findings: Findings) -> Self {
        Self {
            source: Arc::new(source),
            companions: unit::Companions::default(),
            rulesets: Vec::new(),
            findings,
            stray: Vec::new(),
        }
    }

    /// The file that a label is in.
    pub(crate) fn source_of(&self, label: &Label) -> &Source {
        label.companion.map_or(&self.source, |companion| &self.companions[companion])
    }
}

/// What is in a rule set.
#[derive(Debug)]
pub(crate) struct Summary {
    pub(crate) family: Family,
    /// The backend, where it is known.
    pub(crate) backend: Option<Backend>,
    pub(crate) tables: usize,
    pub(crate) chains: usize,
    pub(crate) rules: usize,
    /// Rules with a match or target whose options are kept word for word.
    pub(crate) unmodelled: usize,
    /// Commands that were not carried out.
    unfollowed: usize,
    pub(crate) written_by: Vec<&'static str>,
}

/// Checks everything and reports; the exit status is 0, 1 or 2.
pub(crate) fn run(options: &cli::Check) -> Result<ExitCode, Failure> {
    let messages = Messages::new(options.color, options.quiet);
    let threshold = options.fail_on.unwrap_or_default();
    let gathered = input::gather(&options.paths, &options.with, &options.reading.stdin_filename);
    gathered.notes.iter().for_each(|note| messages.note(note));
    gathered.failures.iter().for_each(|failure| messages.error(failure));

    let (terminal, out): (_, Box<dyn Write>) = match &options.output {
        Some(path) => (Terminal::file(options.color), Box::new(create(path, &gathered.units)?)),
        None => (Terminal::stdout(options.color), Box::new(io::stdout().lock())),
    };
    let mut run = Run {
        report: if options.statistics {
            Box::new(Statistics::default())
        } else {
            let notes_matter = threshold.is_met_by(Severity::Note);
            options.format.report(&report::Style { terminal, quiet: options.quiet, notes_matter })
        },
        out: BufWriter::new(out),
        messages,
        threshold,
        found: false,
        failed: !gathered.failures.is_empty(),
    };
    match run.all(&gathered.units, options).map_err(|error| Failure::new("cannot write the report", error)) {
        // Whoever reads has read enough.
        Err(failure) if !failure.is_broken_pipe() => Err(failure),
        _ => Ok(run.status(options.exit_zero)),
    }
}

/// Makes the file for the report, unless that would be the end of what is read.
fn create(path: &Path, units: &[Unit]) -> Result<File, Failure> {
    let fail = |reason: Reason| Failure::new(path.to_string_lossy(), reason);
    if units.iter().flat_map(Unit::inputs).any(|input| input.is_at(path)) {
        return Err(fail(Reason::IsInput));
    }
    File::create(path).map_err(|error| fail(error.into()))
}

/// What is known so far.
struct Run {
    report: Box<dyn Report>,
    out: BufWriter<Box<dyn Write>>,
    messages: Messages,
    threshold: Threshold,
    found: bool,
    failed: bool,
}

impl Run {
    fn all(&mut self, units: &[Unit], options: &cli::Check) -> io::Result<()> {
        let threads = options.threads.map_or_else(available_threads, NonZeroUsize::get);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().map_err(io::Error::other)?;
        let files = units.iter().map(Unit::len).sum();
        let progress = Progress::start(files, self.messages.has_audience() && !options.no_progress);
        // A machine for each thread, and no more of them in memory.
        for some in units.chunks(threads) {
            let threads_each = threads.div_ceil(some.len());
            let check_one = |unit| unit::check(unit, options, threads_each, &|| progress.advance());
            let checked: Vec<_> = pool.install(|| some.par_iter().flat_map_iter(check_one).collect());
            progress.pause(|| checked.into_iter().try_for_each(|checked| self.add(checked)))?;
        }
        drop(progress);
        self.report.finish(&mut self.out)?;
        self.out.flush()
    }

    fn add(&mut self, checked: Result<Checked, Failure>) -> io::Result<()> {
        let checked = match checked {
            Ok(checked) => checked,
            Err(failure) => {
                self.failed = true;
                self.out.flush()?;
                self.messages.error(failure);
                return Ok(());
            }
        };
        let findings = &checked.findings;
        self.found |= Severity::ALL
            .into_iter()
            .any(|severity| self.threshold.is_met_by(severity) && findings.count(severity) > 0);
        self.report.add(&checked, &mut self.out)?;
        self.remarks(&checked)
    }

    /// Says what of a file is not in the report.
    fn remarks(&mut self, checked: &Checked) -> io::Result<()> {
        let name = text::escape(&checked.source.name);
        let mut remarks = Vec::new();
        if !checked.stray.is_empty() {
            remarks.push(format!("text around the dump, not read: lines {}", text::some_of(&checked.stray)));
        }
        let unfollowed: usize = checked.rulesets.iter().map(|summary| summary.unfollowed).sum();
        if unfollowed > 0 {
            let commands = text::count(unfollowed, "command");
            remarks.push(format!("{commands} not carried out, so that nothing but syntax is proved"));
        }
        for omitted in &checked.findings.omitted {
            let more = text::count(omitted.count, &format!("more {}", omitted.severity.name()));
            remarks.push(format!("{more} of {}: counted, and not listed", omitted.lint.name));
        }
        if !remarks.is_empty() {
            self.out.flush()?;
        }
        for remark in remarks {
            self.messages.note(format!("{name}: {remark}"));
        }
        Ok(())
    }

    fn status(&self, exit_zero: bool) -> ExitCode {
        match (self.failed, self.found) {
            (true, _) => ExitCode::from(2),
            (false, true) if !exit_zero => ExitCode::from(1),
            (false, _) => ExitCode::SUCCESS,
        }
    }
}

/// How many threads there are room for.
pub(crate) fn available_threads() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

impl Summary {
    /// What an empty file of a node's state stands for.
    fn nothing(family: Family, backend: Option<Backend>) -> Self {
        Self {
            family,
            backend,
            tables: 0,
            chains: 0,
            rules: 0,
            unmodelled: 0,
            unfollowed: 0,
            written_by: Vec::new(),
        }
    }

    fn of(facts: &RulesetFacts<'_>) -> Self {
        let ruleset = &facts.ruleset;
        let verbatim = ruleset.rules.ids().filter(|&rule| ruleset.line(rule).verbatim);
        Self {
            family: ruleset.family,
            backend: ruleset.backend,
            tables: ruleset.tables.len(),
            chains: ruleset.chains.len(),
            rules: ruleset.rules.len(),
            unmodelled: verbatim.count(),
            unfollowed: ruleset.unfollowed,
            written_by: facts.written_by.clone(),
        }
    }
}
