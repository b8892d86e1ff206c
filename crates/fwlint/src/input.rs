//! From what stands on the command line to the bytes of dumps: files, directories, globs, standard input.

mod dump;
mod glob;
mod node;
mod read;
mod walk;

use std::{
    fmt,
    path::{Path, PathBuf},
};

use node::{SaveName, save_name};

use crate::text;

/// A dump that is to be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Input {
    /// What it is called in what is printed.
    pub(crate) name: String,
    /// Where its bytes are.
    pub(crate) origin: Origin,
    /// It is part of a node's state, where an empty file means that nothing was loaded.
    pub(crate) in_node: bool,
}

/// Where bytes come from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Origin {
    Stdin,
    File(PathBuf),
}

impl Input {
    fn file(path: PathBuf, in_node: bool) -> Self {
        Self { name: shown(&path), origin: Origin::File(path), in_node }
    }

    /// What a PATH stands for that must be one dump: a file, or `-` for standard input.
    pub(crate) fn one(path: &Path, stdin_name: &Path) -> Self {
        if path == Path::new("-") {
            let name = stdin_name.to_string_lossy().into_owned();
            return Self { name, origin: Origin::Stdin, in_node: false };
        }
        Self::file(path.to_owned(), false)
    }

    /// Whether it is the file of this path, by whatever way.
    pub(crate) fn is_at(&self, path: &Path) -> bool {
        let Origin::File(own) = &self.origin else { return false };
        matches!((own.canonicalize(), path.canonicalize()), (Ok(own), Ok(path)) if own == path)
    }

    /// What the file's name says of it.
    pub(crate) fn save_name(&self) -> Option<SaveName> {
        save_name(Path::new(&self.name).file_name()?.to_str()?)
    }
}

/// A path as people write it.
fn shown(path: &Path) -> String {
    let short = path.strip_prefix(".").ok().filter(|short| !short.as_os_str().is_empty());
    short.unwrap_or(path).to_string_lossy().into_owned()
}

/// What the command line asks to read.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    /// The dumps, by name, each once.
    pub(crate) inputs: Vec<Input>,
    /// What could not be done.
    pub(crate) failures: Vec<Failure>,
    /// What was left out.
    pub(crate) notes: Vec<String>,
}

/// Why something could not be read.
#[derive(Debug)]
pub(crate) struct Failure {
    name: String,
    reason: Reason,
}

/// What is wrong with a file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Reason {
    #[error("{}", text::of_error(.0))]
    Io(#[from] std::io::Error),
    #[error("empty")]
    Empty,
    #[error("{0}, not a firewall dump")]
    Binary(&'static str),
    #[error("not a firewall dump: no table, chain or rule in it")]
    NotADump,
    #[error("larger than 4 GiB")]
    TooLarge,
    #[error("no firewall dump in this directory")]
    NoDumps,
    #[error("no file matches")]
    NoMatch,
    #[error("not a valid glob: {0}")]
    BadGlob(globset::Error),
    #[error("is one of the dumps: the report would overwrite it")]
    IsInput,
    #[error("{0}")]
    BadConfig(String),
    #[error("no rule, which would begin with `-A CHAIN`")]
    NoRule,
    #[error("fwlint has no such command")]
    NoCommand,
    #[error("{}", walk::of_error(.0))]
    Walk(ignore::Error),
}

impl Failure {
    pub(crate) fn new(name: impl Into<String>, reason: impl Into<Reason>) -> Self {
        Self { name: name.into(), reason: reason.into() }
    }

    /// Whether it is only that nobody reads any more.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        matches!(&self.reason, Reason::Io(error) if error.kind() == std::io::ErrorKind::BrokenPipe)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", text::escape(&self.name), self.reason)
    }
}

/// Finds the dumps that these paths stand for; no path at all stands for standard input.
pub(crate) fn gather(paths: &[PathBuf], stdin_name: &Path) -> Gathered {
    let mut gathered = Gathered::default();
    let stdin = [PathBuf::from("-")];
    for path in if paths.is_empty() { &stdin } else { paths } {
        if path == Path::new("-") {
            gathered.inputs.push(Input::one(path, stdin_name));
        } else if let Some(glob) = glob::of(path) {
            match glob.expand() {
                Ok(matches) => matches.into_iter().for_each(|path| gathered.add(path)),
                Err(reason) => gathered.fail(path, reason),
            }
        } else {
            gathered.add(path.clone());
        }
    }
    gathered.inputs.sort();
    gathered.inputs.dedup_by(|a, b| a.origin == b.origin);
    gathered
}

impl Gathered {
    fn add(&mut self, path: PathBuf) {
        if path.is_dir() { walk::walk(&path, self) } else { self.inputs.push(Input::file(path, false)) }
    }

    fn fail(&mut self, path: &Path, reason: impl Into<Reason>) {
        self.failures.push(Failure::new(shown(path), reason));
    }
}
