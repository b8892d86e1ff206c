//! `fwlint parse`: what was read of a dump.

mod json;
mod value;

use std::process::ExitCode;

use clap::ValueEnum;

use crate::{
    check::available_threads,
    cli,
    input::{Failure, Input},
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
    let source = input.read()?;
    let dump = input.parse(&source, options.reading.family, available_threads())?;
    crate::print(|out| match options.format {
        Format::Json => json::print(&dump, &source, out),
    })
}
