//! Rules that could be missing: without what the engine takes out, one rule at a time and all together, every packet has the
//! same fate, and everything else that may be noticed is the same.

use std::collections::BTreeSet;

use fwlint_analysis::{
    End, Engine, Limits, Meanings, Met, Reach, Removal, Tracking, World, explore, interpret,
    model::{
        ChainGraph, ChainId, RuleId, Ruleset, Target, resolve,
        syntax::{Backend, Dump, Options, parse},
    },
    packet::{Field, Packet},
};

use crate::small::{Axis, MAX_WAYS, Random, dump, seeds, space};

/// What may become of a packet: the end, the lines that do anything besides, and the marks.
type Outcome = (String, Vec<u8>, [Option<u32>; 2]);

/// All packets in all built-in chains, each with all that may become of it; `None` if there are more ways than are tried.
struct Fates {
    packets: Vec<(ChainId, Packet)>,
    outcomes: Vec<Option<BTreeSet<Outcome>>>,
}

impl Fates {
    fn of(dump: &Dump<'_>, axes: &[Axis]) -> Self {
        let ruleset = &resolve(dump)[0];
        let world = World::new(ruleset, Backend::Legacy, None);
        let roots = ruleset.chains.iter().filter(|(_, chain)| chain.hook.is_some());
        let all = space(&world, axes).packets();
        let packets = roots.flat_map(|(root, chain)| {
            // Fragments are put together before.
            let is_whole = chain.name.as_str() == "INPUT" || world.tracking == Tracking::On;
            let comes =
                move |packet: &&Packet| !is_whole || packet.get(Field::FRAGMENT) != Some(Field::LATER);
            all.iter().filter(comes).map(move |packet| (root, packet.clone()))
        });
        let packets: Vec<_> = packets.collect();
        let mut meanings = Meanings::new(&world);
        let outcomes = packets.iter().map(|(root, packet)| outcomes(&mut meanings, *root, packet)).collect();
        Self { packets, outcomes }
    }

    /// A packet of which something else becomes in the other dump, as text.
    fn differing(&self, other: &Dump<'_>) -> Option<String> {
        let ruleset = &resolve(other)[0];
        let world = World::new(ruleset, Backend::Legacy, None);
        let mut meanings = Meanings::new(&world);
        let mut pairs = self.packets.iter().zip(&self.outcomes);
        pairs.find_map(|((root, packet), before)| {
            let before = before.as_ref()?;
            let after = outcomes(&mut meanings, *root, packet)?;
            let chain = ruleset.chains[*root].name.as_str();
            (*before != after).then(|| format!("{packet:?} in {chain}: {before:?}, {after:?}"))
        })
    }
}

fn outcomes(
    meanings: &mut Meanings<'_, '_, '_>,
    root: ChainId,
    packet: &Packet,
) -> Option<BTreeSet<Outcome>> {
    let ruleset = meanings.world.ruleset;
    let mut found = BTreeSet::new();
    let (_, has_more) = explore(MAX_WAYS, |choices| {
        let mut packet = packet.clone();
        let passage = interpret(meanings, root, &mut packet, choices);
        assert_ne!(passage.end, End::Endless);
        let acts = passage.steps.iter().filter_map(|step| match step.met {
            Met::Rule { rule, .. } if matches!(ruleset.rules[rule].target, Target::Extension(_)) => {
                Some(ruleset.line(rule).span.of(ruleset.dump.source))
            }
            _ => None,
        });
        let lines = acts.collect::<Vec<_>>().join(&b'\n');
        let marks = [Field::MARK, Field::CONNMARK].map(|field| packet.get(field));
        found.insert((format!("{:?}", passage.end), lines, marks));
    });
    (!has_more).then_some(found)
}

/// The dump in which these rules do nothing. Their tests stay, since the devices that they name have their numbers from
/// there.
fn without(ruleset: &Ruleset<'_>, rules: &[RuleId]) -> String {
    let mut text = String::from_utf8(ruleset.dump.source.to_vec()).unwrap();
    let mut spans: Vec<_> = rules.iter().map(|&rule| ruleset.line(rule).span).collect();
    spans.sort_by_key(|span| span.start);
    for span in spans.into_iter().rev() {
        let line = text.get(span.start as usize..span.end as usize).unwrap();
        let target = [" -j ", " -g "].iter().filter_map(|option| line.rfind(option)).max().unwrap();
        text.replace_range(span.start as usize + target..span.end as usize, "");
    }
    text
}

/// All rules that can be taken out, one after the other.
fn take_out(removal: &mut Removal<'_>, ruleset: &Ruleset<'_>) -> Vec<RuleId> {
    let mut taken = Vec::new();
    for rule in ruleset.rules.ids().rev() {
        if let Some(instead) = removal.redundant(rule, &mut 1_000_000) {
            removal.take_out(rule, &instead);
            taken.push(rule);
        }
    }
    for rule in ruleset.rules.ids() {
        if let Some(instead) = removal.does_nothing(rule, &mut 1_000_000) {
            removal.take_out(rule, &instead);
            taken.push(rule);
        }
    }
    taken
}

#[test]
fn nothing_changes_without_rules_that_could_be_missing() {
    let (mut found, mut not_found, mut needed) = (0, 0, 0);
    for seed in seeds(0..40) {
        let (text, axes) = dump(&mut Random(seed));
        let dump = parse(text.as_bytes(), Options::default());
        let ruleset = &resolve(&dump)[0];
        let world = World::new(ruleset, Backend::Legacy, None);
        let mut engine = Engine::new(&world, &ChainGraph::new(ruleset), Limits::default());
        let reach = engine.decide();
        let fates = Fates::of(&dump, &axes);
        let differing = |rules: &[RuleId]| {
            fates.differing(&parse(without(ruleset, rules).as_bytes(), Options::default()))
        };
        let lines = |rules: &[RuleId]| {
            let line = |&rule: &RuleId| ruleset.line(rule).span.of(dump.source);
            String::from_utf8_lossy(&rules.iter().map(line).collect::<Vec<_>>().join(&b'\n')).into_owned()
        };
        let sends =
            |rule: &RuleId| !matches!(ruleset.rules[*rule].target, Target::None | Target::Extension(_));
        for rule in ruleset.rules.ids().filter(|rule| sends(rule) && reach[*rule] == Reach::Some) {
            let mut removal = engine.removal(&reach);
            let could_be_missing = removal.redundant(rule, &mut 1_000_000).is_some()
                || removal.does_nothing(rule, &mut 1_000_000).is_some();
            match differing(&[rule]) {
                None if could_be_missing => found += 1,
                None => not_found += 1,
                Some(packet) => {
                    assert!(!could_be_missing, "seed {seed}: {}\n{packet}\n{text}", lines(&[rule]));
                    needed += 1;
                }
            }
        }
        let taken = take_out(&mut engine.removal(&reach), ruleset);
        // Those that no packet comes to could be missing as well.
        let unmet = ruleset.rules.ids().filter(|&rule| reach[rule] == Reach::None);
        let all: Vec<_> = taken.iter().copied().chain(unmet).collect();
        for rules in [taken, all] {
            let packet = differing(&rules);
            assert_eq!(packet, None, "seed {seed}:\n{}\n{text}", lines(&rules));
        }
    }
    assert!(found > 30 && needed > 100, "{found} found, {needed} needed");
    eprintln!("{found} rules could be missing and were found, {not_found} were not; {needed} could not");
}
