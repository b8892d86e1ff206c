//! Finds the cubes that have anything in common with another one, without a look at each.

use std::mem;

use fwlint_packet::{Field, Kind, Packet, Term, Values};
use rustc_hash::FxHashMap;

use super::Budget;

/// Cubes that can be added one by one: a few indexes, each at least twice as large as the next, and those that are too few
/// for one.
#[derive(Debug, Default)]
pub(super) struct Layers {
    layers: Vec<Index>,
    tail: Vec<u32>,
}

/// How many cubes are looked at one by one.
const MAX_TAIL: usize = 32;

impl Layers {
    /// Of cubes by their numbers, all at once.
    pub(super) fn new(cubes: Vec<(usize, &[Term])>) -> Self {
        Self { layers: vec![Index::new(cubes)], tail: Vec::new() }
    }

    /// Adds a cube by its number; `cube` says which cube a number stands for.
    pub(super) fn add<'c>(&mut self, number: usize, cube: impl Fn(usize) -> &'c [Term]) {
        self.tail.push(u32::try_from(number).unwrap_or(u32::MAX));
        if self.tail.len() < MAX_TAIL {
            return;
        }
        let mut numbers = mem::take(&mut self.tail);
        while self.layers.last().is_some_and(|last| last.count < 2 * numbers.len()) {
            numbers.extend(self.layers.pop().iter().flat_map(Index::numbers));
        }
        let cubes = numbers.into_iter().map(|number| (number as usize, cube(number as usize)));
        self.layers.push(Index::new(cubes.collect()));
    }

    /// Gives out each cube that may have anything in common with this one, in any order, as long as the budget lasts.
    pub(super) fn overlapping(&self, cube: &[Term], budget: &mut Budget, mut give: impl FnMut(usize)) {
        for layer in &self.layers {
            layer.overlapping(cube, budget, &mut give);
        }
        budget.spend(self.tail.len() as u64);
        self.tail.iter().for_each(|&cube| give(cube as usize));
    }

    /// The first cube found that may have all of this one and passes a test; the largest are looked at first. None is found when
    /// the budget is spent.
    pub(super) fn first_around(
        &self,
        cube: &[Term],
        budget: &mut Budget,
        mut is_one: impl FnMut(usize) -> bool,
    ) -> Option<usize> {
        budget.spend(self.tail.len() as u64);
        let in_layers = self.layers.iter().find_map(|layer| layer.first_around(cube, budget, &mut is_one));
        in_layers.or_else(|| self.tail.iter().map(|&cube| cube as usize).find(|&cube| is_one(cube)))
    }

    /// Whether any cube that may have this packet passes a test; so it is taken to be when the budget is spent. Of the packet
    /// all is known that the cubes speak of.
    pub(super) fn any_at(
        &self,
        packet: &Packet,
        budget: &mut Budget,
        mut is_one: impl FnMut(usize) -> bool,
    ) -> bool {
        budget.spend(self.tail.len() as u64);
        self.layers.iter().any(|layer| layer.any_at(packet, budget, &mut is_one))
            || self.tail.iter().any(|&cube| is_one(cube as usize))
    }
}

/// Cubes by their values of one field after the other.
#[derive(Debug)]
struct Index {
    count: usize,
    levels: Vec<Level>,
    /// Those that say nothing of any of the fields.
    rest: Vec<u32>,
}

/// The cubes that say something of a field, by how many values they have of it.
#[derive(Debug)]
struct Level {
    field: Field,
    classes: [Vec<Entry>; WIDTHS.len()],
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    low: u32,
    high: u32,
    cube: u32,
}

/// The widest of each class: the lowest value of a cube is at most so much below a value that it has.
const WIDTHS: [u32; 5] = [0, 1 << 8, 1 << 16, 1 << 22, u32::MAX];

/// How many fields are looked at one after the other.
const MAX_LEVELS: usize = 4;

impl Index {
    /// An index of cubes by their numbers.
    fn new(cubes: Vec<(usize, &[Term])>) -> Self {
        let count = cubes.len();
        let mut left = cubes;
        let mut levels = Vec::new();
        while levels.len() < MAX_LEVELS && left.len() > 8 {
            let Some(field) = best_field(&left) else { break };
            let mut level = Level { field, classes: Default::default() };
            left.retain(|&(cube, terms)| match range(terms, field) {
                Some((low, high)) => {
                    level.add(Entry { low, high, cube: u32::try_from(cube).unwrap_or(u32::MAX) });
                    false
                }
                None => true,
            });
            level
                .classes
                .iter_mut()
                .for_each(|class| class.sort_unstable_by_key(|entry| (entry.low, entry.cube)));
            levels.push(level);
        }
        let rest = left.into_iter().map(|(cube, _)| u32::try_from(cube).unwrap_or(u32::MAX)).collect();
        Self { count, levels, rest }
    }

