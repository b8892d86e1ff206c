//! `fwlint man`: a manual page for fwlint and one for each of its commands.

use std::process::ExitCode;

use clap::CommandFactory;
use clap_mangen::Man;

use crate::{
    cli::Cli,
    input::{Failure, Reason},
};

pub(crate) fn run(command: Option<&str>) -> Result<ExitCode, Failure> {
    let mut fwlint = Cli::command().propagate_version(true);
    // Gives the commands their full names.
    fwlint.build();
    let page = match command {
        None => &fwlint,
        Some(name) => fwlint.find_subcommand(name).ok_or_else(|| Failure::new(name, Reason::NoCommand))?,
    };
    crate::print(|mut out| Man::new(page.clone()).render(&mut out))
}
