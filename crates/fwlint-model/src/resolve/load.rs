//! Runs the commands of one table, in the order in which they stand.

use std::{borrow::Cow, hash::BuildHasher};

use fwlint_syntax::{
    Arg, Backend, ChainForm, ChainLine, Command, Dump, Edit, EditKind, Family, Rule, Run, Span, Table,
    extensions::{self, Role, core},
    unquote,
};
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::drafts::{Drafts, Entry, Place};
use crate::{
    builtin,
    canonical::spelling,
    ids::{Arena, ChainId, Id, RuleId},
    names::Name,
    ruleset::{Policy, Target, Why},
};

/// A table, loaded.
pub(super) struct Loaded<'d> {
    pub(super) drafts: Drafts<'d>,
    dump: &'d Dump<'d>,
    family: Family,
    backend: Option<Backend>,
    table: Name<'d>,
    by_name: FxHashMap<&'d [u8], ChainId>,
    /// The chain of the rule before.
    current: Option<ChainId>,
    /// Hashes of what the first rules say, as far as `-D` has asked for them.
    spellings: Arena<RuleId, u64>,
    /// Lines that could not be carried out.
    failed: Vec<(Span, Why)>,
    /// Some line has stood for several rules so far.
    has_lists: bool,
}

/// Runs a table's commands.
pub(super) fn load<'d>(dump: &'d Dump<'d>, run: &Run, table: &Table) -> Loaded<'d> {
    let mut loaded = Loaded {
        drafts: Drafts::with_capacity(table.chains.len(), table.rules.len()),
        dump,
        family: run.family,
        backend: run.backend,
        table: Name(table.name(dump.source)),
        by_name: FxHashMap::with_capacity_and_hasher(table.chains.len(), FxBuildHasher),
        current: None,
        spellings: Arena::default(),
        failed: Vec::new(),
        has_lists: false,
    };
    let mut chains = dump.chains.get(table.chains.clone()).unwrap_or_default().iter().peekable();
    let rules = dump.rules.get(table.rules.clone()).unwrap_or_default();
    let first = u32::try_from(table.rules.start).unwrap_or(u32::MAX);
    let mut rules = (first..).zip(rules).peekable();
    let mut edits = dump.edits.get(table.edits.clone()).unwrap_or_default().iter().peekable();
    loop {
        let chain = chains.peek().map_or(u32::MAX, |line| line.span.start);
        let rule = rules.peek().map_or(u32::MAX, |(_, line)| line.span.start);
        let edit = edits.peek().map_or(u32::MAX, |line| line.span.start);
        if rule < chain.min(edit)
            && let Some((number, line)) = rules.next()
        {
            loaded.rule(number, line);
        } else if chain < edit
            && let Some(line) = chains.next()
        {
            loaded.declare(line);
        } else if let Some(line) = edits.next() {
            loaded.edit(line);
        } else {
            return loaded;
        }
    }
}

impl<'d> Loaded<'d> {
    /// Where a rule leads when all chains are known.
    pub(super) fn target_in_the_end(&self, entry: &Entry) -> Target {
        match entry.target {
            Target::Jump(chain) | Target::Goto(chain) if self.drafts.chains[chain].deleted.is_none() => {
                entry.target
            }
            Target::Jump(_) | Target::Goto(_) | Target::Undefined => {
                self.dump.rules.get(entry.line as usize).map_or(Target::Undefined, |line| self.target(line))
            }
            target => target,
        }
    }

    /// The lines that a restore program does not carry out, and why.
    pub(super) fn failures(&self) -> impl Iterator<Item = (Span, Why)> {
        // A chain that was called when it was removed is still called, unless the rule was deleted before.
        let chains = self.drafts.chains.iter().filter(|(_, draft)| draft.deleted.is_none());
        let standing = chains.flat_map(|(id, _)| self.drafts.rules_of(id));
        let called = standing.filter_map(|entry| match entry.target {
            Target::Jump(chain) | Target::Goto(chain) => {
                Some((self.drafts.chains[chain].deleted?, Why::IsCalled(entry.line)))
            }
            _ => None,
        });
        self.failed.iter().copied().chain(called)
    }

    fn declare(&mut self, line: &ChainLine) {
        let chain = self.chain_or_new(self.name(line.name));
        let draft = &mut self.drafts.chains[chain];
        if line.form == ChainForm::New && draft.hook.is_some() {
            self.failed.push((line.span, Why::Exists));
        }
        let said = policy(line.policy.of(self.dump.source));
        if draft.hook.is_some() {
            draft.policy = said.or(draft.policy);
        } else if self.family == Family::Bridge {
            let of_new = (line.form == ChainForm::New).then_some(Policy::Accept);
            draft.policy = said.or(draft.policy).or(of_new);
        }
        if draft.declared.is_none() {
            draft.declared = Some(line.name);
        } else if line.form != ChainForm::Policy {
            draft.redeclared.push(line.name);
            // Legacy refuses the file, which would leave nothing to look at; so the rules stay.
            let empties = self.backend == Some(Backend::Nft) && line.form == ChainForm::Colon;
            if empties && draft.hook.is_none() {
                self.drafts.flush(chain);
            }
        }
    }

