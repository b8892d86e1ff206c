//! A graph as data.

use std::io::{self, Write};

use fwlint_model::Hook;
use serde::Serialize;

use super::{Calls, Chain, Cluster};
use crate::source::Source;

/// Raised when a field changes its meaning or goes.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'g> {
    version: u32,
    path: &'g str,
    tables: Vec<TableRecord<'g>>,
}

#[derive(Serialize)]
struct TableRecord<'g> {
    family: String,
    backend: Option<String>,
    table: &'g str,
    chains: Vec<ChainRecord<'g>>,
    calls: Vec<CallsRecord<'g>>,
}

#[derive(Serialize)]
struct ChainRecord<'g> {
    name: &'g str,
    /// The hook it hangs on; `null` for a user chain.
    hook: Option<&'static str>,
    policy: Option<&'static str>,
    rules: usize,
    /// The hooks that lead to it; none if it is dead.
    reached_from: Vec<&'static str>,
    in_loop: bool,
}

/// All jumps, or all gotos, from one chain to another.
#[derive(Serialize)]
struct CallsRecord<'g> {
    from: &'g str,
    to: &'g str,
    goto: bool,
    rules: Vec<RuleRecord>,
}

#[derive(Serialize)]
struct RuleRecord {
    /// Its position in its chain, from 1.
    rule: u32,
    line: u32,
}

pub(super) fn print(clusters: &[Cluster<'_>], source: &Source, out: &mut dyn Write) -> io::Result<()> {
    let tables = clusters.iter().map(|cluster| table(cluster, source)).collect();
    let document = Document { version: VERSION, path: &source.name, tables };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn table<'g>(cluster: &'g Cluster<'_>, source: &Source) -> TableRecord<'g> {
    TableRecord {
        family: cluster.ruleset.family.to_string(),
        backend: cluster.ruleset.backend.map(|backend| backend.to_string()),
        table: &cluster.table,
        chains: cluster.chains.iter().map(chain).collect(),
        calls: cluster.calls.iter().map(|calls| calls_record(cluster, calls, source)).collect(),
    }
}

fn chain(chain: &Chain) -> ChainRecord<'_> {
    ChainRecord {
        name: &chain.name,
        hook: chain.hook.map(Hook::chain_name),
        policy: chain.policy_name(),
        rules: chain.rules,
        reached_from: chain.hooks.iter().map(Hook::chain_name).collect(),
        in_loop: chain.in_loop,
    }
}

fn calls_record<'g>(cluster: &'g Cluster<'_>, calls: &Calls, source: &Source) -> CallsRecord<'g> {
    let first = cluster.chains.first().map_or(0, |chain| chain.number);
    let name = |number: usize| cluster.chains.get(number - first).map_or("", |chain| &*chain.name);
    let rule = |&rule| RuleRecord {
        rule: cluster.ruleset.rules[rule].position,
        line: source.line(cluster.ruleset.line(rule).span.start),
    };
    CallsRecord {
        from: name(calls.from),
        to: name(calls.to),
        goto: calls.goto,
        rules: calls.rules.iter().map(rule).collect(),
    }
}
