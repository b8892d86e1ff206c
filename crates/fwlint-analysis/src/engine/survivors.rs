//! What is left of a cube behind a row of rules: its pieces that no consumer has.

use fwlint_model::ChainId;
use fwlint_packet::{Cube, Term, Values, contains, overlap, subtract};

use super::{Budget, consumers::Consumers};

/// Gives out, one by one, pieces of a cube that no consumer of a row of rules has. They have nothing in common, and together
/// they are all that is left.
#[derive(Debug)]
pub(super) struct Survivors {
    /// Cubes that are still to be looked at, each with the first of its candidates.
    open: Vec<(Cube, usize)>,
    /// The consumers that have anything in common with a cube: of each open one, and then of the next.
    candidates: Vec<u32>,
    /// The consumers that took something away.
    pub(super) used: Vec<u32>,
    /// Those of the cube that is looked at.
    current: Vec<u32>,
    /// Those of them that cut it in the fewest fields.
    cuts: Vec<u32>,
}

impl Survivors {
    /// Looks for what is left of a cube behind the rules of a chain from one on and in front of another.
    pub(super) fn new(
        consumers: &Consumers,
        chain: ChainId,
        from: u32,
        to: u32,
        cube: Cube,
        budget: &mut Budget,
    ) -> Self {
        let mut candidates = Vec::new();
        consumers.overlapping(chain, from, to, &cube, budget, &mut candidates);
        Self { open: vec![(cube, 0)], candidates, used: Vec::new(), current: Vec::new(), cuts: Vec::new() }
    }

    /// The next piece; `None` if there is none, or if the budget is spent.
    pub(super) fn next(
        &mut self,
        consumers: &Consumers,
        disabled: &[u32],
        budget: &mut Budget,
    ) -> Option<Cube> {
        while let Some((cube, start)) = self.open.pop() {
            self.current.clear();
            self.current.extend(self.candidates.drain(start..));
            if !disabled.is_empty() {
                self.current
                    .retain(|&consumer| disabled.binary_search(&consumers.rule(consumer as usize)).is_err());
            }
            if !budget.spend(1 + self.current.len() as u64) {
                return None;
            }
            let Some((cuts, best)) = self.best(consumers, &cube) else { return Some(cube) };
            self.used.push(best);
            if cuts == 0 {
                continue;
            }
            let taken = consumers.cube(best as usize);
            let (open, candidates, current) = (&mut self.open, &mut self.candidates, &self.current);
            subtract(&cube, taken, |piece| {
                budget.spend(current.len() as u64);
                let start = candidates.len();
                candidates.extend(current.iter().copied().filter(|&consumer| {
                    consumer != best && overlap(consumers.cube(consumer as usize), &piece)
                }));
                open.push((piece, start));
            });
        }
        None
    }
}

impl Survivors {
    /// The consumer to take away first, and in how many fields it cuts the cube: the fewest pieces are made by what cuts it in
    /// the fewest fields. Of those that are alike the middle one, so that each of the pieces has about half of the others.
    fn best(&mut self, consumers: &Consumers, cube: &Cube) -> Option<(usize, u32)> {
        self.cuts.clear();
        let mut fewest = usize::MAX;
        for &consumer in &self.current {
            let cuts = cutting(consumers.cube(consumer as usize), cube);
            if cuts == 0 {
                return Some((0, consumer));
            }
            if cuts < fewest {
                fewest = cuts;
                self.cuts.clear();
            }
            if cuts == fewest {
                self.cuts.push(consumer);
            }
        }
        let middle = self.cuts.get(self.cuts.len() / 2)?;
        Some((fewest, *middle))
    }
}

/// In how many fields a consumer has not all that the cube has.
fn cutting(consumer: &[Term], cube: &[Term]) -> usize {
    let mut own = cube.iter();
    let is_cut = |term: &&Term| {
        let same = own.find(|other| other.field >= term.field).filter(|other| other.field == term.field);
        same.is_none_or(|other| !term.values.contains(other.values))
    };
    consumer.iter().filter(is_cut).count()
}

/// A cube that is known to be taken away as a whole by the rules of a chain in front of one.
#[derive(Debug)]
pub(super) struct Lemma {
    cube: Cube,
    /// The consumers that take it, in order.
    pub(super) used: Vec<u32>,
}

impl Lemma {
    /// What follows from a cube having been taken away as a whole: by the same consumers the same happens to every cube that
    /// is like it in the fields in which any of them has not all of it.
    ///
    /// Proof: a packet of the larger cube has a twin in the cube, alike in those fields. A consumer has the twin. It has all
    /// values of the larger cube in the other fields, so it has the packet too.
    pub(super) fn new(consumers: &Consumers, cube: &Cube, mut used: Vec<u32>) -> Self {
        used.sort_unstable();
        used.dedup();
        let mut larger = Cube::all();
        let cubes = || used.iter().map(|&consumer| consumers.cube(consumer as usize));
        for term in cube.iter() {
            let says =
                |consumer: &[Term]| consumer.iter().find(|own| own.field == term.field).map(|own| own.values);
            let is_cut =
                cubes().any(|consumer| says(consumer).is_some_and(|values| !values.contains(term.values)));
            let values = if is_cut {
                Some(term.values)
            } else {
                cubes().filter_map(says).try_fold(term.field.all(), Values::and)
            };
            // All of them have the cube's own values, so something is left.
            let kept = larger.narrow(term.field, values.unwrap_or(term.values));
            debug_assert!(kept, "the cube's own values are among them");
        }
        // What the cube says nothing of, no consumer may say anything of, or the field is cut.
        Self { cube: larger, used }
    }

    /// Whether all of a cube is taken away by the rules from one on and in front of another.
    pub(super) fn takes(&self, consumers: &Consumers, cube: &[Term], from: u32, to: u32) -> bool {
        let rule = |consumer: Option<&u32>| consumer.map(|&consumer| consumers.rule(consumer as usize));
        rule(self.used.first()).is_none_or(|first| first >= from)
            && rule(self.used.last()).is_none_or(|last| last < to)
            && contains(&self.cube, cube)
    }
}
