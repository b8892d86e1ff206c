//! Findings: plain data, with no idea of how they will be shown.

use fwlint_model::syntax::{Family, Span};

use crate::Lint;

/// How bad it is. Ordered, so that `--fail-on` is a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Probably not what was meant.
    Warning,
    /// Does not load, or does harm.
    Error,
}

/// How sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Probably so.
    Likely,
    /// Certainly so, on the terms that the lint's page states.
    Proved,
}

/// One finding.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Which lint found it.
    pub lint: &'static Lint,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// What is wrong, in one line, lower case, no full stop; user text in backticks.
    pub message: String,
    /// Where, and what is to be seen there.
    pub primary: Label,
    /// What else to look at.
    pub related: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
    /// Which table, chain and rule, where there is one.
    pub place: Place,
}

/// A place in the dump and what is to be seen there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What; may be empty where the message says it all.
    pub text: String,
}

/// Where in a rule set a finding is; whatever does not apply is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Whose rules.
    pub family: Option<Family>,
    /// The table.
    pub table: Option<String>,
    /// The chain.
    pub chain: Option<String>,
    /// The rule's number in its chain, from 1.
    pub rule: Option<u32>,
}
