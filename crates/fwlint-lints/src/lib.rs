//! What can be wrong with a firewall: rule sets in, findings out. Each lint is a room of its own in
//! `lints`; this file is only the corridor. Knows no files and no terminal.

mod duplicates;
mod facts;
mod fates;
mod finding;
mod fingerprint;
mod lints;
mod loads;
mod naming;
mod nearest;
mod node;
mod reaching;
mod run;
mod sets;
mod spare;
#[cfg(test)]
mod testing;
pub mod text;
mod told;
mod witness;

pub use facts::{Facts, RulesetFacts};
pub use finding::{Confidence, Finding, Label, Place, Severity};
pub use fingerprint::Fingerprint;
pub use lints::LINTS;
pub use loads::would_load;
pub use nearest::Nearest;
pub use node::{NodeFacts, References};
pub use run::{Findings, MAX_FINDINGS, Omitted, Sink, run, run_companion};
pub use witness::Witness;

/// What a lint is, for the command line, the docs and every report.
#[derive(Debug)]
pub struct Lint {
    /// Reads well after "ignore": `ignore duplicate-rule`.
    pub name: &'static str,
    /// What kind of mistake it finds.
    pub group: Group,
    /// How bad its findings usually are; a single finding may be more or less so.
    pub severity: Severity,
    /// The version it came with.
    pub since: &'static str,
    /// The lint's page, in Markdown. Its examples are its tests.
    pub page: &'static str,
    /// Looks for findings.
    pub check: fn(&Facts<'_>, &mut Sink),
}

impl Lint {
    /// What it finds, in one sentence: the first paragraph of its page, as one line.
    pub fn summary(&self) -> String {
        let paragraph = self.page.split("\n\n").nth(1).unwrap_or_default();
        paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Whether its findings are others for a dump whose backend is known.
    pub fn depends_on_backend(&self) -> bool {
        matches!(self.name, "differs-between-backends" | "duplicate-chain" | "too-deep-for-nft")
    }
}

/// What kind of mistake a lint finds; a group can be selected as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// What cannot be read.
    Syntax,
    /// What can be read and a restore program or the kernel would refuse.
    Load,
    /// What does not do what it says.
    Correctness,
    /// What does nothing.
    Redundancy,
}

impl Group {
    /// All groups.
    pub const ALL: [Self; 4] = [Self::Syntax, Self::Load, Self::Correctness, Self::Redundancy];

    /// As the command line and the reports name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Load => "load",
            Self::Correctness => "correctness",
            Self::Redundancy => "redundancy",
        }
    }
}
