//! A rule set as the engine reads it: cubes in one long vector, and for each rule where its own stand.

use std::ops::Range;

use fwlint_model::{Arena, Chain, ChainGraph, ChainId, Hook, HookSet, Id, Policy, RuleId, Ruleset, TableId};
use fwlint_packet::{Cube, Field, Term, Values, contains, intersect};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    before::Written,
    cubes::{Cubes, Span, slices},
    effects::{self, Deed, Rejects, Trace},
};
use crate::{
    meaning::{Action, Meaning, Meanings, Passes, Then, Write},
    world::World,
};

/// Of how many cubes a rule may be the union; of one that is more, only something larger is known.
const MAX_CUBES: usize = 64;

/// Everything the engine knows of the rules.
#[derive(Debug)]
pub(super) struct Program {
    cubes: Cubes,
    writes: Vec<Written>,
    /// All that any test looks at, in order.
    fields: Vec<Field>,
    /// All that any target writes, in order.
    written: Vec<Field>,
    /// The same for each table whose targets write anything.
    written_in: FxHashMap<TableId, Vec<Field>>,
    pub(super) rules: Arena<RuleId, Code>,
    pub(super) chains: Arena<ChainId, Scope>,
    /// All chains, each in front of those that it calls.
    pub(super) order: Vec<ChainId>,
}

/// A chain.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    /// Its first rule and the one behind its last.
    rules: (u32, u32),
    /// Whether a packet that comes to its end goes back to where it was called from.
    pub(super) returns: bool,
    /// What decides at its end, where that is known to be a policy.
    pub(super) policy: Option<Policy>,
    /// A hook leads there.
    pub(super) is_hooked: bool,
    /// In a table that no kernel loads, because a hook leads to a loop.
    pub(super) is_in_loop: bool,
}

/// A rule.
#[derive(Clone, Debug)]
pub(super) struct Code {
    /// The chain it is in.
    pub(super) chain: ChainId,
    /// The cubes of the packets that may match.
    pub(super) may: Span,
    /// The cubes of the packets that surely match.
    pub(super) must: Span,
    /// What it writes that a rule reads afterwards.
    pub(super) writes: (u32, u32),
    /// Where a packet goes that matches.
    pub(super) then: Then,
    /// More packets may match than are known to: its tests are too many to be taken apart.
    pub(super) is_rough: bool,
    /// What it does with a packet that matches.
    pub(super) deed: Deed,
    /// What its tests leave behind.
    pub(super) trace: Trace,
}

impl Code {
    /// Whether it writes anything that a rule reads afterwards.
    pub(super) fn writes(&self) -> bool {
        self.writes.0 != self.writes.1
    }
}

impl Program {
    /// Translates all rules.
    pub(super) fn new(world: &World<'_, '_>, graph: &ChainGraph) -> Self {
        let ruleset = world.ruleset;
        let mut program = Self {
            cubes: Cubes::with_capacity(ruleset.rules.len()),
            writes: Vec::new(),
            fields: Vec::new(),
            written: Vec::new(),
            written_in: FxHashMap::default(),
            rules: Arena::default(),
            chains: scopes(ruleset, graph),
            order: graph.bottom_up().iter().rev().copied().collect(),
        };
        let mut meanings = Meanings::new(world);
        let mut meaning = Meaning::default();
        let mut scratch = Scratch::default();
        let mut rejects = Rejects::default();
        for rule in ruleset.rules.ids() {
            meanings.of(rule, None, &mut meaning);
            let is_open = meaning.tests.iter().any(|test| matches!(test.passes, Passes::Between(..)));
            let deed = effects::deed(ruleset, rule, &mut rejects);
            let trace = effects::trace(ruleset, rule, is_open);
            let code =
                Code { deed, trace, ..program.code(ruleset.rules[rule].chain, &meaning, &mut scratch) };
            program.rules.push(code);
        }
        program.keep_live_writes(world, graph);
        let mut is_tested = vec![false; 1 << 16];
        for term in program.cubes.terms() {
            if let Some(is_tested) = is_tested.get_mut(term.field.index()) {
                *is_tested |= true;
            }
        }
        let tested = is_tested.iter().enumerate().filter(|(_, is_tested)| **is_tested);
        program.fields = tested.filter_map(|(index, _)| Field::from_index(index)).collect();
        program
    }

