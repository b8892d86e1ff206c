//! `fwlint reach`: which rules packets come to, with one of them; and what keeps packets from the others.

mod json;
mod natural;
mod text;

use std::process::ExitCode;

use clap::ValueEnum;
use fwlint_analysis::{Engine, Limits, Reach, Why, World};
use fwlint_model::{Arena, ChainGraph, Node, RuleId, resolve, syntax::Backend};
use rayon::prelude::*;

use crate::{
    check::available_threads,
    cli, companions,
    input::{self, Failure},
    source::Source,
};

/// How it is shown.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Format {
    /// A summary, and the rules that no packet comes to, for people
    #[default]
    Text,
    /// One object for each rule, one in a line
    Jsonl,
}

/// How many sets of packets are looked at, to find out for all rules of a dump what keeps packets from them.
const MAX_LOOKED_AT: u64 = 20_000_000;

/// How many rules are looked at at once.
const CHUNK: usize = 8192;

/// A rule set, and what is known of its rules.
struct Reached<'a, 'd> {
    source: &'a Source,
    /// The file is one of several.
    is_in_node: bool,
    world: World<'a, 'd>,
    graph: ChainGraph,
    engine: Engine,
    reach: Arena<RuleId, Reach>,
}

/// What is known of a rule.
struct Known {
    rule: RuleId,
    reach: Reach,
    witness: Option<fwlint_analysis::Witness>,
    /// What keeps packets from it; `None` if that was too much to find out, or if it is reached.
    blockers: Option<Vec<RuleId>>,
    reason: Option<&'static str>,
}

pub(crate) fn run(options: &cli::Reach) -> Result<ExitCode, Failure> {
    let unit = input::machine(&options.path, &options.with, &options.reading.stdin_filename)?;
    let besides: Vec<_> =
        unit.companions.iter().map(|beside| beside.input.read()).collect::<Result<_, _>>()?;
    let read = unit.companions.iter().zip(&besides);
    let node =
        Node::new(read.map(|(beside, source)| companions::read(source.bytes(), beside.kind, beside.family)));
    let sources: Vec<_> = unit.dumps.iter().map(input::Input::read).collect::<Result<_, _>>()?;
    let parse = |(input, source): (&input::Input, _)| {
        input.parse_for(source, options.reading.family, options.backend, available_threads())
    };
    let dumps: Vec<_> = unit.dumps.iter().zip(&sources).map(parse).collect::<Result<_, _>>()?;
    crate::print(|out| {
        for (source, dump) in sources.iter().zip(&dumps) {
            for ruleset in &resolve(dump) {
                let graph = ChainGraph::new(ruleset);
                let world = World::new(ruleset, ruleset.backend.unwrap_or(Backend::Legacy), Some(&node));
                let mut engine = Engine::new(&world, &graph, Limits::default());
                let reached = Reached {
                    source,
                    is_in_node: unit.len() > 1,
                    world,
                    graph,
                    reach: engine.decide(),
                    engine,
                };
                match options.format {
                    Format::Text => text::print(&reached, out)?,
                    Format::Jsonl => json::print(&reached, out)?,
                }
            }
        }
        Ok(())
    })
}

impl Reached<'_, '_> {
    /// Tells of all rules, in the order of the file.
    fn each<E>(&self, with_witness: bool, mut tell: impl FnMut(&Known) -> Result<(), E>) -> Result<(), E> {
        let ruleset = self.world.ruleset;
        let mut rules: Vec<_> = ruleset.rules.ids().collect();
        rules.sort_by_key(|&rule| ruleset.rules[rule].line);
        let mut left = MAX_LOOKED_AT;
        for chunk in rules.chunks(CHUNK) {
            let witness = |&rule: &RuleId| {
                let is_reached = with_witness && self.reach[rule] == Reach::Some;
                is_reached.then(|| self.engine.witness(rule)).flatten()
            };
            let witnesses: Vec<_> = chunk.par_iter().map(witness).collect();
            for (&rule, witness) in chunk.iter().zip(witnesses) {
                let reason = self.reason(rule, self.reach[rule]);
                let is_blocked = self.reach[rule] == Reach::None && reason.is_none();
                let found = is_blocked.then(|| self.engine.blockers(rule, |_| false, &mut left)).flatten();
                let blockers = found.map(|blockers| blockers.rules);
                tell(&Known { rule, reach: self.reach[rule], witness, blockers, reason })?;
            }
        }
        Ok(())
    }

    /// Why no packet comes to the rule, or why that is not known, if no rules see to it.
    fn reason(&self, rule: RuleId, reach: Reach) -> Option<&'static str> {
        match reach {
            Reach::None if self.graph.hooks(self.world.ruleset.rules[rule].chain).is_empty() => {
                Some("no hook leads to its chain")
            }
            Reach::None if !self.engine.may_match(rule) => Some("no packet can match it"),
            Reach::None | Reach::Some => None,
            Reach::Unknown(Why::Loop) => Some("a loop of calls, which no kernel loads"),
            Reach::Unknown(Why::Budget) => Some("it takes too long to find out"),
            Reach::Unknown(Why::Rough) => Some("a rule on the way has too many alternatives"),
        }
    }

    fn line(&self, rule: RuleId) -> u32 {
        self.source.line(self.world.ruleset.line(rule).span.start)
    }
}
