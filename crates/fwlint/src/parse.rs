//! `fwlint parse`: what was read of a dump.

mod json;
mod value;

use std::process::ExitCode;

use clap::ValueEnum;

use crate::{
    check::read_dump,
    cli,
    input::{self, Failure, Input},
    source::Source,
};

/// As what to print what was read.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Format {
    /// As data: tables, chains, rules with their options and decoded values
    #[default]
    Json,
}

pub(crate) fn run(options: &cli::Parse) -> Result<ExitCode, Failure> {
    let input = Input::one(&options.path, &options.reading.stdin_filename);
    let source = Source::new(input.name.clone(), input::read(&input)?);
    let dump = read_dump(&input, source.bytes(), &options.reading, 0)?;
    crate::print(|out| match options.format {
        Format::Json => json::print(&dump, &source, out),
    })
}
