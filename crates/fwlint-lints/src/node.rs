//! What the lints are told of a machine when all of its dumps have been looked at.

use fwlint_model::{
    Node,
    node::NodeSet,
    syntax::{Family, companions::Part},
};
use rustc_hash::FxHashSet;

use crate::{Facts, facts::line_around, sets::references};

/// A machine, and what its dumps refer to.
#[derive(Debug)]
pub struct NodeFacts<'n> {
    /// What its companions say.
    pub node: &'n Node<'n>,
    /// What its dumps refer to.
    pub references: References,
}

/// What dumps refer to outside of themselves.
#[derive(Clone, Debug, Default)]
pub struct References {
    /// Sets by name, and all words of lines that are not wholly understood, among which others may be.
    sets: FxHashSet<Vec<u8>>,
    /// The families of the dumps of which all is known.
    families: Vec<Family>,
}

impl References {
    /// What one dump refers to.
    pub fn of(facts: &Facts<'_>) -> Self {
        let dump = facts.dump;
        let mut found = Self::default();
        // Of lines that nobody has kept it is not known what they refer to.
        if dump.errors_omitted == 0 {
            found.families.extend(dump.runs.iter().map(|run| run.family));
        }
        for rule in &dump.rules {
            if rule.broken || rule.verbatim {
                found.add_words(rule.span.of(dump.source));
            } else {
                found.sets.extend(references(dump, rule).map(|reference| reference.name.into_owned()));
            }
        }
        for error in &dump.errors {
            found.add_words(line_around(dump.source, error.span));
        }
        found
    }

    /// Notes that a dump of this family was looked at, though it is empty.
    pub fn add_family(&mut self, family: Family) {
        self.families.push(family);
    }

    /// Adds what another dump refers to.
    pub fn extend(&mut self, other: Self) {
        self.sets.extend(other.sets);
        self.families.extend(other.families);
    }

    fn add_words(&mut self, line: &[u8]) {
        let words = line.split(|byte| matches!(byte, b' ' | b'\t' | b'"'));
        self.sets.extend(words.map(<[u8]>::to_vec));
    }

    /// Whether every dump was looked at that could refer to the set.
    pub(crate) fn covers(&self, set: NodeSet<'_, '_>) -> bool {
        let has = |family| self.families.contains(&family);
        match set.set.family {
            Some(family) => has(family),
            None => has(Family::Ipv4) && has(Family::Ipv6),
        }
    }

    /// Whether a rule names the set, or might.
    pub(crate) fn has_set(&self, name: &[u8]) -> bool {
        self.sets.contains(name)
    }
}

impl NodeFacts<'_> {
    /// The names of the sets that are in a list of sets.
    pub(crate) fn members_of_lists(&self) -> FxHashSet<&[u8]> {
        let lists = self.node.sets().filter(|set| set.set.kind.is_list());
        lists.flat_map(members).collect()
    }
}

/// The names of the sets that are in this list of sets.
pub(crate) fn members<'d>(list: NodeSet<'_, 'd>) -> impl Iterator<Item = &'d [u8]> {
    list.entries().iter().filter_map(move |entry| match entry.parts(list.source, list.set).next() {
        Some(Part::Set(name)) => Some(name),
        _ => None,
    })
}
