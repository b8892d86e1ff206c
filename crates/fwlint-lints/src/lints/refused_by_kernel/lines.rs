//! What is read here and no restore program takes: line ends, blanks, and the `!` of old save programs.
//!
//! A file may have come by a way that changed its blanks, or be kept for reading only, so these are notes, and one
//! for all lines of a kind.

use fwlint_model::syntax::{Arg, Backends, Dump, Problem, Span};
use memchr::{memchr_iter, memmem};

use super::LINT;
use crate::{Finding, Label, Severity, Sink, loads::is_restorable, text::count};

pub(super) fn check(dump: &Dump<'_>, sink: &mut Sink) {
    if !is_restorable(dump) || dump.runs.iter().any(|run| !run.family.is_ip()) {
        return;
    }
    let mut note = |at: Option<Span>, message: &str, label: &str, help: &str| {
        let Some(at) = at else { return };
        sink.report(Severity::Note, || {
            Finding::new(&LINT, message, Label::new(at, label)).help(help).refused_by(Backends::BOTH)
        });
    };
    let label = count(memmem::find_iter(dump.source, b"\r\n").count(), "line");
    note(
        carriage_return(dump),
        "the restore programs take no lines that end in CR LF",
        &format!("{label} of the file end so"),
        "convert them, as `tr -d '\\r'` does",
    );
    note(blanks(dump), "the restore programs take no blanks here", "", "delete the blanks");
    note(
        old_negation(dump),
        "iptables 1.4.3 and later take no `!` behind an option",
        "",
        "write it in front of the option",
    );
}

/// The first line that ends in CR LF, if lines do that end in a word.
fn carriage_return(dump: &Dump<'_>) -> Option<Span> {
    let ends_so = |span: Span| dump.source.get(span.end as usize) == Some(&b'\r');
    let table = dump.tables.iter().map(|table| table.span).find(|&span| ends_so(span))?;
    Some(Span { start: table.end, end: table.end + 1 })
}

/// The first blanks where none can be: in front of all but rules, behind `COMMIT`, and alone in a line.
fn blanks(dump: &Dump<'_>) -> Option<Span> {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let before = |end: usize| {
        let text = dump.source.get(..end).unwrap_or_default();
        let length = text.iter().rev().take_while(|&byte| is_blank(byte)).count();
        (length > 0).then(|| Span::new(end - length, end))
    };
    let commits = || dump.tables.iter().filter_map(|table| table.commit);
    let behind = |commit: Span| {
        let text = dump.source.get(commit.end as usize..).unwrap_or_default();
        let end = commit.end as usize + text.iter().take_while(|&byte| is_blank(byte)).count();
        (end > commit.end as usize).then(|| Span::new(commit.end as usize, end))
    };
    let alone = || {
        let newlines = memchr_iter(b'\n', dump.source).filter_map(before);
        newlines.filter(|blanks| {
            let line_before = (blanks.start as usize).checked_sub(1).and_then(|at| dump.source.get(at));
            matches!(line_before, None | Some(b'\n'))
        })
    };
    let tables = dump.tables.iter().map(|table| table.span);
    let lines = tables.chain(commits()).chain(dump.chains.iter().map(|line| line.span));
    let lines = lines.chain(dump.comments.iter().copied());
    let in_front = lines.filter(|line| !line.is_empty()).find_map(|line| before(line.start as usize));
    in_front.or_else(|| commits().find_map(behind)).or_else(|| alone().next())
}

/// The first `!` behind its option in a dump that is old enough to have it there.
fn old_negation(dump: &Dump<'_>) -> Option<Span> {
    if dump.errors.iter().any(|error| error.problem == Problem::OldNegation) {
        return None;
    }
    let rules = dump.rules.iter().filter(|rule| rule.family.is_ip());
    let mut negated = rules.flat_map(|rule| dump.args_of(rule)).filter(|arg| arg.negated());
    negated.find(|arg| !arg.span().of(dump.source).starts_with(b"!")).map(Arg::span)
}
