//! Rules that could be missing: without what the engine takes out, one rule at a time and all together, every packet has the
//! same fate, and everything else that may be noticed is the same.

use std::collections::BTreeSet;

use fwlint_analysis::{
    End, Engine, Limits, Meanings, Met, Reach, Removal, World, explore, interpret,
    model::{
        ChainGraph, ChainId, RuleId, Ruleset, Target, resolve,
        syntax::{Backend, Dump, Options, parse},
    },
    packet::{Field, Packet},
};

use crate::small::{Axis, MAX_WAYS, Random, dump, seeds, space};

/// What becomes of a packet: the end, which lines do anything besides, and the marks.
type Outcome<'d> = (String, Vec<&'d [u8]>, [Option<u32>; 2]);

/// All that may become of a packet in a built-in chain; `None` if there are more ways than are tried.
fn outcomes<'d>(
    meanings: &mut Meanings<'_, '_, 'd>,
    dump: &'d Dump<'d>,
    root: ChainId,
    packet: &Packet,
) -> Option<BTreeSet<Outcome<'d>>> {
    let ruleset = meanings.world.ruleset;
    let acts = |line: &[u8]| {
        [&b"LOG"[..], b"MARK"].iter().any(|word| line.windows(word.len()).any(|own| own == *word))
    };
    let mut found = BTreeSet::new();
    let (_, has_more) = explore(MAX_WAYS, |choices| {
        let mut packet = packet.clone();
        let passage = interpret(meanings, root, &mut packet, choices);
        assert_ne!(passage.end, End::Endless);
        let lines = passage.steps.iter().filter_map(|step| match step.met {
            Met::Rule { rule, .. } => Some(ruleset.line(rule).span.of(dump.source)),
            Met::Policy(_) => None,
        });
        let marks = [Field::MARK, Field::CONNMARK].map(|field| packet.get(field));
        found.insert((format!("{:?}", passage.end), lines.filter(|line| acts(line)).collect(), marks));
    });
    (!has_more).then_some(found)
}

/// Whether all is the same for every packet in two rule sets, as far as all ways could be tried.
fn is_same(one: &Dump<'_>, other: &Dump<'_>, axes: &[Axis]) -> Result<(), String> {
    let (one_set, other_set) = (&resolve(one)[0], &resolve(other)[0]);
    let worlds = [one_set, other_set].map(|ruleset| World::new(ruleset, Backend::Legacy, None));
    let [mut left, mut right] = worlds.each_ref().map(Meanings::new);
    let roots = one_set.chains.iter().filter(|(_, chain)| chain.hook.is_some()).map(|(id, _)| id);
    let roots: Vec<ChainId> = roots.collect();
    for packet in space(&worlds[0], axes).packets() {
        for &root in &roots {
            // Fragments are put together before.
            if packet.get(Field::FRAGMENT) == Some(Field::LATER)
                && (one_set.chains[root].name.as_str() == "INPUT"
                    || worlds[0].tracking == fwlint_analysis::Tracking::On)
            {
                continue;
            }
            let before = outcomes(&mut left, one, root, &packet);
            let after = outcomes(&mut right, other, root, &packet);
            if let (Some(before), Some(after)) = (before, after)
                && before != after
            {
                return Err(format!(
                    "{packet:?} in {}: {before:?}, {after:?}",
                    one_set.chains[root].name.as_str()
                ));
            }
        }
    }
    Ok(())
}

/// The dump in which these rules do nothing. Their tests stay, since the devices that they name have their numbers from there.
fn without(ruleset: &Ruleset<'_>, rules: &[RuleId]) -> String {
    let mut text = String::from_utf8(ruleset.dump.source.to_vec()).unwrap();
    let mut spans: Vec<_> = rules.iter().map(|&rule| ruleset.line(rule).span).collect();
    spans.sort_by_key(|span| span.start);
    for span in spans.into_iter().rev() {
        let line = &text[span.start as usize..span.end as usize];
        let target = [" -j ", " -g "].iter().filter_map(|option| line.rfind(option)).max().unwrap();
        text.replace_range(span.start as usize + target..span.end as usize, "");
    }
    text
}

fn is_candidate(ruleset: &Ruleset<'_>, rule: RuleId) -> bool {
    !matches!(ruleset.rules[rule].target, Target::None | Target::Extension(_))
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
    let mut counts = [0; 3];
    for seed in seeds() {
        let mut random = Random(seed);
        let (text, axes) = dump(&mut random);
        let dump = parse(text.as_bytes(), Options::default());
        let ruleset = &resolve(&dump)[0];
        let world = World::new(ruleset, Backend::Legacy, None);
        let mut engine = Engine::new(&world, &ChainGraph::new(ruleset), Limits::default());
        let reach = engine.decide();
        let same_without = |rules: &[RuleId]| {
            let text = without(ruleset, rules);
            is_same(&dump, &parse(text.as_bytes(), Options::default()), &axes)
        };
        let taken = take_out(&mut engine.removal(&reach), ruleset);
        let line =
            |rule: RuleId| String::from_utf8_lossy(ruleset.line(rule).span.of(dump.source)).into_owned();
        for rule in ruleset.rules.ids().filter(|&rule| is_candidate(ruleset, rule)) {
            if reach[rule] != Reach::Some {
                continue;
            }
            let mut removal = engine.removal(&reach);
            let is_found = removal.redundant(rule, &mut 1_000_000).is_some()
                || removal.does_nothing(rule, &mut 1_000_000).is_some();
            match same_without(&[rule]) {
                Ok(()) => counts[usize::from(is_found)] += 1,
                Err(packet) => {
                    assert!(!is_found, "seed {seed}: {}\n{packet}\n{text}", line(rule));
                    counts[2] += 1;
                }
            }
        }
        if let Err(packet) = same_without(&taken) {
            let lines: Vec<_> = taken.iter().map(|&rule| line(rule)).collect();
            panic!("seed {seed}: {lines:#?}\n{packet}\n{text}");
        }
        // Those that nobody comes to could be missing as well.
        let all: Vec<_> =
            taken.into_iter().chain(ruleset.rules.ids().filter(|&rule| reach[rule] == Reach::None)).collect();
        if let Err(packet) = same_without(&all) {
            let lines: Vec<_> = all.iter().map(|&rule| line(rule)).collect();
            panic!("seed {seed}: {lines:#?}\n{packet}\n{text}");
        }
    }
    assert!(counts[1] > 50 && counts[2] > 100, "{counts:?}");
    eprintln!(
        "{} rules could be missing and were found, {} were not; {} could not",
        counts[1], counts[0], counts[2]
    );
}
