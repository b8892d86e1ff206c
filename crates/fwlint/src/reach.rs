//! `fwlint reach`: which rules packets come to, with one of them; and what keeps packets from the others.

mod json;
mod natural;
mod text;

use std::process::ExitCode;

use clap::ValueEnum;
use fwlint_analysis::{Blockers, Engine, Limits, Reach, Why, World};
use fwlint_model::{Arena, ChainGraph, ChainId, Node, RuleId, resolve, syntax::Backend};
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

/// How many sets of packets are looked at, to find out to which rules the tables before let packets through.
const MAX_BEFORE: u64 = 50_000_000;

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
    /// The rules that packets come to in their own table, but not past those before; in order.
    cut_off: Vec<RuleId>,
}

/// What is known of a rule.
struct Known {
    rule: RuleId,
    reach: Reach,
    witness: Option<fwlint_analysis::Witness>,
    /// What keeps packets from it; `None` if that was too much to find out, or if it is reached.
    blockers: Option<Blockers>,
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
                let mut reach = engine.decide();
                let cut_off = engine.earlier_tables(MAX_BEFORE).cut_off(&reach);
                for &rule in &cut_off {
                    reach[rule] = Reach::None;
                }
                let reached =
                    Reached { source, is_in_node: unit.len() > 1, world, graph, engine, reach, cut_off };
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
                let blockers = is_blocked.then(|| self.blockers(rule, &mut left)).flatten();
                tell(&Known { rule, reach: self.reach[rule], witness, blockers, reason })?;
            }
        }
        Ok(())
    }

    fn blockers(&self, rule: RuleId, left: &mut u64) -> Option<Blockers> {
        if self.cut_off.binary_search(&rule).is_err() {
            return self.engine.blockers(rule, |_| false, left);
        }
        let mut earlier = self.engine.earlier_tables(*left);
        let blockers = earlier.blockers(rule, |_| false);
        *left = earlier.left();
        blockers
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

    /// The name of the table that a chain is in, if a rule is in another one.
    fn other_table(&self, chain: ChainId, rule: RuleId) -> Option<String> {
        let ruleset = self.world.ruleset;
        let is_other = ruleset.chains[chain].table != ruleset.chains[ruleset.rules[rule].chain].table;
        is_other.then(|| ruleset.table_name(chain).to_string())
    }

    /// Where the policy of a built-in chain is declared.
    fn line_of_policy(&self, root: ChainId) -> u32 {
        self.source.line(self.world.ruleset.chains[root].declared.unwrap_or_default().start)
    }

    fn line(&self, rule: RuleId) -> u32 {
        self.source.line(self.world.ruleset.line(rule).span.start)
    }
}
