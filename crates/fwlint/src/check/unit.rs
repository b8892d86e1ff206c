//! One machine's files, checked together: each dump with what its companions say, and the companions with what
//! all dumps refer to.

use std::sync::Arc;

use fwlint_lints::{Facts, NodeFacts, References, run, run_companion};
use fwlint_model::{
    Arena, CompanionId, Node,
    syntax::{Backend, Span},
};
use rayon::prelude::*;

use super::{Checked, Summary};
use crate::{
    cli, companions,
    input::{Failure, Input, Unit},
    select::is_wanted,
    source::Source,
};

/// The sources of a machine's companions.
pub(crate) type Companions = Arc<Arena<CompanionId, Arc<Source>>>;

/// Checks all files, in the order of their names. A companion in which nothing is found is left out. `advance` is called
/// when a file is done.
pub(super) fn check(
    unit: &Unit,
    options: &cli::Check,
    threads: usize,
    advance: &(dyn Fn() + Sync),
) -> Vec<Result<Checked, Failure>> {
    let (mut besides, mut sources, mut checked) = (Vec::new(), Vec::new(), Vec::new());
    for beside in &unit.companions {
        match beside.input.read() {
            Ok(source) => {
                besides.push(beside);
                sources.push(Arc::new(source));
            }
            Err(failure) => checked.push((beside.input.name.as_str(), Err(failure))),
        }
        advance();
    }
    let companions: Companions = Arc::new(sources.into_iter().collect());
    let read = companions.iter().zip(&besides);
    let node = Node::new(
        read.map(|((_, source), beside)| companions::read(source.bytes(), beside.kind, beside.family)),
    );

    let threads_each = threads.div_ceil(unit.dumps.len().max(1));
    let dumps: Vec<_> = unit
        .dumps
        .par_iter()
        .map(|input| {
            let found = check_dump(input, &node, &companions, options, threads_each);
            advance();
            (input.name.as_str(), found)
        })
        .collect();
    let mut references = References::default();
    let mut all_are_read = true;
    for (name, found) in dumps {
        let found = found.map(|(dump, more)| {
            references.extend(more);
            dump
        });
        all_are_read &= found.is_ok();
        checked.push((name, found));
    }
    if !all_are_read {
        // What the others refer to is not known.
        references = References::default();
    }

    let facts = NodeFacts { node: &node, references };
    let selected = |lint: &_| is_wanted(lint, &options.select, &options.ignore);
    for ((id, source), beside) in companions.iter().zip(besides) {
        let findings = run_companion(&facts, id, &selected);
        if !findings.kept.is_empty() || !findings.omitted.is_empty() {
            let (source, companions) = (Arc::clone(source), Arc::clone(&companions));
            let found = Checked { source, companions, rulesets: Vec::new(), findings, stray: Vec::new() };
            checked.push((beside.input.name.as_str(), Ok(found)));
        }
    }
    checked.sort_by_key(|&(name, _)| name);
    checked.into_iter().map(|(_, checked)| checked).collect()
}

fn check_dump(
    input: &Input,
    node: &Node<'_>,
    companions: &Companions,
    options: &cli::Check,
    threads: usize,
) -> Result<(Checked, References), Failure> {
    let source = input.read()?;
    let dump = input.parse_for(&source, options.reading.family, options.backend, threads)?;
    let backend = options.backend.map(Backend::from);
    let name = input.save_name();
    let facts = Facts::of_node(&dump, node);
    let mut rulesets: Vec<_> = facts.rulesets.iter().map(Summary::of).collect();
    let mut references = if node.knows_sets() { References::of(&facts) } else { References::default() };
    if let Some((named, family)) = name.and_then(|name| Some((name.backend, name.family?)))
        && source.bytes().is_empty()
    {
        rulesets.push(Summary::nothing(family, backend.or(named)));
        references.add_family(family);
    }
    let findings = run(&facts, &|lint| is_wanted(lint, &options.select, &options.ignore));
    let stray = dump.stray.iter().map(|&span| lines(span, &source)).collect();
    drop(facts);
    drop(dump);
    let checked =
        Checked { source: Arc::new(source), companions: Arc::clone(companions), rulesets, findings, stray };
    Ok((checked, references))
}

/// `3`, `3-7`.
fn lines(span: Span, source: &Source) -> String {
    let (first, last) = (source.line(span.start), source.line(span.end.saturating_sub(1).max(span.start)));
    if first == last { first.to_string() } else { format!("{first}-{last}") }
}
