//! Reachability: what the engine calls reachable must be met by a packet, what it calls unreachable by none.

use std::collections::BTreeSet;

use fwlint_analysis::{
    Engine, Limits, Meanings, Met, Reach, Tracking, Why, World, explore, interpret,
    model::{
        ChainGraph, ChainId, RuleId, Ruleset, resolve,
        syntax::{Backend, Options, parse},
    },
    packet::Field,
};

use crate::small::{Axis, MAX_WAYS, Random, Space, dump, seeds, space};

/// The rules that some packet of a space meets, and whether there are more ways than were tried.
fn met(world: &World<'_, '_>, space: &Space) -> (BTreeSet<RuleId>, bool) {
    let ruleset = world.ruleset;
    let roots: Vec<ChainId> =
        ruleset.chains.iter().filter(|(_, chain)| chain.hook.is_some()).map(|(id, _)| id).collect();
    let (mut met, mut is_cut) = (BTreeSet::new(), false);
    let mut meanings = Meanings::new(world);
    for packet in space.packets() {
        for &root in &roots {
            // Fragments are put together before a local process gets them.
            let is_input = ruleset.chains[root].name.as_str() == "INPUT" || world.tracking == Tracking::On;
            if is_input && packet.get(Field::FRAGMENT) == Some(Field::LATER) {
                continue;
            }
            let (_, has_more) = explore(MAX_WAYS, |choices| {
                let mut packet = packet.clone();
                let passage = interpret(&mut meanings, root, &mut packet, choices);
                met.extend(passage.steps.iter().filter_map(|step| match step.met {
                    Met::Rule { rule, .. } => Some(rule),
                    Met::Policy(_) => None,
                }));
            });
            is_cut |= has_more;
        }
    }
    (met, is_cut)
}

/// The engine with each of its means and without.
fn variants() -> [Limits; 4] {
    let all = Limits::default();
    [
        all,
        Limits { tries_packets: false, ..all },
        Limits { learns: false, ..all },
        Limits { tries_packets: false, learns: false, uses_index: false, ..all },
    ]
}

fn compare(seed: u64, ruleset: &Ruleset<'_>, axes: &[Axis], text: &str) -> [usize; 4] {
    let world = World::new(ruleset, Backend::Legacy, None);
    let graph = ChainGraph::new(ruleset);
    let (met, is_cut) = met(&world, &space(&world, axes));
    let mut counts = [0; 4];
    for (variant, limits) in variants().into_iter().enumerate() {
        let mut engine = Engine::new(&world, &graph, limits);
        for (rule, reach) in engine.decide().iter() {
            let line =
                || String::from_utf8_lossy(ruleset.line(rule).span.of(ruleset.dump.source)).into_owned();
            let is_met = met.contains(&rule);
            if is_cut && !is_met {
                continue;
            }
            // Marks in long chains may take too long. That is no wrong answer.
            if *reach == Reach::Unknown(Why::Budget) {
                counts[3] += 1;
                continue;
            }
            let expected = if is_met { Reach::Some } else { Reach::None };
            assert_eq!(*reach, expected, "seed {seed}, variant {variant}: {}\n{text}", line());
            if variant == 0 {
                counts[usize::from(!is_met)] += 1;
                assert_eq!(engine.witness(rule).is_some(), is_met, "seed {seed}: {}\n{text}", line());
                let mut left = limits.total;
                let is_explained = engine.blockers(rule, |_| false, &mut left).is_some();
                assert!(!(is_met && is_explained), "seed {seed}: {}\n{text}", line());
                counts[2] += usize::from(!is_met && !is_explained);
            }
        }
    }
    counts
}

#[test]
fn the_engine_agrees_with_the_interpreter() {
    let mut total = [0; 4];
    for seed in seeds(0..100) {
        let mut random = Random(seed);
        let (text, axes) = dump(&mut random);
        let dump = parse(text.as_bytes(), Options::default());
        assert!(dump.errors.is_empty(), "seed {seed}: {:?}\n{text}", dump.errors);
        let rulesets = resolve(&dump);
        let counts = compare(seed, &rulesets[0], &axes, &text);
        total.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
    }
    // Neither answer is rare, and few questions take too long.
    assert!(total[0] > 100 && total[1] > 100, "{total:?}");
    assert!(total[2] * 100 < total[1] && total[3] * 1000 < total[0] + total[1], "{total:?}");
    let [reached, not, unexplained, unknown] = total;
    eprintln!(
        "{reached} rules reached, {not} not, {unexplained} of them not explained; {unknown} times not known"
    );
}
