//! Runs the commands of one table, in the order in which they stand.

use std::{borrow::Cow, hash::BuildHasher, iter};

use fwlint_syntax::{
    Backend, ChainForm, ChainLine, Command, Dump, Edit, EditKind, Family, Rule, Run, Span, Table,
    extensions::{self, Role, core},
    unquote,
};
use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::{
    builtin,
    canonical::spelling,
    ids::{Arena, ChainId, RuleId},
    names::{Hook, Name},
    ruleset::{Policy, Target},
};

/// How many rules may be passed in search of places, by all commands of a table together: less than a second's work,
/// and more than any file needs that is not made to take long.
const PATIENCE: u64 = 1 << 28;

/// A table's chains and rules, with ids of their own.
pub(super) struct Loaded<'d> {
    pub(super) chains: Arena<ChainId, Draft<'d>>,
    pub(super) unfollowed: usize,
    dump: &'d Dump<'d>,
    family: Family,
    backend: Option<Backend>,
    table: Name<'d>,
    by_name: FxHashMap<&'d [u8], ChainId>,
    entries: Arena<RuleId, Entry>,
    /// Hashes of the first entries' spellings, as far as `-D` has asked for them.
    spellings: Arena<RuleId, u64>,
    patience: u64,
}

/// A chain so far.
pub(super) struct Draft<'d> {
    pub(super) name: Name<'d>,
    pub(super) hook: Option<Hook>,
    pub(super) declared: Option<Span>,
    pub(super) redeclared: Vec<Span>,
    pub(super) policy: Option<Policy>,
    pub(super) deleted: bool,
    first: Option<RuleId>,
    last: Option<RuleId>,
}

/// A rule, linked to the next one of its chain.
pub(super) struct Entry {
    pub(super) line: u32,
    pub(super) copies: u32,
    target: Target,
    next: Option<RuleId>,
}

/// Between two rules of a chain.
struct Place {
    before: Option<RuleId>,
    after: Option<RuleId>,
}

/// Runs a table's commands.
pub(super) fn load<'d>(dump: &'d Dump<'d>, run: &Run, table: &Table) -> Loaded<'d> {
    let mut loaded = Loaded {
        chains: Arena::default(),
        unfollowed: 0,
        dump,
        family: run.family,
        backend: run.backend,
        table: Name(table.name.of(dump.source)),
        by_name: FxHashMap::with_capacity_and_hasher(table.chains.len(), FxBuildHasher),
        entries: Arena::default(),
        spellings: Arena::default(),
        patience: PATIENCE,
    };
    let mut chains = dump.chains.get(table.chains.clone()).unwrap_or_default().iter().peekable();
    let mut rules = (0..).zip(&dump.rules).skip(table.rules.start).take(table.rules.len()).peekable();
    let mut edits = dump.edits.get(table.edits.clone()).unwrap_or_default().iter().peekable();
    loop {
        let chain = chains.peek().map_or(u32::MAX, |line| line.span.start);
        let rule = rules.peek().map_or(u32::MAX, |(_, line)| line.span.start);
        let edit = edits.peek().map_or(u32::MAX, |line| line.span.start);
        if rule < chain.min(edit) {
            rules.next().into_iter().for_each(|(index, line)| loaded.rule(index, line));
        } else if chain < edit {
            chains.next().into_iter().for_each(|line| loaded.declare(line));
        } else if let Some(line) = edits.next() {
            loaded.edit(line);
        } else {
            return loaded;
        }
    }
}

impl<'d> Loaded<'d> {
    /// The rules of a chain, in order.
    pub(super) fn entries_of(&self, chain: ChainId) -> impl Iterator<Item = &Entry> {
        iter::successors(self.chains[chain].first, |&id| self.entries[id].next).map(|id| &self.entries[id])
    }

    /// Where a rule leads when all chains are known.
    pub(super) fn target_in_the_end(&self, entry: &Entry) -> Target {
        match entry.target {
            Target::Jump(chain) | Target::Goto(chain) if !self.chains[chain].deleted => entry.target,
            Target::Jump(_) | Target::Goto(_) | Target::Undefined => {
                self.dump.rules.get(entry.line as usize).map_or(Target::Undefined, |line| self.target(line))
            }
            target => target,
        }
    }

