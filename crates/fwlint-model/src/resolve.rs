//! From tree to rule set: runs the dump's commands as a restore program would.

mod drafts;
mod load;

use fwlint_syntax::{Dump, Run, Span, Table as Section};
use rustc_hash::FxHashMap;

use self::{drafts::Entry, load::Loaded};
use crate::{
    ids::{Arena, ChainId, Id},
    names::Name,
    ruleset::{Chain, Rule, Ruleset, Table, Target},
};

/// One rule set for each of the dump's runs, in order.
///
/// A rule set is what the kernel would hold, as far as the dump can be read: what a restore program would refuse
/// (a rule in a chain that is not declared, a jump to one that does not exist) is kept, so that everything else can
/// be looked at all the same.
pub fn resolve<'d>(dump: &'d Dump<'d>) -> Vec<Ruleset<'d>> {
    dump.runs.iter().enumerate().map(|(number, run)| ruleset(dump, number, run)).collect()
}

fn ruleset<'d>(dump: &'d Dump<'d>, number: usize, run: &Run) -> Ruleset<'d> {
    let mut ruleset = Ruleset {
        dump,
        run: number,
        family: run.family,
        backend: run.backend,
        tables: Arena::default(),
        chains: Arena::default(),
        rules: Arena::default(),
        unfollowed: 0,
    };
    for standing in standing(dump, run) {
        let loaded = load::load(dump, run, standing.section);
        ruleset.unfollowed += loaded.drafts.unfollowed;
        add(&mut ruleset, standing, &loaded);
    }
    ruleset
}

/// A table as its last section says it, which replaces what those before it have loaded.
struct Standing<'d> {
    section: &'d Section,
    replaced: Vec<Span>,
}

fn standing<'d>(dump: &'d Dump<'d>, run: &Run) -> Vec<Standing<'d>> {
    let mut standing: Vec<Standing<'d>> = Vec::new();
    let mut by_name = FxHashMap::default();
    for section in dump.tables.get(run.tables.clone()).unwrap_or_default() {
        let name = section.name(dump.source);
        // Where the name is not said, it may be another table each time.
        let former = by_name.get(name).filter(|_| !name.is_empty());
        if let Some(former) = former.and_then(|&index: &usize| standing.get_mut(index)) {
            former.replaced.push(former.section.span);
            former.section = section;
        } else {
            by_name.insert(name, standing.len());
            standing.push(Standing { section, replaced: Vec::new() });
        }
    }
    standing
}

/// Numbers what was loaded: built-in chains first, and the rules chain by chain.
fn add<'d>(ruleset: &mut Ruleset<'d>, standing: Standing<'d>, loaded: &Loaded<'d>) {
    let section = standing.section;
    let name = Name(section.name(ruleset.dump.source));
    let first = ChainId::from_index(ruleset.chains.len());
    let table = ruleset.tables.push(Table {
        name,
        span: section.span,
        replaced: standing.replaced,
        chains: (first, first),
    });
    let drafts = &loaded.drafts;
    let live = drafts.chains.iter().filter(|(_, draft)| !draft.deleted);
    let (built_in, user): (Vec<_>, Vec<_>) = live.partition(|(_, draft)| draft.hook.is_some());
    let mut ids: Arena<ChainId, ChainId> = drafts.chains.ids().collect();
    for (&(old, _), index) in built_in.iter().chain(&user).zip(ruleset.chains.len()..) {
        ids[old] = ChainId::from_index(index);
    }
    for (old, draft) in built_in.into_iter().chain(user) {
        let start = Id::from_index(ruleset.rules.len());
        let mut position = 1;
        for entry in drafts.rules_of(old) {
            let target = match loaded.target_in_the_end(entry) {
                Target::Jump(chain) => Target::Jump(ids[chain]),
                Target::Goto(chain) => Target::Goto(ids[chain]),
                target => target,
            };
            let &Entry { line, copies, .. } = entry;
            ruleset.rules.push(Rule { chain: ids[old], line, position, copies, target });
            position = position.saturating_add(copies);
        }
        ruleset.chains.push(Chain {
            table,
            name: draft.name,
            hook: draft.hook,
            declared: draft.declared,
            redeclared: draft.redeclared.clone(),
            policy: draft.policy,
            rules: (start, Id::from_index(ruleset.rules.len())),
        });
    }
    ruleset.tables[table].chains.1 = ChainId::from_index(ruleset.chains.len());
}