    fn rule(&mut self, number: u32, line: &Rule) {
        if line.family != self.family {
            return;
        }
        let name = self.name(line.chain);
        let copies = self.copies(line);
        self.has_lists |= copies > 1;
        match line.command {
            Command::Append | Command::Insert(_) => {
                let chain = self.chain_of_rule(name);
                let place = match line.command {
                    Command::Insert(before) => self.before(chain, line, before),
                    _ => None,
                };
                let place = place.unwrap_or_else(|| self.drafts.end(chain));
                let entry = Entry::new(number, copies, self.target(line));
                self.drafts.insert(chain, place, entry);
            }
            Command::Replace(old) => {
                if let Some((chain, place)) = self.find(line, |this, chain| this.numbered(chain, old)) {
                    let entry = Entry::new(number, copies, self.target(line));
                    let before = Some(self.drafts.insert(chain, place, entry));
                    self.drafts.remove(chain, Place { before, ..place }, 1);
                }
            }
            Command::DeleteAt(old) => {
                if let Some((chain, place)) = self.find(line, |this, chain| this.numbered(chain, old)) {
                    self.drafts.remove(chain, place, 1);
                }
            }
            Command::Delete => {
                if let Some((chain, place)) = self.find(line, |this, chain| this.same(chain, line)) {
                    self.drafts.remove(chain, place, copies);
                }
            }
        }
    }

    /// The place in front of the rule with this number, which may be one more than there are.
    fn before(&mut self, chain: ChainId, line: &Rule, number: u32) -> Option<Place> {
        let (place, missing) = self.drafts.nth(chain, number)?;
        if missing > 0 {
            self.failed.push((line.span, Why::NoRule));
        }
        Some(place)
    }

    /// The place in front of the rule with this number, or the end of the chain.
    fn numbered(&mut self, chain: ChainId, number: u32) -> Option<Place> {
        self.drafts.nth(chain, number).map(|(place, _)| place)
    }

    /// The place in front of a rule, if the chain and the rule exist.
    fn find(
        &mut self,
        line: &Rule,
        place: impl FnOnce(&mut Self, ChainId) -> Option<Place>,
    ) -> Option<(ChainId, Place)> {
        let name = self.name(line.chain);
        let Some(&chain) = self.by_name.get(name.0) else {
            let is_built_in = builtin::hook(self.family, self.table, name).is_some();
            self.failed.push((line.span, if is_built_in { Why::NoRule } else { Why::NoChain }));
            return None;
        };
        let place = place(self, chain)?;
        // One of the rules that a line with several addresses stands for is not looked for by itself.
        let is_missed = place.after.is_none() && line.command == Command::Delete && self.has_lists;
        self.drafts.unfollowed += usize::from(is_missed);
        // Words that nobody understands may be another spelling of a rule that is there.
        if place.after.is_none() && !line.verbatim && !is_missed {
            self.failed.push((line.span, Why::NoRule));
        }
        place.after.is_some().then_some((chain, place))
    }

    /// The place in front of the first rule that says the same; what cannot be read says nothing.
    fn same(&mut self, chain: ChainId, line: &Rule) -> Option<Place> {
        let (dump, family) = (self.dump, self.family);
        let spelling_of = |line: &Rule| (!line.broken).then(|| spelling(dump, family, line));
        let spelling_at = |entry: &Entry| dump.rules.get(entry.line as usize).and_then(spelling_of);
        let hash = |spelling: &Option<Vec<u8>>| FxBuildHasher.hash_one(spelling);
        for rule in (self.spellings.len()..self.drafts.entries.len()).map(RuleId::from_index) {
            self.spellings.push(hash(&spelling_at(&self.drafts.entries[rule])));
        }
        let wanted = Some(spelling_of(line)?);
        let wanted_hash = hash(&wanted);
        let spellings = &self.spellings;
        self.drafts.seek(chain, |rule, entry| {
            spellings[rule] == wanted_hash && !entry.is_part && spelling_at(entry) == wanted
        })
    }

    fn edit(&mut self, line: &Edit) {
        match line.kind {
            EditKind::Flush => self.edited(line).into_iter().for_each(|chain| self.drafts.flush(chain)),
            EditKind::DeleteChain => self.edited(line).into_iter().for_each(|chain| self.delete(line, chain)),
            EditKind::Rename => self.rename(line),
            EditKind::Zero if line.chain.is_empty() => {}
            EditKind::Zero => _ = self.named(line),
        }
    }

