//! The command line: files, reports, exit status. Knows no firewalls.
#![expect(
    clippy::disallowed_methods,
    reason = "this is the crate that touches files and reads its environment"
)]

mod check;
mod cli;
mod companions;
mod config;
mod explain;
mod graph;
mod input;
mod lints;
mod manual;
mod parse;
mod progress;
mod reach;
mod report;
mod select;
mod source;
mod statistics;
mod terminal;
mod text;
mod trace;

use std::{
    io::{self, BufWriter, IsTerminal, Write},
    process::ExitCode,
};

use clap::{ColorChoice, CommandFactory, Parser};

use crate::{
    cli::{Cli, Command},
    input::Failure,
    terminal::Messages,
};

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli.command.unwrap_or(Command::Check(cli.check))) {
        Ok(status) => status,
        Err(failure) if failure.is_broken_pipe() => ExitCode::SUCCESS,
        Err(failure) => {
            Messages::new(ColorChoice::Auto, false).error(failure);
            ExitCode::from(2)
        }
    }
}

fn run(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Check(options) if options.paths.is_empty() && io::stdin().is_terminal() => Ok(usage()),
        Command::Check(options) => check::run(&config::complete(options)?),
        Command::Config(options) => config::run(&options),
        Command::Explain(options) => explain::run(&options),
        Command::Lints => print(lints::print),
        Command::Parse(options) => parse::run(&options),
        Command::Graph(options) => graph::run(&options),
        Command::Trace(options) => trace::run(&options),
        Command::Reach(options) => reach::run(&options),
        Command::Completions { shell } => print(|out| {
            clap_complete::generate(shell, &mut Cli::command(), "fwlint", out);
            Ok(())
        }),
        Command::Man { command } => manual::run(command.as_deref()),
    }
}

/// Without a PATH there is nothing to do unless something comes from standard input.
fn usage() -> ExitCode {
    let help = Cli::command().render_help();
    // Nobody is left to be told that standard error is closed.
    let _ = write!(anstream::stderr(), "{}", help.ansi());
    ExitCode::from(2)
}

/// Writes to standard output.
fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<ExitCode, Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    write(&mut out).and_then(|()| out.flush()).map_err(|error| Failure::new("standard output", error))?;
    Ok(ExitCode::SUCCESS)
}
