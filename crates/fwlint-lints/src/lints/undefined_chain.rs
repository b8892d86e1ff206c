//! Chains that are not there: called, appended to, or used before they are declared.

mod calls;
mod declarations;

use crate::{Facts, Group, Lint, Severity, Sink};

pub(super) static LINT: Lint = Lint {
    name: "undefined-chain",
    group: Group::Load,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("undefined_chain.md"),
    check,
};

/// How many more places a finding shows that stands for several.
const SHOWN: usize = 3;

fn check(facts: &Facts<'_>, sink: &mut Sink) {
    for rules in &facts.rulesets {
        calls::check(rules, sink);
        declarations::check(rules, sink);
    }
}

/// The line that declares a chain.
fn declaration(name: &[u8]) -> String {
    crate::text::code(&[b":", name, b" - [0:0]"].concat())
}
