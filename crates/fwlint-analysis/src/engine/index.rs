//! Finds the cubes that have anything in common with another one, without a look at each.

use fwlint_packet::{Field, Kind, Packet, Term, Values};
use rustc_hash::FxHashMap;

use super::Budget;

/// Cubes by their values of one field after the other.
#[derive(Debug)]
pub(super) struct Index {
    /// How many cubes are in it.
    pub(super) count: usize,
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
const WIDTHS: [u32; 8] = [0, 1 << 4, 1 << 8, 1 << 12, 1 << 16, 1 << 20, 1 << 24, u32::MAX];

/// So many entries are looked at for the price of one cube.
const CHEAP: u32 = 8;

/// How many fields are looked at one after the other.
const MAX_LEVELS: usize = 4;

impl Index {
    /// An index of cubes by their numbers.
    pub(super) fn new(cubes: Vec<(usize, &[Term])>) -> Self {
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

    /// Gives out each cube that may have anything in common with this one, in any order, as long as the budget lasts.
    pub(super) fn overlapping(&self, cube: &[Term], budget: &mut Budget, mut give: impl FnMut(usize)) {
        let mut steps = 0_u32;
        for level in &self.levels {
            let (low, high) = range(cube, level.field).unwrap_or((0, u32::MAX));
            for (class, width) in level.classes.iter().zip(WIDTHS) {
                let from = class.partition_point(|entry| entry.low < low.saturating_sub(width));
                for entry in class.iter().skip(from).take_while(|entry| entry.low <= high) {
                    steps += 1;
                    if steps.is_multiple_of(CHEAP) && !budget.spend(1) {
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
    /// The first cube found that may have all of this one and passes a test; the largest are looked at first. None is found when
    /// the budget is spent.
    pub(super) fn first_around(
        &self,
        cube: &[Term],
        budget: &mut Budget,
        mut is_one: impl FnMut(usize) -> bool,
    ) -> Option<usize> {
        budget.spend(self.rest.len() as u64);
        if let Some(&found) = self.rest.iter().find(|&&cube| is_one(cube as usize)) {
            return Some(found as usize);
        }
        let mut steps = 0_u32;
        for level in &self.levels {
            let Some((low, high)) = range(cube, level.field) else { continue };
            for (class, width) in level.classes.iter().zip(WIDTHS).rev() {
                // The narrower ones are not around it either.
                if width < high - low {
                    break;
                }
                let from = class.partition_point(|entry| entry.low < high.saturating_sub(width));
                for entry in class.iter().skip(from).take_while(|entry| entry.low <= low) {
                    steps += 1;
                    if steps.is_multiple_of(CHEAP) && !budget.spend(1) {
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

    /// Whether any cube that may have this packet passes a test; so it is taken to be when the budget is spent. Of the packet
    /// all is known that the cubes speak of.
    pub(super) fn any_at(
        &self,
        packet: &Packet,
        budget: &mut Budget,
        mut is_one: impl FnMut(usize) -> bool,
    ) -> bool {
        let mut steps = 0_u32;
        for level in &self.levels {
            let Some(value) = packet.get(level.field) else { continue };
            for (class, width) in level.classes.iter().zip(WIDTHS) {
                let from = class.partition_point(|entry| entry.low < value.saturating_sub(width));
                for entry in class.iter().skip(from).take_while(|entry| entry.low <= value) {
                    steps += 1;
                    if steps.is_multiple_of(CHEAP) && !budget.spend(1) {
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