    fn declare(&mut self, line: &ChainLine) {
        let name = self.name(line.name);
        let chain = self.chain_or_new(name);
        let draft = &mut self.chains[chain];
        if draft.declared.is_none() {
            draft.declared = Some(line.name);
        } else if line.form != ChainForm::Policy {
            draft.redeclared.push(line.name);
            // Legacy refuses the file, which leaves nothing to look at; so the rules stay.
            if self.backend == Some(Backend::Nft) && line.form == ChainForm::Colon && draft.hook.is_none() {
                self.flush(chain);
            }
        }
        let draft = &mut self.chains[chain];
        // To iptables-nft, the policy of a user chain means nothing; ebtables obeys it.
        if draft.hook.is_some() || self.family == Family::Bridge {
            draft.policy = match line.policy.of(self.dump.source) {
                b"ACCEPT" => Some(Policy::Accept),
                b"DROP" => Some(Policy::Drop),
                b"RETURN" => Some(Policy::Return),
                _ => draft.policy,
            };
        }
    }

    fn rule(&mut self, line: u32, rule: &Rule) {
        let Some(copies) = self.copies(rule) else {
            return;
        };
        let name = self.name(rule.chain);
        let entry = Entry { line, copies, target: self.target(rule), next: None };
        match rule.command {
            Command::Append => {
                let chain = self.chain_or_new(name);
                self.append(chain, entry);
            }
            Command::Insert(number) => {
                let chain = self.chain_or_new(name);
                match self.nth(chain, number) {
                    Some(place) => _ = self.link(chain, &place, entry),
                    None => self.append(chain, entry),
                }
            }
            Command::Replace(number) => {
                if let Some((chain, place)) = self.find(name, |this, chain| this.nth(chain, number)) {
                    let before = Some(self.link(chain, &place, entry));
                    self.remove(chain, &Place { before, ..place });
                }
            }
            Command::DeleteAt(number) => {
                if let Some((chain, place)) = self.find(name, |this, chain| this.nth(chain, number)) {
                    self.remove(chain, &place);
                }
            }
            Command::Delete => {
                if let Some((chain, place)) = self.find(name, |this, chain| this.same(chain, rule)) {
                    self.remove(chain, &place);
                }
            }
        }
    }

    fn edit(&mut self, line: &Edit) {
        let name = self.name(line.chain);
        let named = self.by_name.get(name.0).copied();
        match line.kind {
            EditKind::Zero => {}
            EditKind::Flush if line.chain.is_empty() => {
                self.chains.ids().for_each(|chain| self.flush(chain));
            }
            EditKind::Flush => named.into_iter().for_each(|chain| self.flush(chain)),
            EditKind::DeleteChain if line.chain.is_empty() => {
                self.chains.ids().for_each(|chain| self.delete(chain));
            }
            EditKind::DeleteChain => named.into_iter().for_each(|chain| self.delete(chain)),
            EditKind::Rename => {
                let rest = Span { start: line.chain.end, end: line.span.end };
                let new = Name(rest.of(self.dump.source).trim_ascii());
                if let Some(chain) = named
                    && !new.0.is_empty()
                    && !self.by_name.contains_key(new.0)
                {
                    self.by_name.remove(name.0);
                    self.by_name.insert(new.0, chain);
                    self.chains[chain].name = new;
                }
            }
        }
    }

    fn flush(&mut self, chain: ChainId) {
        let draft = &mut self.chains[chain];
        (draft.first, draft.last) = (None, None);
    }

    /// Removes a user chain, if it is empty: otherwise the restore program gives up.
    fn delete(&mut self, chain: ChainId) {
        let draft = &mut self.chains[chain];
        if draft.hook.is_none() && draft.first.is_none() && !draft.deleted {
            draft.deleted = true;
            self.by_name.remove(draft.name.0);
        }
    }

    fn append(&mut self, chain: ChainId, entry: Entry) {
        let end = Place { before: self.chains[chain].last, after: None };
        self.link(chain, &end, entry);
    }

    fn link(&mut self, chain: ChainId, place: &Place, entry: Entry) -> RuleId {
        let new = self.entries.push(Entry { next: place.after, ..entry });
        match place.before {
            Some(before) => self.entries[before].next = Some(new),
            None => self.chains[chain].first = Some(new),
        }
        if place.after.is_none() {
            self.chains[chain].last = Some(new);
        }
        new
    }

    /// Removes the rule behind the place, or one of the several that its line stands for.
    fn remove(&mut self, chain: ChainId, place: &Place) {
        let Some(gone) = place.after else {
            return;
        };
        let entry = &mut self.entries[gone];
        let next = entry.next;
        if entry.copies > 1 {
            entry.copies -= 1;
            return;
        }
        match place.before {
            Some(before) => self.entries[before].next = next,
            None => self.chains[chain].first = next,
        }
        if next.is_none() {
            self.chains[chain].last = place.before;
        }
    }