    /// Some cubes of a rule.
    pub(super) fn cubes(&self, span: Span) -> impl ExactSizeIterator<Item = &[Term]> {
        self.cubes.of(span)
    }

    /// All fields that any test looks at.
    pub(super) fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// All fields that any target writes.
    pub(super) fn written(&self) -> &[Field] {
        &self.written
    }

    /// All fields that any target of a table writes.
    pub(super) fn written_in(&self, table: TableId) -> &[Field] {
        self.written_in.get(&table).map_or(&[], Vec::as_slice)
    }

    /// What a rule writes, in order.
    pub(super) fn writes_of(&self, rule: RuleId) -> &[Written] {
        let (start, end) = self.rules[rule].writes;
        self.writes.get(start as usize..end as usize).unwrap_or_default()
    }

    /// The numbers of a chain's rules.
    pub(super) fn rules_of(&self, chain: ChainId) -> Range<u32> {
        let (start, end) = self.chains[chain].rules;
        start..end
    }

    /// Whether a packet that comes to the end of the chain goes back to where it was called from.
    pub(super) fn returns(&self, chain: ChainId) -> bool {
        self.chains[chain].returns
    }

    fn code(&mut self, chain: ChainId, meaning: &Meaning, scratch: &mut Scratch) -> Code {
        let is_exact = scratch.take_apart(&meaning.tests.iter().map(|test| &test.passes), true);
        let may = self.cubes.keep(slices(&scratch.cubes));
        let is_rough = !is_exact;
        let must = if meaning.tests.iter().all(|test| !matches!(test.passes, Passes::Between(..))) && is_exact
        {
            may
        } else if scratch.take_apart(&meaning.tests.iter().map(|test| &test.passes), false) {
            self.cubes.keep(slices(&scratch.cubes))
        } else {
            (0, 0)
        };
        let start = length(&self.writes);
        let Action { writes, only, .. } = &meaning.action;
        let only = only.filter(|only| !self.cubes(may).all(|cube| contains(&[*only], cube)));
        self.writes.extend(writes.iter().map(|&write| Written { write, only }));
        let writes = (start, length(&self.writes));
        let (deed, trace) = (Deed::Acts, Trace::Any);
        Code { chain, may, must, writes, then: meaning.action.then, is_rough, deed, trace }
    }

    /// Forgets what is written and never read afterwards: by no rule that a packet of the same hook may come to.
    fn keep_live_writes(&mut self, world: &World<'_, '_>, graph: &ChainGraph) {
        if self.writes.is_empty() {
            return;
        }
        let ruleset = world.ruleset;
        let mut written: Vec<Field> = self.writes.iter().map(|written| written.write.field()).collect();
        written.sort_unstable();
        written.dedup();
        self.written.clone_from(&written);
        for (rule, content) in ruleset.rules.iter().filter(|(rule, _)| self.rules[*rule].writes()) {
            let (start, end) = self.rules[rule].writes;
            let all = self.written_in.entry(ruleset.chains[content.chain].table).or_default();
            for Written { write, .. } in self.writes.get(start as usize..end as usize).unwrap_or_default() {
                if let Err(at) = all.binary_search(&write.field()) {
                    all.insert(at, write.field());
                }
            }
        }
        // For each table, hook and field, the bits that are read.
        let mut read: FxHashMap<(TableId, Hook, Field), u32> = FxHashMap::default();
        for (rule, content) in ruleset.rules.iter() {
            let code = &self.rules[rule];
            let hooks = graph.hooks(content.chain);
            let table = ruleset.chains[content.chain].table;
            let mut note = |field, bits| {
                for hook in hooks.iter() {
                    *read.entry((table, hook, field)).or_default() |= bits;
                }
            };
            for cube in self.cubes(code.may).chain(self.cubes(code.must)) {
                for term in cube.iter().filter(|term| written.binary_search(&term.field).is_ok()) {
                    note(term.field, read_bits(term.values));
                }
            }
            for Written { write, only } in self.writes_of(rule) {
                if let Write::Copy { from, from_mask, .. } = *write {
                    note(from, from_mask);
                }
                if let Some(only) = only {
                    note(only.field, read_bits(only.values));
                }
            }
        }
        for (rule, content) in ruleset.rules.iter() {
            let code = &self.rules[rule];
            if !code.writes() {
                continue;
            }
            let table = ruleset.chains[content.chain].table;
            let hooks: HookSet = graph.hooks(content.chain);
            let is_live = self.writes_of(rule).iter().any(|Written { write, .. }| {
                let (field, bits) = (write.field(), written_bits(write));
                hooks.iter().any(|hook| read.get(&(table, hook, field)).is_some_and(|read| read & bits != 0))
            });
            if !is_live {
                self.rules[rule].writes = (0, 0);
            }
        }
    }
}

