//! For the tests of the rooms: findings as text that is easy to read.

use std::fmt::Write;

use fwlint_model::syntax::{LineIndex, Options, parse};

use crate::{Facts, Label, Lint, run};

/// What one lint finds in a dump: for each finding the severity, the message and the place, then the labels with line and
/// column, the primary one first, the help and the packet.
pub(crate) fn told(lint: &Lint, source: &str) -> String {
    let dump = parse(source.as_bytes(), Options::default());
    let index = LineIndex::new(source.as_bytes());
    let mut told = String::new();
    for finding in run(&Facts::new(&dump), &|other| other.name == lint.name).kept {
        let place =
            [finding.place.table, finding.place.chain, finding.place.rule.map(|rule| rule.to_string())];
        let place: Vec<_> = place.into_iter().flatten().collect();
        let (severity, confidence) = (finding.severity.name(), finding.confidence.name());
        _ = writeln!(told, "{severity} ({confidence}): {}", finding.message);
        _ = writeln!(told, "  in {}", place.join(" "));
        for Label { span, text } in [finding.primary].iter().chain(&finding.related) {
            let start = index.position(source.as_bytes(), span.start);
            let word = String::from_utf8_lossy(span.of(source.as_bytes()));
            let arrow = if text.is_empty() { "" } else { " <- " };
            _ = writeln!(told, "  {}:{} {word}{arrow}{text}", start.line, start.column);
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