    /// The chain that the line names, or all.
    fn edited(&mut self, line: &Edit) -> Vec<ChainId> {
        if !line.chain.is_empty() {
            return self.named(line).into_iter().collect();
        }
        match self.drafts.spend(self.drafts.chains.len()) {
            Some(()) => self.drafts.chains.ids().collect(),
            None => Vec::new(),
        }
    }

    /// The chain that the line names. A built-in one need not be declared.
    fn named(&mut self, line: &Edit) -> Option<ChainId> {
        let name = self.name(line.chain);
        let chain = self.by_name.get(name.0).copied();
        if chain.is_none() && builtin::hook(self.family, self.table, name).is_none() {
            self.failed.push((line.span, Why::NoChain));
        }
        chain
    }

    /// Removes a user chain if it is empty. If it is not, the restore program gives up.
    fn delete(&mut self, line: &Edit, chain: ChainId) {
        let is_empty = self.drafts.is_empty(chain);
        let draft = &mut self.drafts.chains[chain];
        if draft.deleted.is_some() {
            return;
        }
        if draft.hook.is_none() && is_empty {
            draft.deleted = Some(line.span);
            self.by_name.remove(draft.name.0);
        } else if draft.hook.is_none() {
            self.failed.push((line.span, Why::HasRules));
        } else if !line.chain.is_empty() {
            self.failed.push((line.span, Why::BuiltIn));
        }
    }

    fn rename(&mut self, line: &Edit) {
        let (old, new) = (self.name(line.chain), self.name(line.to));
        if new.0.is_empty() {
            return;
        }
        if self.by_name.contains_key(new.0) {
            return self.failed.push((line.span, Why::Exists));
        }
        if builtin::hook(self.family, self.table, old).is_some() {
            return self.failed.push((line.span, Why::BuiltInName));
        }
        if let Some(chain) = self.named(line) {
            self.by_name.remove(old.0);
            self.by_name.insert(new.0, chain);
            self.drafts.chains[chain].name = new;
        }
    }

    fn chain_or_new(&mut self, name: Name<'d>) -> ChainId {
        let Self { drafts, by_name, family, table, .. } = self;
        *by_name.entry(name.0).or_insert_with(|| drafts.add_chain(name, builtin::hook(*family, *table, name)))
    }

    /// The chain that a rule goes to. Rules mostly stand chain by chain, in the order in which the chains do, which
    /// saves most searches.
    fn chain_of_rule(&mut self, name: Name<'d>) -> ChainId {
        let chains = &self.drafts.chains;
        let current = self.current.map_or(0, ChainId::index);
        let likely = (current..chains.len()).take(2).map(ChainId::from_index);
        let found =
            likely.into_iter().find(|&chain| chains[chain].name == name && chains[chain].deleted.is_none());
        let chain = found.unwrap_or_else(|| self.chain_or_new(name));
        self.current = Some(chain);
        chain
    }

    /// What the rule does, as far as the chains are known. A chain hides a target extension of the same name.
    fn target(&self, line: &Rule) -> Target {
        let Some(span) = line.target_span(self.dump) else {
            return Target::None;
        };
        let name = self.name(span).0;
        let chain = self.by_name.get(name).copied();
        if line.is_goto(self.dump) {
            return chain.map_or(Target::Undefined, Target::Goto);
        }
        match name {
            b"ACCEPT" => Target::Accept,
            b"DROP" => Target::Drop,
            b"RETURN" => Target::Return,
            b"QUEUE" => Target::Queue,
            b"CONTINUE" if self.family == Family::Bridge => Target::Continue,
            name => chain.map_or_else(|| self.extension(name), Target::Jump),
        }
    }

    fn extension(&self, name: &[u8]) -> Target {
        let extension = extensions::by_name(Role::Target, name, self.family);
        extension.map_or(Target::Undefined, Target::Extension)
    }

    /// How many rules the line stands for: the product of its lists of addresses.
    fn copies(&self, line: &Rule) -> u32 {
        let is_list = |arg: &&Arg| matches!(arg.id(), core::SOURCE | core::DESTINATION);
        let lists = self.dump.args_of(line).iter().filter(is_list);
        let lengths = lists.map(|arg| {
            let words = arg.value_span().of(self.dump.source);
            u32::try_from(words.split(|&byte| byte == b',').count()).unwrap_or(u32::MAX)
        });
        lengths.fold(1, u32::saturating_mul)
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

fn policy(word: &[u8]) -> Option<Policy> {
    match word {
        b"ACCEPT" => Some(Policy::Accept),
        b"DROP" => Some(Policy::Drop),
        b"RETURN" => Some(Policy::Return),
        _ => None,
    }
}