fn scopes(ruleset: &Ruleset<'_>, graph: &ChainGraph) -> Arena<ChainId, Scope> {
    let loops = graph.loops().iter().filter(|circle| circle.reachable);
    let looped: FxHashSet<_> =
        loops.filter_map(|circle| circle.chains.first()).map(|&chain| ruleset.chains[chain].table).collect();
    let scope = |(id, chain): (ChainId, &Chain<'_>)| Scope {
        rules: ends(ruleset, id),
        returns: chain.hook.is_none() && !matches!(chain.policy, Some(Policy::Accept | Policy::Drop)),
        policy: chain.policy.filter(|&policy| policy != Policy::Return),
        is_hooked: !graph.hooks(id).is_empty(),
        is_in_loop: looped.contains(&chain.table),
    };
    ruleset.chains.iter().map(scope).collect()
}

fn ends(ruleset: &Ruleset<'_>, chain: ChainId) -> (u32, u32) {
    let mut rules = ruleset.rules_of(chain);
    let number = |rule: RuleId| u32::try_from(rule.index()).unwrap_or(u32::MAX);
    match rules.next() {
        Some(first) => {
            let first = number(first);
            (first, first + 1 + u32::try_from(rules.len()).unwrap_or(u32::MAX))
        }
        None => (0, 0),
    }
}

fn length<T>(items: &[T]) -> u32 {
    u32::try_from(items.len()).unwrap_or(u32::MAX)
}

/// The bits that may change.
fn written_bits(write: &Write) -> u32 {
    match *write {
        Write::Bits { and, xor, .. } => !and | xor,
        Write::Copy { from_mask, to_mask, .. } => from_mask | to_mask,
        Write::Anything(_) => u32::MAX,
    }
}

/// The bits that a test looks at.
fn read_bits(values: Values) -> u32 {
    match values {
        Values::Bits { mask, low, high, .. } => {
            // The ends may say more than the bits do.
            if Values::masked(low & mask, mask)
                .is_some_and(|all| all.lowest() == low && all.highest() == high)
            {
                mask
            } else {
                u32::MAX
            }
        }
        Values::Range { .. } | Values::OneOf(_) => u32::MAX,
    }
}

/// Takes the tests of rules apart into cubes, one rule after the other.
#[derive(Debug, Default)]
struct Scratch {
    cubes: Vec<Cube>,
    next: Vec<Cube>,
}

impl Scratch {
    /// Finds the cubes of the packets that may pass all tests, or of those that surely do. `false` if there are too many:
    /// then the cubes hold more packets than those.
    fn take_apart<'t>(&mut self, tests: &(impl Iterator<Item = &'t Passes> + Clone), may: bool) -> bool {
        self.cubes.clear();
        let mut first = Cube::all();
        for passes in tests.clone() {
            if let Passes::Term(term) = passes
                && !first.narrow(term.field, term.values)
            {
                return true;
            }
        }
        self.cubes.push(first);
        let mut is_exact = true;
        for passes in tests.clone() {
            let region = match passes {
                Passes::Term(_) => continue,
                Passes::Exactly(region) => region,
                Passes::Between(_, maybe) if may => maybe,
                Passes::Between(surely, _) => surely,
            };
            self.next.clear();
            for cube in &self.cubes {
                self.next.extend(region.cubes().iter().filter_map(|other| intersect(cube, other)));
            }
            if self.next.len() > MAX_CUBES {
                is_exact = false;
                continue;
            }
            std::mem::swap(&mut self.cubes, &mut self.next);
        }
        is_exact
    }
}
