//! Lines that cannot be read.

use fwlint_model::syntax::{Dump, Problem, SyntaxError};

use crate::{Facts, Finding, Group, Label, Lint, Severity, Sink, text::code};

pub(super) static LINT: Lint = Lint {
    name: "syntax-error",
    group: Group::Syntax,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("syntax_error.md"),
    check,
};

fn check(facts: &Facts<'_>, sink: &mut Sink) {
    for error in &facts.dump.errors {
        sink.report(LINT.severity, || finding(facts.dump, error));
    }
    sink.omit(LINT.severity, facts.dump.errors_omitted);
}

fn finding(dump: &Dump<'_>, error: &SyntaxError) -> Finding {
    let word = code(error.span.of(dump.source));
    let expected = error.problem.expected().unwrap_or_default();
    let message = match error.problem {
        Problem::MissingValue(_) => format!("{word} comes without its value"),
        _ => format!("cannot read {word}"),
    };
    Finding::new(&LINT, message, Label::new(error.span, format!("expected {expected}")))
}
