//! Rules, chains and lines that can be read and are refused all the same.

mod chains;
mod lines;
mod places;
mod rules;

use std::cell::LazyCell;

use fwlint_model::{
    LegacyWalk, RuleId,
    syntax::{Backend, Backends},
};

use crate::{Facts, Finding, Group, Lint, RulesetFacts, Severity, Sink};

pub(super) static LINT: Lint = Lint {
    name: "refused-by-kernel",
    group: Group::Load,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("refused_by_kernel.md"),
    check,
};

fn check(facts: &Facts<'_>, sink: &mut Sink) {
    for rules in &facts.rulesets {
        chains::check(rules, sink);
        let walk = LazyCell::new(|| LegacyWalk::new(&rules.ruleset, &rules.graph, &rules.flow));
        let legacy_hooks = |rule| walk.hooks(&rules.ruleset, rule);
        for (rule, content) in rules.ruleset.rules.iter() {
            if !rules.ruleset.line(rule).broken {
                places::check(rules, &legacy_hooks, rule, sink);
                rules::check(rules, rule, content.target, sink);
            }
        }
    }
    lines::check(facts.dump, sink);
}

/// What the programs and the kernel say when they refuse something.
#[derive(Clone, Copy)]
struct Words {
    legacy: &'static str,
    nft: &'static str,
}

impl Words {
    /// Of the kernel, when it is handed the rule.
    const KERNEL: Self = Self {
        legacy: "`line … failed`, where the line is that of `COMMIT`",
        nft: "`RULE_APPEND failed (Invalid argument)`",
    };

    /// Who says what, and what to do.
    fn help(self, by: Backends, advice: &str) -> String {
        let Self { legacy, nft } = self;
        let said = match (by.has(Backend::Legacy), by.has(Backend::Nft)) {
            (true, true) if legacy == nft => format!("both backends say {legacy}"),
            (true, true) => format!("legacy says {legacy}, and nft {nft}"),
            (true, false) => format!("legacy says {legacy}"),
            _ => format!("nft says {nft}"),
        };
        format!("{advice}; {said}")
    }
}

/// Who refuses it, to stand at the beginning of a message.
fn who(by: Backends) -> &'static str {
    match (by.has(Backend::Legacy), by.has(Backend::Nft)) {
        (true, false) => "legacy refuses",
        (false, true) => "nft refuses",
        _ => "the kernel refuses",
    }
}

/// What the dump's own backend refuses is an error, what the other one refuses is worth a note.
fn severity(rules: &RulesetFacts<'_>, by: Backends) -> Severity {
    match rules.ruleset.backend {
        _ if by == Backends::BOTH => Severity::Error,
        Some(own) if by.has(own) => Severity::Error,
        Some(_) => Severity::Note,
        None => Severity::Warning,
    }
}

fn report(
    rules: &RulesetFacts<'_>,
    rule: RuleId,
    by: Backends,
    sink: &mut Sink,
    finding: impl FnOnce() -> Finding,
) {
    sink.report(severity(rules, by), || finding().refused_by(by).at(rules.about_rule(rule)));
}

/// Names with commas between, and `and` before the last.
fn list<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let mut names: Vec<_> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.pop() {
        Some(last) if names.is_empty() => last,
        Some(last) => format!("{} and {last}", names.join(", ")),
        None => String::new(),
    }
}
