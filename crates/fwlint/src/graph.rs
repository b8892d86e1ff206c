//! `fwlint graph`: chains and what leads from one to another, as a picture or as data.

mod dot;
mod json;
mod mermaid;

use std::{collections::HashMap, process::ExitCode};

use clap::ValueEnum;
use fwlint_model::{ChainGraph, ChainId, Hook, HookSet, Policy, RuleId, Ruleset, resolve};

use crate::{
    check::available_threads,
    cli,
    input::{Failure, Input},
    text,
};

/// As what to print a graph.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Format {
    /// For Graphviz: `fwlint graph --format dot FILE | dot -Tsvg > graph.svg`
    #[default]
    Dot,
    /// For Markdown and wikis that draw Mermaid
    Mermaid,
    /// As data
    Json,
}

/// The chains of a table and the calls between them.
#[derive(Debug)]
struct Cluster<'d> {
    ruleset: &'d Ruleset<'d>,
    table: String,
    /// What the table is called in a picture: with family and backend if there are several rule sets.
    title: String,
    chains: Vec<Chain>,
    calls: Vec<Calls>,
}

#[derive(Debug)]
struct Chain {
    /// Its number in the whole graph, from 0.
    number: usize,
    name: String,
    hook: Option<Hook>,
    policy: Option<Policy>,
    rules: usize,
    /// The hooks that lead to it; none if it is dead.
    hooks: HookSet,
    in_loop: bool,
}

/// All jumps, or all gotos, from one chain to another.
#[derive(Debug)]
struct Calls {
    /// Numbers of chains.
    from: usize,
    to: usize,
    goto: bool,
    /// Both chains are in the same loop.
    in_loop: bool,
    rules: Vec<RuleId>,
}

pub(crate) fn run(options: &cli::Graph) -> Result<ExitCode, Failure> {
    let input = Input::one(&options.path, &options.reading.stdin_filename);
    let source = input.read()?;
    let dump = input.parse(&source, options.reading.family, available_threads())?;
    let rulesets = resolve(&dump);
    let clusters = draw(&rulesets);
    crate::print(|out| match options.format {
        Format::Dot => dot::print(&clusters, out),
        Format::Mermaid => mermaid::print(&clusters, out),
        Format::Json => json::print(&clusters, &source, out),
    })
}

fn draw<'d>(rulesets: &'d [Ruleset<'d>]) -> Vec<Cluster<'d>> {
    let mut clusters = Vec::new();
    let mut first = 0;
    for ruleset in rulesets {
        let graph = ChainGraph::new(ruleset);
        let numbers: HashMap<_, _> = ruleset.chains.ids().zip(first..).collect();
        first += ruleset.chains.len();
        for (table, content) in ruleset.tables.iter() {
            let ids = || ruleset.chains_of(table);
            let table = content.name.to_string();
            clusters.push(Cluster {
                ruleset,
                title: if rulesets.len() > 1 { full_title(ruleset, &table) } else { table.clone() },
                table,
                chains: ids().map(|id| chain(ruleset, &graph, id, &numbers)).collect(),
                calls: ids().flat_map(|id| calls(&graph, id, &numbers)).collect(),
            });
        }
    }
    clusters
}

fn full_title(ruleset: &Ruleset<'_>, table: &str) -> String {
    let backend = ruleset.backend.map_or_else(String::new, |backend| format!(" {backend}"));
    format!("{}{backend} {table}", ruleset.family)
}

fn chain(ruleset: &Ruleset<'_>, graph: &ChainGraph, id: ChainId, numbers: &HashMap<ChainId, usize>) -> Chain {
    let chain = &ruleset.chains[id];
    Chain {
        number: numbers.get(&id).copied().unwrap_or_default(),
        name: chain.name.to_string(),
        hook: chain.hook,
        policy: chain.policy,
        rules: ruleset.rules_of(id).len(),
        hooks: graph.hooks(id),
        in_loop: graph.loop_of(id).is_some(),
    }
}

/// The calls from a chain, those to the same chain together, in the order of their first rules.
fn calls(graph: &ChainGraph, from: ChainId, numbers: &HashMap<ChainId, usize>) -> Vec<Calls> {
    let number = |id| numbers.get(&id).copied().unwrap_or_default();
    let loop_of = |id| graph.loop_of(id).map(std::ptr::from_ref);
    let mut calls: Vec<Calls> = Vec::new();
    let mut known: HashMap<(ChainId, bool), usize> = HashMap::new();
    for call in graph.calls_from(from) {
        let index = *known.entry((call.to, call.goto)).or_insert_with(|| {
            calls.push(Calls {
                from: number(from),
                to: number(call.to),
                goto: call.goto,
                in_loop: loop_of(from).is_some() && loop_of(from) == loop_of(call.to),
                rules: Vec::new(),
            });
            calls.len() - 1
        });
        if let Some(calls) = calls.get_mut(index) {
            calls.rules.push(call.rule);
        }
    }
    calls
}

impl Chain {
    /// What stands below its name: `policy DROP, 3 rules`.
    fn content(&self) -> String {
        let rules = if self.rules == 0 { "empty".to_owned() } else { text::count(self.rules, "rule") };
        match self.policy_name() {
            Some(policy) => format!("policy {policy}, {rules}"),
            None => rules,
        }
    }

    fn policy_name(&self) -> Option<&'static str> {
        self.policy.map(|policy| match policy {
            Policy::Accept => "ACCEPT",
            Policy::Drop => "DROP",
            Policy::Return => "RETURN",
        })
    }

    fn is_dead(&self) -> bool {
        self.hooks.is_empty()
    }
}
