//! From what stands on the command line to the bytes of dumps: files, directories, globs, standard input.

mod dump;
mod glob;
mod node;
mod read;
mod walk;

use std::{
    collections::BTreeSet,
    fmt,
    path::{Path, PathBuf},
};

use fwlint_model::{node::Kind, syntax::Family};
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

/// What is checked together: the files of one machine, or a dump alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Unit {
    /// By name.
    pub(crate) dumps: Vec<Input>,
    /// By name.
    pub(crate) companions: Vec<Beside>,
}

/// A file beside the dumps.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Beside {
    pub(crate) input: Input,
    /// What it is.
    pub(crate) kind: Kind,
    /// The family that its name tells.
    pub(crate) family: Option<Family>,
}

impl Unit {
    fn lone(dump: Input) -> Self {
        Self { dumps: vec![dump], companions: Vec::new() }
    }

    /// How many files there are.
    pub(crate) fn len(&self) -> usize {
        self.dumps.len() + self.companions.len()
    }

    /// All files.
    pub(crate) fn inputs(&self) -> impl Iterator<Item = &Input> {
        self.dumps.iter().chain(self.companions.iter().map(|beside| &beside.input))
    }
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
    /// The machines and lone dumps, by the name of the first file, each once.
    pub(crate) units: Vec<Unit>,
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
    #[error("the state of several machines, and only one can be traced")]
    SeveralDumps,
    #[error("no firewall dump in this directory")]
    NoDumps,
    #[error("neither a dump nor a companion of one: `fwlint check --help` says what can be read")]
    NotACompanion,
    #[error("`--with` goes with lone dumps, and there is none")]
    NothingToGoWith,
    #[error("no file matches")]
    NoMatch,
    #[error("not a valid glob: {0}")]
    BadGlob(globset::Error),
    #[error("is one of the files to read: the report would overwrite it")]
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

/// Finds the dumps that these paths stand for; no path at all stands for standard input. With companions, the lone dumps
/// are those of one machine.
pub(crate) fn gather(paths: &[PathBuf], companions: &[PathBuf], stdin_name: &Path) -> Gathered {
    let mut gathered = Gathered::default();
    let stdin = [PathBuf::from("-")];
    for path in if paths.is_empty() { &stdin } else { paths } {
        if path == Path::new("-") {
            gathered.units.push(Unit::lone(Input::one(path, stdin_name)));
        } else if let Some(glob) = glob::of(path) {
            match glob.expand() {
                Ok(matches) => matches.into_iter().for_each(|path| gathered.add(path)),
                Err(reason) => gathered.fail(path, reason),
            }
        } else {
            gathered.add(path.clone());
        }
    }
    gathered.tidy();
    if !companions.is_empty() {
        gathered.join(companions);
    }
    gathered
}

/// The machine, or lone dump, that a path and these companions stand for.
pub(crate) fn machine(path: &Path, companions: &[PathBuf], stdin_name: &Path) -> Result<Unit, Failure> {
    let mut gathered = gather(&[path.to_owned()], companions, stdin_name);
    if !gathered.failures.is_empty() {
        return Err(gathered.failures.swap_remove(0));
    }
    match gathered.units.pop() {
        Some(unit) if gathered.units.is_empty() => Ok(unit),
        _ => Err(Failure::new(path.to_string_lossy(), Reason::SeveralDumps)),
    }
}

impl Gathered {
    fn add(&mut self, path: PathBuf) {
        if path.is_dir() {
            walk::walk(&path, self);
        } else {
            self.units.push(Unit::lone(Input::file(path, false)));
        }
    }

    fn fail(&mut self, path: &Path, reason: impl Into<Reason>) {
        self.failures.push(Failure::new(shown(path), reason));
    }

    /// Puts all in order, and leaves out what is there twice: also a dump that is among those of a machine.
    fn tidy(&mut self) {
        self.units.sort();
        self.units.dedup();
        let is_lone = |unit: &Unit| unit.len() == 1 && !unit.inputs().any(|input| input.in_node);
        let in_nodes: BTreeSet<Origin> = self
            .units
            .iter()
            .filter(|unit| !is_lone(unit))
            .flat_map(|unit| unit.inputs().map(|input| input.origin.clone()))
            .collect();
        self.units
            .retain(|unit| !is_lone(unit) || !unit.inputs().any(|input| in_nodes.contains(&input.origin)));
        self.units
            .dedup_by(|a, b| a.inputs().map(|input| &input.origin).eq(b.inputs().map(|input| &input.origin)));
    }

    /// Makes one machine of the lone dumps and these files.
    fn join(&mut self, companions: &[PathBuf]) {
        let (lone, nodes): (Vec<_>, Vec<_>) = std::mem::take(&mut self.units)
            .into_iter()
            .partition(|unit| !unit.inputs().any(|input| input.in_node));
        self.units = nodes;
        let mut machine =
            Unit { dumps: lone.into_iter().flat_map(|unit| unit.dumps).collect(), ..Unit::default() };
        if machine.dumps.is_empty() {
            self.failures
                .extend(companions.iter().map(|path| Failure::new(shown(path), Reason::NothingToGoWith)));
            return;
        }
        for path in companions {
            let input = Input::file(path.clone(), false);
            match walk::told_by_content(path) {
                Ok(Some(Told::Companion(kind))) => {
                    machine.companions.push(Beside { kind, family: node::family_of_companion(path), input });
                }
                Ok(Some(Told::Dump)) => machine.dumps.push(input),
                Ok(None) => self.fail(path, Reason::NotACompanion),
                Err(error) => self.fail(path, error),
            }
        }
        machine.dumps.sort();
        machine.dumps.dedup_by(|a, b| a.origin == b.origin);
        machine.companions.sort();
        machine.companions.dedup();
        self.units.push(machine);
        self.units.sort();
    }
}

/// What the content of a file tells that it is.
pub(crate) enum Told {
    Dump,
    Companion(Kind),
}
