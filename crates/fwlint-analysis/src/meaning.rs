//! What a rule means: which packets pass each of its tests, and what happens to those that pass all.
//!
//! One room for each match and target, or for a few that are alike. A test that no room knows may pass any packet or none,
//! and a target that no room knows may do anything.

mod bare;
mod conntrack;
mod core_options;
mod mark;
mod ports;
mod target;

use fwlint_model::{
    Fields, Rule, RuleId,
    syntax::{
        Arg, Family, Value,
        extensions::{self, Extension, ExtensionId, Role, core},
    },
};
use fwlint_packet::{Cube, Field, Region, Term, Values};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

pub use target::{Action, Nat, Then, Verdict, Write};

use crate::world::World;

/// What a rule means.
#[derive(Debug, Default)]
pub struct Meaning {
    /// Its tests, in the order of its words. A packet matches if it passes all of them.
    pub tests: Vec<Test>,
    /// What happens to a packet that matches.
    pub action: Action,
}

/// A test that a rule makes of a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    /// Which of the rule's options it is made by: an index into
    /// [`Dump::args_of`](fwlint_model::syntax::Dump::args_of).
    pub arg: u16,
    /// Which packets pass.
    pub passes: Passes,
}

/// Which packets pass a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Passes {
    /// Those whose field has one of these values.
    Term(Term),
    /// Those of the region.
    Exactly(Region),
    /// Those of the first region, and none that is not in the second. What is in the second only may pass and may not, and
    /// not the same each time.
    Between(Region, Region),
}

/// Says of one rule after the other what it means.
#[derive(Debug)]
pub struct Meanings<'w, 'a, 'd> {
    /// What is given.
    pub world: &'w World<'a, 'd>,
    /// The answers of tests that are not looked into, by what tells such a test from others.
    opaque: FxHashMap<Vec<u8>, Field>,
}

/// One use of a match in a rule.
#[derive(Debug)]
struct Use<'r, 'd> {
    extension: &'static Extension,
    /// Its options, each with its number in the rule.
    args: &'r [(u16, &'d Arg)],
    source: &'d [u8],
}

/// Where a room puts what it says of a match.
#[derive(Debug)]
struct Tests<'t, 'w, 'a, 'd> {
    out: &'t mut Vec<Test>,
    /// Which option is spoken of.
    arg: u16,
    rule: &'t Rule,
    meanings: &'t mut Meanings<'w, 'a, 'd>,
}

/// Says what one use of a match tests.
type Room = fn(&Use<'_, '_>, &mut Tests<'_, '_, '_, '_>);

/// The room of a match; `None` if there is none.
fn room(extension: &Extension) -> Option<Room> {
    Some(match extension.name {
        "comment" => bare::comment,
        "conntrack" | "state" => conntrack::tests,
        "mark" | "mark_m" | "connmark" => mark::tests,
        "tcp" | "udp" => ports::tests,
        _ => return None,
    })
}

impl<'w, 'a, 'd> Meanings<'w, 'a, 'd> {
    /// Nothing said yet.
    pub fn new(world: &'w World<'a, 'd>) -> Self {
        Self { world, opaque: FxHashMap::default() }
    }

    /// Says what a rule means, in place of what was said before. Where its line stands for several rules, of which a
    /// packet may meet any, this is what one of them means, if `copy` says which, counted from
    /// [`Rule::first`](fwlint_model::Rule::first); else what they mean together.
    pub fn of(&mut self, rule: RuleId, copy: Option<u32>, meaning: &mut Meaning) {
        let ruleset = self.world.ruleset;
        let content = &ruleset.rules[rule];
        let line = ruleset.line(rule);
        let args = ruleset.dump.args_of(line);
        meaning.tests.clear();
        meaning.action = target::action(self.world, rule);
        let mut tests = Tests { out: &mut meaning.tests, arg: 0, rule: content, meanings: self };
        if line.broken || (content.is_part && copy.is_none()) {
            tests.either();
        }
        core_options::tests(args, copy.map(|copy| content.first + copy), &mut tests);
        let mut options = uses(ruleset.family, ruleset.dump.source, args);
        // Stable, so that the options of each use keep their order.
        options.sort_by_key(|&(_, _, first)| first);
        for group in options.chunk_by(|one, two| one.2 == two.2) {
            let Some(&(_, arg, first)) = group.first() else { continue };
            let id = match arg.id() {
                core::MATCH => {
                    extensions::match_named(arg.value_span().of(ruleset.dump.source), ruleset.family)
                }
                option => option.extension_id(),
            };
            let own = group.iter().filter(|(_, arg, _)| arg.id() != core::MATCH);
            let own: SmallVec<[(u16, &Arg); 6]> = own.map(|&(number, arg, _)| (number, arg)).collect();
            let extension = id.extension();
            let this = Use { extension, args: &own, source: ruleset.dump.source };
            tests.arg = first;
            match room(extension) {
                Some(room) => room(&this, &mut tests),
                None => tests.either(),
            }
        }
    }
}

