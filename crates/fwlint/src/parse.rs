//! `fwlint parse`: what was read of a dump.

mod json;
mod value;

use std::process::ExitCode;

use clap::{ColorChoice, ValueEnum};
use fwlint_model::save;

use crate::{
    check::available_threads,
    cli,
    input::{Failure, Input},
    terminal::Messages,
    text,
};

/// As what to print what was read.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Format {
    /// As a save program would print it once it was loaded
    #[default]
    Save,
    /// As data: tables, chains, rules with their options and decoded values
    Json,
}

pub(crate) fn run(options: &cli::Parse) -> Result<ExitCode, Failure> {
    let input = Input::one(&options.path, &options.reading.stdin_filename);
    let source = input.read()?;
    let dump = input.parse(&source, options.reading.family, available_threads())?;
    let messages = Messages::new(ColorChoice::Auto, false);
    let errors = dump.errors.len() + dump.errors_omitted;
    if errors > 0 {
        let errors = text::count(errors, "syntax error");
        messages.note(format!("{}: {errors} in it: `fwlint check` tells them", text::escape(&source.name)));
    }
    crate::print(|out| match options.format {
        Format::Save => {
            let mut saved = Vec::new();
            save(&dump, &mut saved);
            out.write_all(&saved)
        }
        Format::Json => json::print(&dump, &source, out),
    })
}
