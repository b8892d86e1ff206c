//! `fwlint parse`: what was read of a dump.

mod json;
mod save;
mod value;

use std::process::ExitCode;

use clap::{ColorChoice, ValueEnum};
use fwlint_model::syntax::{Dump, EditKind};

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
    for remark in remarks(&dump) {
        messages.note(format!("{}: {remark}", text::escape(&source.name)));
    }
    crate::print(|out| match options.format {
        Format::Save => save::print(&dump, out),
        Format::Json => json::print(&dump, &source, out),
    })
}

/// What is not as one may think in what is printed.
fn remarks(dump: &Dump<'_>) -> Vec<String> {
    let mut remarks = Vec::new();
    let errors = dump.errors.len() + dump.errors_omitted;
    if errors > 0 {
        remarks.push(format!("{} in it: `fwlint check` tells them", text::count(errors, "syntax error")));
    }
    if dump.edits.iter().any(|edit| edit.kind == EditKind::Rename) {
        remarks.push("rules keep the names that chains had before `-E`".to_owned());
    }
    remarks
}