    fn overlapping(&self, cube: &[Term], budget: &mut Budget, mut give: impl FnMut(usize)) {
        for level in &self.levels {
            let (low, high) = range(cube, level.field).unwrap_or((0, u32::MAX));
            for (class, width) in level.classes.iter().zip(WIDTHS) {
                let from = class.partition_point(|entry| entry.low < low.saturating_sub(width));
                for entry in class.iter().skip(from).take_while(|entry| entry.low <= high) {
                    if !budget.spend(1) {
                        return;
                    }
                    if entry.high >= low {
                        give(entry.cube as usize);
                    }
                }
            }
        }
        budget.spend(self.rest.len() as u64);
        self.rest.iter().for_each(|&cube| give(cube as usize));
    }
}

impl Index {
    fn first_around(
        &self,
        cube: &[Term],
        budget: &mut Budget,
        mut is_one: impl FnMut(usize) -> bool,
    ) -> Option<usize> {
        budget.spend(self.rest.len() as u64);
        if let Some(&found) = self.rest.iter().find(|&&cube| is_one(cube as usize)) {
            return Some(found as usize);
        }
        for level in &self.levels {
            let Some((low, high)) = range(cube, level.field) else { continue };
            for (class, width) in level.classes.iter().zip(WIDTHS).rev() {
                // The narrower ones are not around it either.
                if width < high - low {
                    break;
                }
                let from = class.partition_point(|entry| entry.low < high.saturating_sub(width));
                for entry in class.iter().skip(from).take_while(|entry| entry.low <= low) {
                    if !budget.spend(1) {
                        return None;
                    }
                    if entry.high >= high && is_one(entry.cube as usize) {
                        return Some(entry.cube as usize);
                    }
                }
            }
        }
        None
    }

    fn any_at(&self, packet: &Packet, budget: &mut Budget, mut is_one: impl FnMut(usize) -> bool) -> bool {
        for level in &self.levels {
            let Some(value) = packet.get(level.field) else { continue };
            for (class, width) in level.classes.iter().zip(WIDTHS) {
                let from = class.partition_point(|entry| entry.low < value.saturating_sub(width));
                for entry in class.iter().skip(from).take_while(|entry| entry.low <= value) {
                    if !budget.spend(1) {
                        return true;
                    }
                    if entry.high >= value && is_one(entry.cube as usize) {
                        return true;
                    }
                }
            }
        }
        budget.spend(self.rest.len() as u64);
        self.rest.iter().any(|&cube| is_one(cube as usize))
    }
}

impl Index {
    /// The numbers of all cubes.
    fn numbers(&self) -> impl Iterator<Item = u32> {
        let classes = self.levels.iter().flat_map(|level| &level.classes).flatten();
        classes.map(|entry| entry.cube).chain(self.rest.iter().copied())
    }
}

impl Level {
    fn add(&mut self, entry: Entry) {
        let width = entry.high - entry.low;
        let mut classes = self.classes.iter_mut().zip(WIDTHS);
        if let Some((class, _)) = classes.find(|&(_, widest)| width <= widest) {
            class.push(entry);
        }
    }
}

/// The field by which a question meets the fewest cubes: those that do not say anything of it are met by all, and those with
/// the same values by one another.
fn best_field(cubes: &[(usize, &[Term])]) -> Option<Field> {
    let mut counts: FxHashMap<(Field, u32, u32), u64> = FxHashMap::default();
    for (_, terms) in cubes {
        for term in terms.iter().filter(|term| term.field.kind() == Kind::Number) {
            *counts.entry((term.field, term.values.lowest(), term.values.highest())).or_default() += 1;
        }
    }
    // Of each field, how many cubes say something of it, and how many are met on average, times their number.
    let mut fields: FxHashMap<Field, (u64, u64)> = FxHashMap::default();
    #[expect(clippy::iter_over_hash_type, reason = "sums do not depend on the order")]
    for ((field, ..), count) in counts {
        let (all, met) = fields.entry(field).or_default();
        *all += count;
        *met += count * count;
    }
    let total = cubes.len() as u64;
    let cost = |(all, met): (u64, u64)| (total - all) * total * 7 / 10 + met;
    let best = fields.into_iter().map(|(field, sums)| (cost(sums), field)).min()?;
    // A field by which nearly everything is met is none to look by.
    Some(best).filter(|&(cost, _)| cost < total * total * 9 / 10).map(|(_, field)| field)
}

fn range(cube: &[Term], field: Field) -> Option<(u32, u32)> {
    let term = cube.iter().find(|term| term.field == field)?;
    match term.values {
        Values::OneOf(_) => None,
        values => Some((values.lowest(), values.highest())),
    }
}
