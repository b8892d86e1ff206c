//! What keeps packets from the next rule: cubes none of whose packets gets past a rule.

use std::sync::OnceLock;

use fwlint_model::{Arena, ChainGraph, ChainId, Ruleset};
use fwlint_packet::{Cube, Packet, Term, contains, intersect, overlap, subtract};

use super::{
    Budget,
    cubes::{Cubes, Span, slices},
    index::Index,
    program::Program,
};
use crate::meaning::Then;

/// Of how many cubes the packets may be that a chain never lets return, for the chain's calls to be consumers like any other
/// rule.
const MAX_ENDED: usize = 16;

/// The longest chain of which it is found out what it never lets return.
const MAX_FOLDED: usize = 64;

/// From how many consumers on a chain has an index.
const INDEXED: usize = 24;

/// How many consumers that nobody needs an index may hold, if they are not a quarter of it.
const FORGOTTEN: usize = 512;

/// A cube none of whose packets gets past a rule.
#[derive(Clone, Copy, Debug)]
pub(super) struct Consumer {
    /// The number of the rule.
    pub(super) rule: u32,
    terms: (u32, u32),
}

/// What keeps packets from the next rule, in all chains.
///
/// Besides, there are *boundaries*: rules after which a packet may be another one, or that call chains which are too large
/// to say at once who returns from them. What consumes in front of a boundary and behind it cannot be looked at together.
#[derive(Debug)]
pub(super) struct Consumers {
    terms: Vec<Term>,
    /// In the order of the rules.
    all: Vec<Consumer>,
    /// For each chain, its first consumer and the one behind its last.
    chains: Arena<ChainId, (u32, u32)>,
    /// The numbers of the rules that are boundaries, in order.
    boundaries: Vec<u32>,
    /// A bit for each consumer whose rule no packet comes to.
    needless: Vec<u64>,
    /// How many of each chain since its index was made.
    forgotten: Arena<ChainId, u32>,
    /// Of chains with many consumers.
    indexes: Arena<ChainId, OnceLock<Box<Index>>>,
    use_index: bool,
}

/// The packets that a chain never lets return.
#[derive(Clone, Copy, Debug)]
enum Ended {
    /// These.
    Cubes(Span),
    /// Some. It may write what is read afterwards, or is too large.
    Some,
}

impl Consumers {
    /// Finds all consumers and boundaries.
    pub(super) fn new(ruleset: &Ruleset<'_>, graph: &ChainGraph, program: &Program, use_index: bool) -> Self {
        let mut ended: Arena<ChainId, Ended> = ruleset.chains.ids().map(|_| Ended::Some).collect();
        let (mut cubes, mut all) = (Cubes::default(), Vec::new());
        let mut writes: Arena<ChainId, bool> = ruleset.chains.ids().map(|_| false).collect();
        for &chain in graph.bottom_up() {
            writes[chain] = ruleset.rules_of(chain).any(|rule| {
                let code = &program.rules[rule];
                let below = match code.then {
                    Then::Jump(to) | Then::Goto(to) => writes[to],
                    _ => false,
                };
                code.writes() || below
            });
            let is_looped = graph.loop_of(chain).is_some();
            let is_told = ruleset.chains[chain].hook.is_none() && !writes[chain] && !is_looped;
            if is_told && fold(ruleset, program, chain, (&ended, &cubes), &mut all) {
                ended[chain] = Ended::Cubes(cubes.keep(slices(&all)));
            }
        }
        let mut consumers = Self {
            terms: Vec::new(),
            all: Vec::with_capacity(ruleset.rules.len()),
            chains: Arena::default(),
            boundaries: Vec::new(),
            needless: Vec::new(),
            forgotten: ruleset.chains.ids().map(|_| 0).collect(),
            indexes: ruleset.chains.ids().map(|_| OnceLock::new()).collect(),
            use_index,
        };
        for (rule, number) in ruleset.rules.ids().zip(0_u32..) {
            let code = &program.rules[rule];
            match code.then {
                Then::End(_) | Then::Return | Then::Goto(_) => {
                    program.cubes(code.must).for_each(|cube| consumers.push(number, cube));
                }
                Then::Next | Then::NextOrEnd if code.writes() => consumers.boundaries.push(number),
                Then::Next | Then::NextOrEnd => {}
                Then::Jump(to) => match ended[to] {
                    Ended::Cubes(ended) if !code.writes() => {
                        for cube in program.cubes(code.must) {
                            for both in cubes.of(ended).filter_map(|ended| intersect(cube, ended)) {
                                consumers.push(number, &both);
                            }
                        }
                    }
                    _ => consumers.boundaries.push(number),
                },
            }
        }
        consumers.needless = vec![0; consumers.all.len() / 64 + 1];
        let mut next = 0;
        for chain in ruleset.chains.ids() {
            let start = next;
            let end_of_rules = program.rules_of(chain).end;
            let own = |consumer: &&Consumer| consumer.rule < end_of_rules;
            next += consumers.all.iter().skip(start).take_while(own).count();
            let end = next;
            consumers.chains.push((number(start), number(end)));
        }
        consumers
    }

