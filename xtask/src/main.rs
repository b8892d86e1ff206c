//! The project's own chores: `cargo xtask --help`.

#![expect(clippy::disallowed_methods, reason = "xtask reads and writes the project's files and takes times")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "xtask talks to a person at a terminal")]

mod bench;
mod companions;
mod conformance;
mod corpus;
mod generate;
mod kernel;
mod mutants;
mod new_lint;
mod node;
mod seeds;
mod shapes;

use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Parser;

/// The project's own chores.
#[derive(Parser)]
#[command(name = "cargo xtask")]
enum Task {
    /// Writes the files that are made from others: docs/lints
    Gen {
        /// Write nothing; fail, and show the difference, where a file is not what it would be
        #[arg(long)]
        check: bool,
    },
    /// Reads folders of dumps and compares what was read with what is known of them
    Corpus {
        /// Folders with a MANIFEST.tsv, or with the output of save programs
        #[arg(required = true)]
        folders: Vec<PathBuf>,
    },
    /// Reads folders of companions, and prints what could not be read
    Companions {
        /// Folders with the output of `ipset save`, `ip` and the like
        #[arg(required = true)]
        folders: Vec<PathBuf>,
    },
    /// Runs a folder of iptables' extension tests, and prints what is answered otherwise
    Conformance {
        /// The folder with the files named *.t
        folder: PathBuf,
    },
    /// Compares the interpreter with the kernel; exit status 77 where that cannot be done here
    Kernel(kernel::Kernel),
    /// Plants bugs in a copy of the engine, one at a time, and fails if the tests find one of them not
    Mutants {
        /// Only those whose description has this word
        word: Option<String>,
    },
    /// Puts into fuzz/corpus what the fuzz targets begin with: seeds from corpus/, and a dictionary
    Seeds,
    /// Measures speed and memory, and prints tables
    Bench(bench::Bench),
    /// Prints the dump of a Kubernetes node with about this many rules
    Node {
        /// How many
        rules: usize,
    },
    /// Prints a dump of a shape that bench measures
    Shape {
        /// Which
        #[arg(value_parser = clap::builder::PossibleValuesParser::new(shapes::SHAPES.iter().map(|shape| shape.name)))]
        name: String,
        /// With about so many rules
        rules: Option<usize>,
    },
    /// Reads a dump and does nothing with it, so that bench can count what reading takes
    #[command(hide = true)]
    Read {
        /// The dump
        dump: PathBuf,
    },
    /// Makes the room of a new lint, and puts it in the list
    NewLint {
        /// Its name, as in `duplicate-rule`
        name: String,
    },
}

/// The exit status of what was not run, as automake has it.
const SKIPPED: u8 = 77;

fn main() -> ExitCode {
    let done = match Task::parse() {
        Task::Gen { check: false } => generate::write(root()),
        Task::Gen { check: true } => generate::check(root()),
        Task::Read { dump } => bench::read(&dump),
        Task::Shape { name, rules } => {
            let shapes = shapes::SHAPES.iter().filter(|shape| shape.name == name);
            shapes
                .map(|shape| shape.dump(rules.unwrap_or(shape.rules)))
                .try_for_each(|dump| io::stdout().write_all(dump.as_bytes()).map_err(anyhow::Error::from))
        }
        Task::NewLint { name } => new_lint::run(root(), &name),
        Task::Corpus { folders } => corpus::run(root(), &folders),
        Task::Companions { folders } => companions::run(&folders),
        Task::Conformance { folder } => conformance::run(root(), &folder),
        Task::Kernel(kernel) => match kernel::run(root(), &kernel) {
            Ok(kernel::Outcome::Skipped) => return ExitCode::from(SKIPPED),
            ran => ran.map(drop),
        },
        Task::Mutants { word } => mutants::run(root(), word.as_deref()),
        Task::Seeds => seeds::run(root()),
        Task::Bench(bench) => bench::run(root(), &bench),
        Task::Node { rules } => {
            io::stdout().write_all(node::node(rules).as_bytes()).map_err(anyhow::Error::from)
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The folder of the whole project.
fn root() -> &'static Path {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own)
}
