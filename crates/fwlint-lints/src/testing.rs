//! For the tests of the rooms: findings as text that is easy to read.

use std::fmt::Write;

use fwlint_model::{
    Node,
    node::{Companion, Kind},
    syntax::{LineIndex, Options, parse},
};

use crate::{Facts, Label, Lint, run};

/// What one lint finds in a dump: for each finding the severity, the message and the place, then the labels with line and
/// column, the primary one first, the help and the packet.
pub(crate) fn told(lint: &Lint, source: &str) -> String {
    let dump = parse(source.as_bytes(), Options::default());
    tell(lint, &Facts::new(&dump))
}

/// The same on a machine with these sets, as `ipset save` prints them. Of a label among them `sets` says so.
pub(crate) fn told_with_sets(lint: &Lint, source: &str, sets: &str) -> String {
    let dump = parse(source.as_bytes(), Options::default());
    let node = Node::new(Companion::read(sets.as_bytes(), Kind::Sets, None));
    tell(lint, &Facts::of_node(&dump, &node))
}

fn tell(lint: &Lint, facts: &Facts<'_>) -> String {
    let mut told = String::new();
    for finding in run(facts, &|other| other.name == lint.name).kept {
        let place =
            [finding.place.table, finding.place.chain, finding.place.rule.map(|rule| rule.to_string())];
        let place: Vec<_> = place.into_iter().flatten().collect();
        let (severity, confidence) = (finding.severity.name(), finding.confidence.name());
        _ = writeln!(told, "{severity} ({confidence}): {}", finding.message);
        _ = writeln!(told, "  in {}", place.join(" "));
        for Label { companion, span, text } in [finding.primary].iter().chain(&finding.related) {
            let of_companion = companion.and_then(|id| Some(facts.node?.companions[id].source));
            let source = of_companion.unwrap_or(facts.dump.source);
            let file = if of_companion.is_some() { "sets " } else { "" };
            let start = LineIndex::new(source).position(source, span.start);
            let word = String::from_utf8_lossy(span.of(source));
            let arrow = if text.is_empty() { "" } else { " <- " };
            _ = writeln!(told, "  {file}{}:{} {word}{arrow}{text}", start.line, start.column);
        }
        if let Some(help) = finding.help {
            _ = writeln!(told, "  help: {help}");
        }
        if let Some(witness) = finding.witness {
            _ = writeln!(told, "  packet: {witness}");
        }
    }
    told
}
