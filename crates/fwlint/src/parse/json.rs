//! A dump as JSON, written rule by rule: a large one is not copied.

use std::{
    borrow::Cow,
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

use super::value::ValueRecord;
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
    /// Text around the dump that is no part of it.
    stray: S,
}

struct TableRecord<'v, 's> {
    view: &'v View<'s>,
    table: &'v Table,
}

#[derive(Serialize)]
struct TableFields<C: Serialize, E: Serialize, R: Serialize> {
    family: Option<String>,
    backend: Option<String>,
    table: Option<String>,
    line: u32,
    chains: C,
    /// Commands on whole chains.
    edits: E,
    rules: R,
}

#[derive(Serialize)]
struct ChainRecord {
    chain: Option<String>,
    policy: Option<String>,
    packets: Option<u64>,
    bytes: Option<u64>,
    command: &'static str,
    line: u32,
}

#[derive(Serialize)]
struct EditRecord {
    command: &'static str,
    chain: Option<String>,
    line: u32,
}

#[derive(Serialize)]
struct RuleRecord<O: Serialize> {
    chain: Option<String>,
    /// Its number in its chain; `null` if it is not there in the end.
    rule: Option<u32>,
    line: u32,
    command: &'static str,
    /// The number that stands behind `-I`, `-R` or `-D`.
    at: Option<u32>,
    packets: Option<u64>,
    bytes: Option<u64>,
    options: O,
    target: Option<String>,
    goto: bool,
    /// Part of it could not be read.
    broken: bool,
    /// It has an extension that is kept word for word.
    unmodelled: bool,
}

#[derive(Serialize)]
struct OptionRecord<'s> {
    /// `null` for what every rule has.
    extension: Option<&'static str>,
    /// The long name; `null` for an option of an extension that is kept word for word.
    option: Option<&'static str>,
    negated: bool,
    /// The value as it stands.
    text: Cow<'s, str>,
    value: Option<ValueRecord<'s>>,
    column: u32,
    end_column: u32,
}

#[derive(Serialize)]
struct ErrorRecord<'s> {
    line: u32,
    column: u32,
    end_column: u32,
    text: Cow<'s, str>,
    expected: String,
}

#[derive(Serialize)]
struct StrayRecord {
    line: u32,
    end_line: u32,
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

impl Serialize for TableRecord<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { view, table } = self;
        let dump = view.dump;
        let run = dump.runs.get(table.run);
        let chains = dump.chains.get(table.chains.clone()).unwrap_or_default();
        let edits = dump.edits.get(table.edits.clone()).unwrap_or_default();
        let rules = dump.rules.get(table.rules.clone()).unwrap_or_default();
        let fields = TableFields {
            family: run.map(|run| run.family.to_string()),
            backend: run.and_then(|run| run.backend).map(|backend| backend.to_string()),
            table: view.text(table.name),
            line: view.line(table.span),
            chains: Each(|| chains.iter().map(|chain| view.chain(chain))),
            edits: Each(|| edits.iter().map(|edit| view.edit(edit))),
            rules: Each(|| rules.iter().zip(table.rules.start..).map(|(rule, index)| view.rule(rule, index))),
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

impl<'s> View<'s> {
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
            // iptables takes what does not fit for the largest number.
            String::from_utf8_lossy(digits).parse().unwrap_or(u64::MAX)
        });
        (numbers.next(), numbers.next())
    }

    fn chain(&self, chain: &ChainLine) -> ChainRecord {
        let (packets, bytes) = self.counters(chain.counters);
        ChainRecord {
            chain: self.text(chain.name),
            policy: self.text(chain.policy).filter(|policy| policy != "-"),
            packets,
            bytes,
            command: match chain.form {
                ChainForm::Colon => "declare",
                ChainForm::New => "new",
                ChainForm::Policy => "policy",
            },
            line: self.line(chain.span),
        }
    }

    fn edit(&self, edit: &Edit) -> EditRecord {
        EditRecord {
            command: match edit.kind {
                EditKind::Flush => "flush",
                EditKind::DeleteChain => "delete_chain",
                EditKind::Zero => "zero",
                EditKind::Rename => "rename",
            },
            chain: self.text(edit.chain),
            line: self.line(edit.span),
        }
    }

    fn rule(&self, rule: &'s Rule, index: usize) -> impl Serialize {
        let (packets, bytes) = self.counters(rule.counters);
        let (command, at) = match rule.command {
            Command::Append => ("append", None),
            Command::Insert(at) => ("insert", Some(at)),
            Command::Replace(at) => ("replace", Some(at)),
            Command::DeleteAt(at) => ("delete", Some(at)),
            Command::Delete => ("delete", None),
        };
        RuleRecord {
            chain: self.text(rule.chain),
            rule: self.numbers.get(index).copied().flatten(),
            line: self.line(rule.span),
            command,
            at,
            packets,
            bytes,
            options: Each(|| self.dump.args_of(rule).iter().map(|arg| self.option(arg))),
            target: rule.target_span(self.dump).and_then(|span| self.text(span)),
            goto: rule.is_goto(self.dump),
            broken: rule.broken,
            unmodelled: rule.verbatim,
        }
    }

    fn option(&self, arg: &Arg) -> OptionRecord<'s> {
        let extension = arg.extension().name;
        OptionRecord {
            extension: (!extension.is_empty()).then_some(extension),
            option: arg.spec().map(|spec| spec.name),
            negated: arg.negated(),
            text: String::from_utf8_lossy(arg.value_span().of(self.dump.source)),
            value: ValueRecord::of(arg, self.dump.source),
            column: self.column(arg.span().start),
            end_column: self.column(arg.span().end),
        }
    }

    fn error(&self, error: &SyntaxError) -> ErrorRecord<'s> {
        ErrorRecord {
            line: self.line(error.span),
            column: self.column(error.span.start),
            end_column: self.column(error.span.end),
            text: String::from_utf8_lossy(error.span.of(self.dump.source)),
            expected: error.problem.expected().to_string(),
        }
    }

    fn stray(&self, span: Span) -> StrayRecord {
        StrayRecord { line: self.line(span), end_line: self.positions.borrow_mut().of(span.end).line }
    }
}
