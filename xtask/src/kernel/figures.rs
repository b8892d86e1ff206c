//! How much was compared, and what came of it.

use std::{collections::BTreeSet, fmt};

use fwlint_testing::Dump;

use super::{
    interpreter::{Agreement, Says},
    judge::Answer,
};

#[derive(Debug, Default)]
pub(super) struct Figures {
    rulesets: usize,
    rules: usize,
    /// Rules that a packet has matched.
    rules_hit: usize,
    /// Rules that fwlint says no packet comes to.
    unreachable: usize,
    /// Packets that came to one of them nevertheless.
    pub(super) unreachable_hit: usize,
    packets: usize,
    /// Rules that packets have matched, each as often as it was.
    matches: usize,
    /// Packets of which the interpreter knows everything.
    decided: usize,
    /// Packets that may go more ways than were looked at.
    open: usize,
    pub(super) refused: usize,
    pub(super) mismatches: usize,
}

impl Figures {
    pub(super) fn add_ruleset(&mut self, dump: &Dump, answers: &[Answer], says: &Says) {
        self.unreachable += says.unreachable.len();
        self.rulesets += 1;
        self.rules +=
            dump.tables.iter().flat_map(|table| &table.chains).map(|chain| chain.rules.len()).sum::<usize>();
        self.rules_hit += answers.iter().flat_map(|answer| &answer.rules).collect::<BTreeSet<_>>().len();
    }

    /// A rule set with one rule.
    pub(super) fn add_rule(&mut self, answers: &[Answer], says: &Says) {
        self.rulesets += 1;
        self.rules += 1;
        self.rules_hit += usize::from(answers.iter().any(|answer| !answer.rules.is_empty()));
        self.unreachable += says.unreachable.len();
    }

    /// Whether most of what was compared could have differed.
    pub(super) fn is_telling(&self) -> bool {
        self.decided * 2 > self.packets
    }

    pub(super) fn add_packet(&mut self, answer: &Answer, agreement: Agreement, says: &Says) {
        self.packets += 1;
        self.matches += answer.rules.len();
        self.unreachable_hit += usize::from(says.unreachable_hit(answer).is_some());
        self.decided += usize::from(agreement == Agreement::Same);
        self.open += usize::from(agreement == Agreement::Open);
        self.mismatches += usize::from(agreement == Agreement::Mismatch);
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rulesets, rules, rules_hit, unreachable, unreachable_hit, packets, matches, .. } = self;
        let Self { decided, open, refused, mismatches, .. } = self;
        write!(
            f,
            "rulesets={rulesets} rules={rules} rules_hit={rules_hit} unreachable={unreachable} \
             unreachable_hit={unreachable_hit} packets={packets} rule_checks={matches} decided={decided} \
             open={open} refused={refused} mismatches={mismatches}"
        )
    }
}