/// The options of matches, each with its number and the option that begins its use of the match: the `-m` that names it, or
/// where there is none, the first option.
fn uses<'d>(family: Family, source: &[u8], args: &'d [Arg]) -> SmallVec<[(u16, &'d Arg, u16); 12]> {
    struct Open {
        extension: ExtensionId,
        first: u16,
        is_named: bool,
    }
    let mut open: SmallVec<[Open; 4]> = SmallVec::new();
    let mut options = SmallVec::new();
    for (number, arg) in (0..).zip(args) {
        let (extension, is_named) = match arg.extension().role {
            Role::Core if arg.id() == core::MATCH => {
                (extensions::match_named(arg.value_span().of(source), family), true)
            }
            Role::Match => (arg.id().extension_id(), false),
            Role::Core | Role::Target => continue,
        };
        let last = open.iter_mut().rfind(|open| open.extension == extension);
        let first = match last {
            Some(last) if !(is_named && last.is_named) => {
                last.is_named |= is_named;
                last.first
            }
            _ => {
                open.push(Open { extension, first: number, is_named });
                number
            }
        };
        options.push((number, arg, first));
    }
    options
}

impl<'r, 'd> Use<'r, 'd> {
    /// The options by name, each with its value, and whether it is negated.
    fn options(&self) -> impl Iterator<Item = (u16, &'static str, Value<'d>, bool)> {
        self.args.iter().filter_map(|&(number, arg)| {
            Some((number, arg.spec()?.name, arg.value(self.source), arg.negated()))
        })
    }

    /// The option of this name.
    fn option(&self, name: &str) -> Option<(u16, Value<'d>, bool)> {
        let mut options = self.options().filter(|(_, own, ..)| *own == name);
        options.next().map(|(number, _, value, negated)| (number, value, negated))
    }
}

impl<'w, 'a, 'd> Tests<'_, 'w, 'a, 'd> {
    /// What is given besides the rules.
    fn world(&self) -> &'w World<'a, 'd> {
        self.meanings.world
    }

    /// Speaks of this option from now on.
    fn at(&mut self, arg: u16) -> &mut Self {
        self.arg = arg;
        self
    }

    /// Only packets pass whose field has one of these values.
    fn term(&mut self, field: Field, values: Values) {
        self.push(Passes::Term(Term { field, values }));
    }

    /// Only packets pass whose field has one of these values, or if it is negated, another one. No packet passes without a
    /// value.
    fn values(&mut self, field: Field, values: Option<Values>, negated: bool) {
        match (values, negated) {
            (Some(values), false) => self.term(field, values),
            (Some(values), true) => {
                let others = field.all().without(values);
                match *others {
                    [only] => self.term(field, only),
                    _ => self.region(others.iter().flat_map(|&values| Cube::of(field, values)).collect()),
                }
            }
            (None, false) => self.never(),
            (None, true) => {}
        }
    }

    /// Only packets of the region pass.
    fn region(&mut self, region: Region) {
        match region.cubes() {
            [cube] => cube.iter().for_each(|&term| self.push(Passes::Term(term))),
            _ => self.push(Passes::Exactly(region)),
        }
    }

    /// Only packets of the region pass, or if it is negated, only others.
    fn region_or_not(&mut self, region: Region, negated: bool) {
        self.region(if negated { region.complement() } else { region });
    }

    /// Packets of the first region pass, those outside of the second do not, and others may.
    fn between(&mut self, surely: Region, maybe: Region) {
        self.push(Passes::Between(surely, maybe));
    }

    /// Any packet may pass and may not.
    fn either(&mut self) {
        self.between(Region::none(), Region::all());
    }

    /// No packet passes.
    fn never(&mut self) {
        self.region(Region::none());
    }

    /// The same packet passes each time or never, but nothing more is known; with `negated` the opposite of the same test
    /// without it. Tests of the same `key` are the same. `reads` is what a target may write that the answer depends on.
    fn opaque(&mut self, key: &[u8], reads: Fields, negated: bool) {
        let table = self.world().ruleset.chains[self.rule.chain].table;
        if self.world().written_in(table).overlaps(reads) {
            return self.either();
        }
        let opaque = &mut self.meanings.opaque;
        let field = match opaque.get(key) {
            Some(&field) => Some(field),
            None => u16::try_from(opaque.len()).ok().and_then(Field::opaque),
        };
        let Some(field) = field else { return self.either() };
        if !opaque.contains_key(key) {
            opaque.insert(key.to_vec(), field);
        }
        self.term(field, Values::OneOf(if negated { 1 } else { 2 }));
    }

    fn push(&mut self, passes: Passes) {
        self.out.push(Test { arg: self.arg, passes });
    }
}