    fn push(&mut self, rule: u32, cube: &[Term]) {
        let start = self.terms.len();
        self.terms.extend_from_slice(cube);
        self.all.push(Consumer { rule, terms: (number(start), number(self.terms.len())) });
    }

    /// The last boundary in front of a rule, from another one on.
    pub(super) fn last_boundary(&self, from: u32, to: u32) -> Option<u32> {
        let behind = self.boundaries.partition_point(|&rule| rule < to);
        let last = self.boundaries.get(behind.checked_sub(1)?)?;
        Some(*last).filter(|&last| last >= from)
    }

    /// The first boundary from a rule on and in front of another.
    pub(super) fn first_boundary(&self, from: u32, to: u32) -> Option<u32> {
        let at = self.boundaries.partition_point(|&rule| rule < from);
        self.boundaries.get(at).copied().filter(|&first| first < to)
    }

    /// The cube of a consumer.
    pub(super) fn cube(&self, consumer: usize) -> &[Term] {
        self.all.get(consumer).map_or(&[], |consumer| self.terms_of(consumer))
    }

    fn terms_of(&self, consumer: &Consumer) -> &[Term] {
        self.terms.get(consumer.terms.0 as usize..consumer.terms.1 as usize).unwrap_or_default()
    }

    /// The rule of a consumer.
    pub(super) fn rule(&self, consumer: usize) -> u32 {
        self.all.get(consumer).map_or(0, |consumer| consumer.rule)
    }

    /// Finds the consumers of a chain's rules from one on and in front of another that have anything in common with a cube, as
    /// long as the budget lasts.
    pub(super) fn overlapping(
        &self,
        chain: ChainId,
        from: u32,
        to: u32,
        cube: &[Term],
        budget: &mut Budget,
        found: &mut Vec<u32>,
    ) {
        let (start, end) = self.between(chain, from, to);
        match self.index(chain) {
            Some(index) if end - start >= INDEXED => {
                let before = found.len();
                index.overlapping(cube, budget, |consumer| {
                    let is_one = (start..end).contains(&consumer) && self.is_needed(consumer);
                    if is_one && overlap(self.cube(consumer), cube) {
                        found.push(number(consumer));
                    }
                });
                if let Some(new) = found.get_mut(before..) {
                    new.sort_unstable();
                }
            }
            _ => {
                let is_one =
                    |&consumer: &usize| self.is_needed(consumer) && overlap(self.cube(consumer), cube);
                let overlapping = (start..end).filter(is_one);
                found.extend(overlapping.map(number));
                budget.spend((end - start) as u64);
            }
        }
    }

    /// Whether the few rules of a chain from one on and in front of another take nothing of a cube. `false` where there are
    /// many.
    pub(super) fn spare(
        &self,
        chain: ChainId,
        from: u32,
        to: u32,
        cube: &[Term],
        budget: &mut Budget,
    ) -> bool {
        let (start, end) = self.chains[chain];
        if (end - start) as usize > INDEXED {
            return false;
        }
        let own = self.all.get(start as usize..end as usize).unwrap_or_default();
        let mut before =
            own.iter().take_while(|consumer| consumer.rule < to).filter(|consumer| consumer.rule >= from);
        budget.spend(own.len() as u64);
        !before.any(|consumer| overlap(self.terms_of(consumer), cube))
    }

    /// A consumer among a chain's rules from one on and in front of another that takes all of a cube, if one does so alone.
    pub(super) fn taking_all(
        &self,
        chain: ChainId,
        from: u32,
        to: u32,
        cube: &[Term],
        budget: &mut Budget,
    ) -> Option<usize> {
        let (start, end) = self.between(chain, from, to);
        let takes_all = |consumer: usize| self.is_needed(consumer) && contains(self.cube(consumer), cube);
        match self.index(chain) {
            Some(index) if end - start >= INDEXED => index.first_around(cube, budget, |consumer| {
                (start..end).contains(&consumer) && takes_all(consumer)
            }),
            _ => {
                budget.spend((end - start) as u64);
                (start..end).find(|&consumer| takes_all(consumer))
            }
        }
    }

    /// Says that no packet comes to a rule, so that nobody needs to look at what it takes: others have taken it.
    pub(super) fn forget(&mut self, chain: ChainId, rule: u32) {
        let (start, end) = self.between(chain, rule, rule + 1);
        for consumer in start..end {
            if let Some(word) = self.needless.get_mut(consumer / 64) {
                *word |= 1 << (consumer % 64);
            }
        }
        self.forgotten[chain] += number(end - start);
        let count = self.indexes[chain].get().map_or(usize::MAX, |index| index.count);
        // An index that holds many of them is in the way.
        if self.forgotten[chain] as usize > FORGOTTEN.max(count / 4) {
            self.forgotten[chain] = 0;
            self.indexes[chain] = OnceLock::new();
        }
    }