    /// The place in front of a rule that exists.
    fn find(
        &mut self,
        chain: Name<'_>,
        place: impl FnOnce(&mut Self, ChainId) -> Option<Place>,
    ) -> Option<(ChainId, Place)> {
        let chain = *self.by_name.get(chain.0)?;
        let place = place(self, chain)?;
        place.after.is_some().then_some((chain, place))
    }

    /// The place in front of the rule with this number, or the end of the chain.
    fn nth(&mut self, chain: ChainId, number: u32) -> Option<Place> {
        let mut left = number.saturating_sub(1);
        self.seek(chain, |this, rule| match left.checked_sub(this.entries[rule].copies) {
            Some(rest) => {
                left = rest;
                false
            }
            None => true,
        })
    }

    /// The place in front of the first rule that says the same, or the end of the chain.
    fn same(&mut self, chain: ChainId, rule: &Rule) -> Option<Place> {
        let hash = |spelling: &[u8]| FxBuildHasher.hash_one(spelling);
        let wanted = spelling(self.dump, self.family, rule);
        let wanted_hash = hash(&wanted);
        let spelling_of = |this: &Self, rule| {
            let line = this.dump.rules.get(this.entries[rule].line as usize);
            line.map(|line| spelling(this.dump, this.family, line)).unwrap_or_default()
        };
        for rule in self.entries.ids().skip(self.spellings.len()) {
            self.spellings.push(hash(&spelling_of(self, rule)));
        }
        self.seek(chain, |this, rule| {
            this.spellings[rule] == wanted_hash && spelling_of(this, rule) == wanted
        })
    }

    /// The place in front of the first rule that is the one, or the end of the chain; `None` if patience ends before.
    fn seek(&mut self, chain: ChainId, mut is_it: impl FnMut(&Self, RuleId) -> bool) -> Option<Place> {
        let mut place = Place { before: None, after: self.chains[chain].first };
        while let Some(rule) = place.after {
            if is_it(self, rule) {
                break;
            }
            let Some(patience) = self.patience.checked_sub(1) else {
                self.unfollowed += 1;
                return None;
            };
            self.patience = patience;
            place = Place { before: Some(rule), after: self.entries[rule].next };
        }
        Some(place)
    }

    fn chain_or_new(&mut self, name: Name<'d>) -> ChainId {
        let Self { chains, by_name, family, table, .. } = self;
        *by_name.entry(name.0).or_insert_with(|| {
            chains.push(Draft {
                name,
                hook: builtin::hook(*family, *table, name),
                declared: None,
                redeclared: Vec::new(),
                policy: None,
                deleted: false,
                first: None,
                last: None,
            })
        })
    }

    /// What the rule does, as far as the chains are known. A chain hides a target extension of the same name.
    fn target(&self, rule: &Rule) -> Target {
        let Some(span) = rule.target_span(self.dump) else {
            return Target::None;
        };
        let name = self.name(span).0;
        let goto = rule.is_goto(self.dump);
        let verdict = match name {
            b"ACCEPT" => Some(Target::Accept),
            b"DROP" => Some(Target::Drop),
            b"RETURN" => Some(Target::Return),
            b"QUEUE" => Some(Target::Queue),
            b"CONTINUE" if self.family == Family::Bridge => Some(Target::Continue),
            _ => None,
        };
        if let Some(verdict) = verdict.filter(|_| !goto) {
            return verdict;
        }
        match self.by_name.get(name) {
            Some(&chain) if goto => Target::Goto(chain),
            Some(&chain) => Target::Jump(chain),
            None if goto => Target::Undefined,
            None => extensions::by_name(Role::Target, name, self.family)
                .map_or(Target::Undefined, Target::Extension),
        }
    }

    /// How many rules the line stands for; `None` if it is for the other family.
    fn copies(&self, rule: &Rule) -> Option<u32> {
        let mut copies = 1u32;
        for arg in self.dump.args_of(rule) {
            match arg.id() {
                core::IPV4 if self.family != Family::Ipv4 => return None,
                core::IPV6 if self.family != Family::Ipv6 => return None,
                core::SOURCE | core::DESTINATION => {
                    let words = arg.value_span().of(self.dump.source);
                    let addresses = words.split(|&byte| byte == b',').count();
                    copies = copies.saturating_mul(u32::try_from(addresses).unwrap_or(u32::MAX));
                }
                _ => {}
            }
        }
        Some(copies)
    }

    /// What a word says, where it stands so in the source: names have nothing to escape.
    fn name(&self, word: Span) -> Name<'d> {
        let word = word.of(self.dump.source);
        match unquote(word) {
            Cow::Borrowed(name) => Name(name),
            Cow::Owned(_) => Name(word),
        }
    }
}
