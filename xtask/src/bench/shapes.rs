//! How long it takes to decide which rules a packet comes to, on dumps that are easy and hard for that.

use anyhow::{Context as _, Result};
use fwlint_analysis::{Engine, Limits, Reach, World};
use fwlint_model::{ChainGraph, resolve, syntax::Backend};
use fwlint_syntax::{Options, parse};

use super::{
    median, milliseconds,
    stages::{Spent, spend},
};
use crate::{node::node, shapes::SHAPES};

pub(super) fn measure(rules: usize, runs: u16) -> Result<()> {
    println!(
        "| shape | rules | translating | deciding | reached | not | not known |\n|---|--:|--:|--:|--:|--:|--:|"
    );
    measure_one("kube-proxy and Calico", &node(rules), runs)?;
    for shape in SHAPES {
        // What ends by its budget takes as long each time.
        let runs = if shape.name == "mutual" { 1 } else { runs };
        measure_one(shape.name, &shape.dump(shape.rules), runs)?;
    }
    println!();
    Ok(())
}

fn measure_one(name: &str, text: &str, runs: u16) -> Result<()> {
    let dump = parse(text.as_bytes(), Options::default());
    let rulesets = resolve(&dump);
    let ruleset = rulesets.first().context("a shape without rules")?;
    let graph = ChainGraph::new(ruleset);
    let mut spent = Vec::new();
    let mut reached = [0; 3];
    for _ in 0..runs {
        let (mut engine, translating) = spend(|| {
            let world = World::new(ruleset, Backend::Legacy, None);
            Engine::new(&world, &graph, Limits::default())
        });
        let (reach, deciding) = spend(|| engine.decide());
        spent.push([translating, deciding]);
        let count = |which: fn(&Reach) -> bool| reach.iter().filter(|(_, reach)| which(reach)).count();
        reached = [
            count(|reach| *reach == Reach::Some),
            count(|reach| *reach == Reach::None),
            count(|reach| matches!(reach, Reach::Unknown(_))),
        ];
    }
    let cpu = |which: fn(&[Spent; 2]) -> Spent| median(spent.iter().map(|both| which(both).cpu).collect());
    let time = |cpu: Option<_>| milliseconds(cpu.unwrap_or_default());
    let [some, none, unknown] = reached;
    println!(
        "| {name} | {} | {} | {} | {some} | {none} | {unknown} |",
        ruleset.rules.len(),
        time(cpu(|[translating, _]| *translating)),
        time(cpu(|[_, deciding]| *deciding)),
    );
    Ok(())
}