    fn is_large(&self, chain: ChainId) -> bool {
        let (start, end) = self.chains[chain];
        self.use_index && (end - start) as usize >= INDEXED
    }

    /// The index of a chain with many consumers.
    fn index(&self, chain: ChainId) -> Option<&Index> {
        if !self.is_large(chain) {
            return None;
        }
        Some(self.indexes[chain].get_or_init(|| {
            let (start, end) = self.chains[chain];
            let needed = (start as usize..end as usize).filter(|&consumer| self.is_needed(consumer));
            Box::new(Index::new(needed.map(|consumer| (consumer, self.cube(consumer))).collect()))
        }))
    }

    fn is_needed(&self, consumer: usize) -> bool {
        self.needless.get(consumer / 64).is_none_or(|word| word & 1 << (consumer % 64) == 0)
    }

    /// Whether a packet, of which all is known, is taken by a chain's rules from one on and in front of another.
    pub(super) fn take(
        &self,
        chain: ChainId,
        from: u32,
        to: u32,
        packet: &Packet,
        budget: &mut Budget,
    ) -> bool {
        let (start, end) = self.between(chain, from, to);
        let has =
            |consumer: usize| self.is_needed(consumer) && packet.is_in(self.cube(consumer)) != Some(false);
        match self.index(chain) {
            Some(index) if end - start >= INDEXED => {
                index.any_at(packet, budget, |consumer| (start..end).contains(&consumer) && has(consumer))
            }
            _ => {
                budget.spend((end - start) as u64);
                (start..end).any(has)
            }
        }
    }

    /// The first consumer of a chain's rules from one on, and the one behind the last of those in front of another.
    fn between(&self, chain: ChainId, from: u32, to: u32) -> (usize, usize) {
        let (start, end) = self.chains[chain];
        let (start, end) = (start as usize, end as usize);
        let own = self.all.get(start..end).unwrap_or_default();
        let first = own.partition_point(|consumer| consumer.rule < from);
        let last = own.partition_point(|consumer| consumer.rule < to);
        (start + first, start + last.max(first))
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// Finds the packets that a chain never lets return, from its last rule to its first. `false` if they are too many cubes.
fn fold(
    ruleset: &Ruleset<'_>,
    program: &Program,
    chain: ChainId,
    (ended, cubes): (&Arena<ChainId, Ended>, &Cubes),
    all: &mut Vec<Cube>,
) -> bool {
    let rules = ruleset.rules_of(chain);
    let ends = |then| match then {
        Then::Next | Then::NextOrEnd | Then::Return => false,
        Then::Jump(to) | Then::Goto(to) => !matches!(ended[to], Ended::Cubes((start, end)) if start == end),
        Then::End(_) => true,
    };
    all.clear();
    if !program.returns(chain) {
        all.push(Cube::all());
    } else if !ruleset.rules_of(chain).any(|rule| ends(program.rules[rule].then)) {
        return true;
    }
    if rules.len() > MAX_FOLDED {
        return false;
    }
    for rule in rules.rev() {
        let code = &program.rules[rule];
        match code.then {
            Then::Next | Then::NextOrEnd => {}
            Then::End(_) => program.cubes(code.must).for_each(|cube| add(all, cube)),
            Then::Return => *all = without(all, program, code.may),
            Then::Jump(to) | Then::Goto(to) => {
                let Ended::Cubes(below) = ended[to] else { return false };
                if matches!(code.then, Then::Goto(_)) {
                    // One that may match and may not needs both ways looked at.
                    if code.may != code.must {
                        return false;
                    }
                    *all = without(all, program, code.may);
                }
                for cube in program.cubes(code.must) {
                    cubes
                        .of(below)
                        .filter_map(|ended| intersect(cube, ended))
                        .for_each(|both| add(all, &both));
                }
            }
        }
        if all.len() > MAX_ENDED {
            return false;
        }
    }
    true
}

fn add(all: &mut Vec<Cube>, cube: &[Term]) {
    if !all.iter().any(|own| contains(own, cube)) {
        all.retain(|own| !contains(cube, own));
        all.push(Cube::from(cube));
    }
}

fn without(all: &[Cube], program: &Program, cubes: (u32, u32)) -> Vec<Cube> {
    let mut rest = all.to_vec();
    for cube in program.cubes(cubes) {
        let mut next = Vec::with_capacity(rest.len());
        for own in &rest {
            subtract(own, cube, |piece| next.push(piece));
        }
        rest = next;
        if rest.len() > 4 * MAX_ENDED {
            break;
        }
    }
    rest
}
