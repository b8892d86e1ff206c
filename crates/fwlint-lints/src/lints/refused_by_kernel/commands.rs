//! Commands on rules and chains that are not there, or that are in use.

use fwlint_model::{
    Failure, Why,
    syntax::{Backends, Span},
};

use super::{LINT, Words};
use crate::{Finding, Label, RulesetFacts, Severity, Sink};

pub(super) fn check(rules: &RulesetFacts<'_>, sink: &mut Sink) {
    for failure in &rules.ruleset.failures {
        // With `--noflush` the table may hold more than the file says.
        let may_be_there = matches!(failure.why, Why::NoRule | Why::NoChain);
        let severity = if may_be_there { Severity::Warning } else { LINT.severity };
        sink.report(severity, || {
            let finding = finding(rules, failure);
            let finding = if may_be_there { finding.likely() } else { finding };
            finding.refused_by(Backends::BOTH).at(rules.about_table(failure.table))
        });
    }
}

fn finding(rules: &RulesetFacts<'_>, failure: &Failure) -> Finding {
    const WITHOUT_FLUSH: &str = "if the file is meant for `--noflush`, it has to be there before";
    const DELETE: &str = "delete the line";
    let (message, said, advice) = match failure.why {
        Why::NoRule => {
            ("there is no such rule in the chain", "`No chain/target/match by that name`", WITHOUT_FLUSH)
        }
        Why::NoChain => ("there is no such chain", "`No chain/target/match by that name`", WITHOUT_FLUSH),
        Why::BuiltIn => {
            ("a built-in chain cannot be removed", "`No chain/target/match by that name`", DELETE)
        }
        Why::BuiltInName => {
            ("a built-in chain cannot be renamed", "`CHAIN_RENAME failed (No such file or directory)`", DELETE)
        }
        Why::HasRules => (
            "a chain with rules cannot be removed",
            "`CHAIN_DEL failed (Device or resource busy)`",
            "empty it before, with `-F`",
        ),
        Why::IsCalled(_) => (
            "a chain that a rule calls cannot be removed",
            "`CHAIN_DEL failed (Device or resource busy)`",
            "delete the rule before",
        ),
        Why::Exists => ("the chain is there already", "`Chain already exists`", DELETE),
    };
    let words = Words { legacy: "that the line failed", nft: said };
    let program = rules.ruleset.family.program();
    let message = format!("{program} refuses the command: {message}");
    let finding =
        Finding::new(&LINT, message, Label::new(failure.span, "")).help(words.help(Backends::BOTH, advice));
    match failure.why {
        Why::IsCalled(rule) => finding.related(Label::new(target(rules, rule), "called here")),
        _ => finding,
    }
}

fn target(rules: &RulesetFacts<'_>, rule: u32) -> Span {
    let dump = rules.ruleset.dump;
    let line = dump.rules.get(rule as usize);
    line.and_then(|line| line.target_span(dump)).unwrap_or_default()
}
