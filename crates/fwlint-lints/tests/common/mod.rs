//! What the tests of the lints share.

use fwlint_lints::{Facts, Finding, Findings, run};
use fwlint_model::syntax::{LineIndex, Options, parse};

/// What all lints find in a dump.
pub(crate) fn findings(source: &[u8]) -> Findings {
    let dump = parse(source, Options::default());
    run(&Facts::new(&dump), &|_| true)
}

/// The line of a finding's primary label.
pub(crate) fn line_of(source: &[u8], finding: &Finding) -> u32 {
    LineIndex::new(source).position(source, finding.primary.span.start).line
}
