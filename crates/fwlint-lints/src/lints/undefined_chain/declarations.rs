//! User chains that rules use before they are declared, or without.

use fwlint_model::{
    ChainId, TableId,
    syntax::{Backends, Span},
};

use super::{LINT, SHOWN, declaration, part};
use crate::{
    Finding, Label, RulesetFacts, Severity, Sink,
    text::{code, count},
};

pub(super) fn check(rules: &RulesetFacts<'_>, sink: &mut Sink) {
    for table in rules.ruleset.tables.ids() {
        let chains = || rules.ruleset.chains_of(table);
        let early: Vec<_> = chains().filter_map(|chain| Some((chain, early_use(rules, chain)?))).collect();
        if early.len() > 1 && chains().all(|chain| rules.ruleset.chains[chain].declared.is_none()) {
            sink.report(LINT.severity, || no_declarations(rules, table, &early));
            continue;
        }
        let part = part(rules, table);
        for (chain, place) in early {
            match part.filter(|_| rules.ruleset.chains[chain].declared.is_none()) {
                Some(part) => {
                    sink.report(Severity::Note, || undeclared(rules, chain, place).likely().help(part));
                }
                None => sink.report(LINT.severity, || undeclared(rules, chain, place)),
            }
        }
    }
}

/// The first place that uses a user chain, if the chain is not declared before it.
fn early_use(rules: &RulesetFacts<'_>, chain: ChainId) -> Option<Span> {
    let content = &rules.ruleset.chains[chain];
    if content.hook.is_some() {
        return None;
    }
    // What could not be read whole may name another chain.
    let lines = rules.ruleset.rules_of(chain).map(|rule| rules.ruleset.line(rule));
    let appended = lines.filter(|line| !line.broken).map(|line| line.chain);
    let called = rules.graph.calls_to(chain).map(|call| rules.target_span(call.rule));
    let first = appended.chain(called).min()?;
    content.declared.is_none_or(|declared| first < declared).then_some(first)
}

fn undeclared(rules: &RulesetFacts<'_>, chain: ChainId, place: Span) -> Finding {
    let name = rules.name(chain).0;
    let finding = if let Some(declared) = rules.ruleset.chains[chain].declared {
        let message = format!("chain {} is used before it is declared", code(name));
        Finding::new(&LINT, message, Label::new(place, "not known yet"))
            .related(Label::new(declared, "declared here"))
            .help("declare all chains of a table in front of its rules")
    } else {
        let message = format!("chain {} is not declared", code(name));
        Finding::new(&LINT, message, Label::new(place, "not known"))
            .help(format!("add {} in front of the table's rules", declaration(name)))
    };
    finding.refused_by(Backends::BOTH).at(rules.about_chain(chain))
}

fn no_declarations(rules: &RulesetFacts<'_>, table: TableId, early: &[(ChainId, Span)]) -> Finding {
    let content = &rules.ruleset.tables[table];
    let message = format!("{} declares none of its {}", rules.table_text(table), count(early.len(), "chain"));
    let label = Label::new(content.span, "no line behind this one declares a chain");
    let finding = Finding::new(&LINT, message, label)
        .refused_by(Backends::BOTH)
        .help("a dump that was filtered has lost these lines, and no restore program loads it");
    let shown = early.iter().take(SHOWN);
    let finding = shown.fold(finding, |finding, &(chain, place)| {
        finding.related(Label::new(place, format!("{} is used here", code(rules.name(chain).0))))
    });
    finding.at(rules.about_table(table))
}
