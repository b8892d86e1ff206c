//! Findings: plain data, with no idea of how they will be shown.

use fwlint_model::{
    CompanionId,
    syntax::{Backends, Family, Span},
};

use crate::{Fingerprint, Lint, Witness, facts::Subject};

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

impl Severity {
    /// All severities, the worst first.
    pub const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Note];

    /// As the command line and the reports name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// How sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Probably so.
    Likely,
    /// Certainly so, on the terms that the lint's page states.
    Proved,
}

impl Confidence {
    /// As the reports name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Likely => "likely",
            Self::Proved => "proved",
        }
    }
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
    /// A packet that shows it.
    pub witness: Option<Witness>,
    /// Which table, chain and rule, where there is one.
    pub place: Place,
    /// Whose restore program does not load the text because of it.
    pub refused_by: Backends,
    /// What the finding is recognised by when the dump has changed elsewhere.
    pub fingerprint: Fingerprint,
}

/// A place in the dump or in a companion, and what is to be seen there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// In which companion of the node; `None` is the dump.
    pub companion: Option<CompanionId>,
    /// Where. May be empty: between two bytes, or at the end of the source.
    pub span: Span,
    /// What; empty where the message says it all.
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
    /// The rule's number in its chain, from 1, as `iptables -L --line-numbers` prints it.
    pub rule: Option<u32>,
}

impl Label {
    /// A place in the dump and what is to be seen there.
    pub fn new(span: Span, text: impl Into<String>) -> Self {
        Self { companion: None, span, text: text.into() }
    }

    /// A place in a companion and what is to be seen there.
    pub fn in_companion(companion: CompanionId, span: Span, text: impl Into<String>) -> Self {
        Self { companion: Some(companion), ..Self::new(span, text) }
    }
}

impl Finding {
    /// A finding with the lint's own severity, certain, about nothing in particular.
    pub(crate) fn new(lint: &'static Lint, message: impl Into<String>, primary: Label) -> Self {
        Self {
            lint,
            severity: lint.severity,
            confidence: Confidence::Proved,
            message: message.into(),
            primary,
            related: Vec::new(),
            help: None,
            witness: None,
            place: Place::default(),
            refused_by: Backends::NONE,
            fingerprint: Fingerprint::of([lint.name.as_bytes()]),
        }
    }

    /// Says what it is about, and what it is recognised by.
    #[must_use]
    pub(crate) fn at(mut self, subject: Subject) -> Self {
        self.fingerprint = self.fingerprint.and(subject.fingerprint);
        self.place = subject.place;
        self
    }

    #[must_use]
    pub(crate) fn refused_by(mut self, backends: Backends) -> Self {
        self.refused_by = backends;
        self
    }

    #[must_use]
    pub(crate) fn likely(mut self) -> Self {
        self.confidence = Confidence::Likely;
        self
    }

    #[must_use]
    pub(crate) fn related(mut self, label: Label) -> Self {
        self.related.push(label);
        self
    }

    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
