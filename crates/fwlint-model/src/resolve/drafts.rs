//! The chains of a table while its commands run. Rules are linked, so that a chain costs no memory of its own and
//! a rule goes anywhere without moving others.

use std::iter;

use fwlint_syntax::Span;

use crate::{
    ids::{Arena, ChainId, RuleId},
    names::{Hook, Name},
    ruleset::{Policy, Target},
};

/// How many rules all commands of a table together may pass in search of their places: about a second's work, and
/// more than any file needs that is not made to take long.
const PATIENCE: usize = 1 << 26;

/// A table's chains and rules, with ids of their own.
pub(super) struct Drafts<'d> {
    pub(super) chains: Arena<ChainId, Draft<'d>>,
    pub(super) entries: Arena<RuleId, Entry>,
    /// How many commands did not find their places before patience ended.
    pub(super) unfollowed: usize,
    patience: usize,
}

/// A chain so far.
pub(super) struct Draft<'d> {
    pub(super) name: Name<'d>,
    pub(super) hook: Option<Hook>,
    pub(super) declared: Option<Span>,
    pub(super) redeclared: Vec<Span>,
    pub(super) policy: Option<Policy>,
    /// The line that removed it.
    pub(super) deleted: Option<Span>,
    first: Option<RuleId>,
    last: Option<RuleId>,
}

/// A rule so far.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub(super) line: u32,
    /// Which of the rules that the line stands for is the first, from 0.
    pub(super) first: u32,
    pub(super) copies: u32,
    /// The line stands for more rules, which are elsewhere or gone.
    pub(super) is_part: bool,
    /// Where it leads, as far as chains were known when it was added.
    pub(super) target: Target,
    next: Option<RuleId>,
}

/// Between two rules of a chain.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) before: Option<RuleId>,
    pub(super) after: Option<RuleId>,
}

impl<'d> Drafts<'d> {
    /// With room for so many chains and rules.
    pub(super) fn with_capacity(chains: usize, rules: usize) -> Self {
        Self {
            chains: Arena::with_capacity(chains),
            entries: Arena::with_capacity(rules),
            unfollowed: 0,
            patience: PATIENCE,
        }
    }

    pub(super) fn add_chain(&mut self, name: Name<'d>, hook: Option<Hook>) -> ChainId {
        self.chains.push(Draft {
            name,
            hook,
            declared: None,
            redeclared: Vec::new(),
            policy: None,
            deleted: None,
            first: None,
            last: None,
        })
    }

    /// The rules of a chain, in order.
    pub(super) fn rules_of(&self, chain: ChainId) -> impl Iterator<Item = &Entry> {
        iter::successors(self.chains[chain].first, |&id| self.entries[id].next).map(|id| &self.entries[id])
    }

    pub(super) fn is_empty(&self, chain: ChainId) -> bool {
        self.chains[chain].first.is_none()
    }

    pub(super) fn flush(&mut self, chain: ChainId) {
        let draft = &mut self.chains[chain];
        (draft.first, draft.last) = (None, None);
    }

    pub(super) fn end(&self, chain: ChainId) -> Place {
        Place { before: self.chains[chain].last, after: None }
    }

    pub(super) fn insert(&mut self, chain: ChainId, place: Place, entry: Entry) -> RuleId {
        let new = self.entries.push(Entry { next: place.after, ..entry });
        self.lead_to(chain, place.before, Some(new));
        if place.after.is_none() {
            self.chains[chain].last = Some(new);
        }
        new
    }

    /// Removes so many of the rules that the entry behind the place stands for, from the first on.
    pub(super) fn remove(&mut self, chain: ChainId, place: Place, count: u32) {
        let Some(gone) = place.after else {
            return;
        };
        let entry = &mut self.entries[gone];
        let next = entry.next;
        if entry.copies > count {
            entry.first += count;
            entry.copies -= count;
            entry.is_part = true;
            return;
        }
        self.lead_to(chain, place.before, next);
        if next.is_none() {
            self.chains[chain].last = place.before;
        }
    }

    fn lead_to(&mut self, chain: ChainId, before: Option<RuleId>, rule: Option<RuleId>) {
        match before {
            Some(before) => self.entries[before].next = rule,
            None => self.chains[chain].first = rule,
        }
    }

    /// The place in front of the rule with this number, or the end of the chain and how many rules are missing in front of
    /// that number; `None` as for [`seek`](Self::seek). An entry that stands for rules on both sides is cut in two.
    pub(super) fn nth(&mut self, chain: ChainId, number: u32) -> Option<(Place, u32)> {
        let mut left = number.saturating_sub(1);
        let place = self.seek(chain, |_, entry| match left.checked_sub(entry.copies) {
            Some(rest) => {
                left = rest;
                false
            }
            None => true,
        })?;
        Some(match place.after {
            Some(entry) if left > 0 => (self.cut(chain, entry, left), 0),
            _ => (place, left),
        })
    }

    /// Cuts an entry in two, of which the first keeps so many rules; the place is between them.
    fn cut(&mut self, chain: ChainId, entry: RuleId, kept: u32) -> Place {
        let whole = self.entries[entry];
        let first = whole.first + kept;
        let rest = Entry { first, copies: whole.copies - kept, is_part: true, ..whole };
        let rest = self.entries.push(rest);
        self.entries[entry] = Entry { copies: kept, is_part: true, next: Some(rest), ..whole };
        if whole.next.is_none() {
            self.chains[chain].last = Some(rest);
        }
        Place { before: Some(entry), after: Some(rest) }
    }

    /// The place in front of the first rule that is the one, or the end of the chain; `None` if patience ends before.
    pub(super) fn seek(
        &mut self,
        chain: ChainId,
        mut is_it: impl FnMut(RuleId, &Entry) -> bool,
    ) -> Option<Place> {
        let mut place = Place { before: None, after: self.chains[chain].first };
        while let Some(rule) = place.after
            && !is_it(rule, &self.entries[rule])
        {
            self.spend(1)?;
            place = Place { before: Some(rule), after: self.entries[rule].next };
        }
        Some(place)
    }

    /// Takes so many steps; `None` if there is no patience left for them.
    pub(super) fn spend(&mut self, steps: usize) -> Option<()> {
        let patience = self.patience.checked_sub(steps);
        self.unfollowed += usize::from(patience.is_none());
        self.patience = patience?;
        Some(())
    }
}

impl Entry {
    pub(super) fn new(line: u32, copies: u32, target: Target) -> Self {
        Self { line, first: 0, copies, is_part: false, target, next: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_that_takes_too_long_is_given_up() {
        let mut drafts = Drafts::with_capacity(1, 10);
        let chain = drafts.add_chain(Name(b"A"), None);
        for line in 0..10 {
            drafts.insert(chain, drafts.end(chain), Entry::new(line, 1, Target::None));
        }
        drafts.patience = 9;
        assert!(drafts.nth(chain, 1).is_some_and(|(place, _)| place.before.is_none()));
        assert!(drafts.nth(chain, 9).is_some_and(|(place, _)| place.after.is_some()));
        assert!(drafts.nth(chain, 9).is_none());
        assert_eq!((drafts.unfollowed, drafts.patience), (1, 0));
    }
}
