//! What can be wrong with a firewall: rule sets in, findings out. Each lint is a room of its own in
//! [`lints`]; this file is only the corridor. Knows no files and no terminal.

mod facts;
mod finding;
mod lints;

pub use facts::Facts;
pub use finding::{Confidence, Finding, Label, Place, Severity};
pub use lints::LINTS;

/// What a lint is, for the command line, the docs and every report.
#[derive(Debug)]
pub struct Lint {
    /// Reads well after "ignore": `ignore duplicate-rule`.
    pub name: &'static str,
    /// What kind of mistake it finds.
    pub group: Group,
    /// How bad its findings usually are; a finding may be less so.
    pub severity: Severity,
    /// The version it came with.
    pub since: &'static str,
    /// The lint's page. Its examples are its tests.
    pub page: &'static str,
    /// Looks for findings.
    pub check: fn(&Facts<'_>, &mut Sink<'_>),
}

/// What kind of mistake a lint finds; a group can be selected as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// What cannot be read or would not load.
    Syntax,
    /// What does not do what it says.
    Correctness,
    /// What does nothing.
    Waste,
}

/// Where findings go.
#[derive(Debug)]
pub struct Sink<'a> {
    lint: &'static Lint,
    findings: &'a mut Vec<Finding>,
}

impl Sink<'_> {
    /// Takes a finding.
    pub fn report(&mut self, finding: Finding) {
        let _ = self.lint;
        self.findings.push(finding);
    }
}
