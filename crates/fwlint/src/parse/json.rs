//! A dump as JSON, written rule by rule: a large one is not copied.

use std::{
    cell::RefCell,
    io::{self, Write},
};

use fwlint_model::{
    resolve,
    syntax::{
        Arg, ChainForm, ChainLine, Command, Dump, Edit, EditKind, Rule, Span, SyntaxError, Table, unquote,
    },
};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::value;
use crate::source::{Positions, Source};

/// Raised when a field changes its meaning or goes.
const VERSION: u32 = 1;

pub(super) fn print(dump: &Dump<'_>, source: &Source, out: &mut dyn Write) -> io::Result<()> {
    let view = View { dump, positions: RefCell::new(source.positions()), numbers: numbers(dump) };
    let document = DocumentRecord {
        version: VERSION,
        path: &source.name,
        tables: Each(|| dump.tables.iter().map(|table| TableRecord { view: &view, table })),
        errors: Each(|| dump.errors.iter().map(|error| view.error(error))),
        errors_omitted: dump.errors_omitted,
        stray: Each(|| dump.stray.iter().map(|&span| view.stray(span))),
    };
    serde_json::to_writer(&mut *out, &document)?;
    writeln!(out)
}

/// The number in its chain of each rule line that a restore program would have loaded in the end.
fn numbers(dump: &Dump<'_>) -> Vec<Option<u32>> {
    let mut numbers = vec![None; dump.rules.len()];
    for ruleset in resolve(dump) {
        for (_, rule) in ruleset.rules.iter() {
            if let Some(number) = numbers.get_mut(rule.line as usize) {
                *number = Some(rule.position);
            }
        }
    }
    numbers
}

#[derive(Serialize)]
struct DocumentRecord<'d, T: Serialize, E: Serialize, S: Serialize> {
    version: u32,
    path: &'d str,
    tables: T,
    errors: E,
    /// How many more errors there were.
    errors_omitted: usize,
    stray: S,
}

/// An array whose elements are made when they are written.
struct Each<F>(F);

impl<F, I> Serialize for Each<F>
where
    F: Fn() -> I,
    I: Iterator<Item: Serialize>,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0())
    }
}

struct TableRecord<'v, 's> {
    view: &'v View<'s>,
    table: &'v Table,
}

impl Serialize for TableRecord<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Fields<C: Serialize, E: Serialize, R: Serialize> {
            family: Option<String>,
            backend: Option<String>,
            table: Option<String>,
            line: u32,
            chains: C,
            edits: E,
            rules: R,
        }
        let Self { view, table } = self;
        let dump = view.dump;
        let run = dump.runs.get(table.run);
        let fields = Fields {
            family: run.map(|run| run.family.to_string()),
            backend: run.and_then(|run| run.backend).map(|backend| backend.to_string()),
            table: view.text(table.name),
            line: view.line(table.span),
            chains: Each(|| {
                dump.chains.get(table.chains.clone()).into_iter().flatten().map(|c| view.chain(c))
            }),
            edits: Each(|| dump.edits.get(table.edits.clone()).into_iter().flatten().map(|e| view.edit(e))),
            rules: Each(|| {
                let rules = dump.rules.get(table.rules.clone()).into_iter().flatten();
                rules.zip(table.rules.start..).map(|(rule, index)| view.rule(rule, index))
            }),
        };
        fields.serialize(serializer)
    }
}

/// A dump and what is needed to show its parts.
struct View<'s> {
    dump: &'s Dump<'s>,
    positions: RefCell<Positions<'s>>,
    numbers: Vec<Option<u32>>,
}

impl View<'_> {
    fn line(&self, span: Span) -> u32 {
        self.positions.borrow_mut().of(span.start).line
    }

    fn column(&self, byte: u32) -> u32 {
        self.positions.borrow_mut().of(byte).column
    }

    /// A word without its quotes; bytes that are not UTF-8 become U+FFFD.
    fn text(&self, word: Span) -> Option<String> {
        let bytes = unquote(word.of(self.dump.source));
        (!word.is_empty()).then(|| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Packets and bytes.
    fn counters(&self, span: Span) -> (Option<u64>, Option<u64>) {
        let digits = span.of(self.dump.source).split(|byte| !byte.is_ascii_digit());
        let mut numbers = digits.filter(|digits| !digits.is_empty()).map(|digits| {
            let text = String::from_utf8_lossy(digits);
            // iptables takes what does not fit for the largest number.
            text.parse().unwrap_or(u64::MAX)
        });
        (numbers.next(), numbers.next())
    }

    fn chain(&self, chain: &ChainLine) -> Value {
        let (packets, bytes) = self.counters(chain.counters);
        json!({
            "chain": self.text(chain.name),
            "policy": self.text(chain.policy).filter(|policy| policy != "-"),
            "packets": packets,
            "bytes": bytes,
            "command": match chain.form {
                ChainForm::Colon => "declare",
                ChainForm::New => "new",
                ChainForm::Policy => "policy",
            },
            "line": self.line(chain.span),
        })
    }

    fn edit(&self, edit: &Edit) -> Value {
        json!({
            "command": match edit.kind {
                EditKind::Flush => "flush",
                EditKind::DeleteChain => "delete_chain",
                EditKind::Zero => "zero",
                EditKind::Rename => "rename",
            },
            "chain": self.text(edit.chain),
            "line": self.line(edit.span),
        })
    }

    fn rule(&self, rule: &Rule, index: usize) -> Value {
        let (packets, bytes) = self.counters(rule.counters);
        let (command, at) = match rule.command {
            Command::Append => ("append", None),
            Command::Insert(at) => ("insert", Some(at)),
            Command::Replace(at) => ("replace", Some(at)),
            Command::DeleteAt(at) => ("delete", Some(at)),
            Command::Delete => ("delete", None),
        };
        json!({
            "chain": self.text(rule.chain),
            "rule": self.numbers.get(index).copied().flatten(),
            "line": self.line(rule.span),
            "command": command,
            "at": at,
            "packets": packets,
            "bytes": bytes,
            "options": self.dump.args_of(rule).iter().map(|arg| self.option(arg)).collect::<Vec<_>>(),
            "target": rule.target_span(self.dump).and_then(|span| self.text(span)),
            "goto": rule.is_goto(self.dump),
            "broken": rule.broken,
            "unmodelled": rule.verbatim,
        })
    }

    fn option(&self, arg: &Arg) -> Value {
        let extension = arg.extension().name;
        json!({
            "extension": (!extension.is_empty()).then_some(extension),
            "option": arg.spec().map(|spec| spec.name),
            "negated": arg.negated(),
            "text": String::from_utf8_lossy(arg.value_span().of(self.dump.source)),
            "value": value::to_json(arg, self.dump.source),
            "column": self.column(arg.span().start),
            "end_column": self.column(arg.span().end),
        })
    }

    fn error(&self, error: &SyntaxError) -> Value {
        json!({
            "line": self.line(error.span),
            "column": self.column(error.span.start),
            "end_column": self.column(error.span.end),
            "text": String::from_utf8_lossy(error.span.of(self.dump.source)),
            "expected": error.problem.expected(),
        })
    }

    fn stray(&self, span: Span) -> Value {
        json!({ "line": self.line(span), "end_line": self.positions.borrow_mut().of(span.end).line })
    }
}
