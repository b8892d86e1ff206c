//! Matches and targets in tables and chains where the kernel does not take them.

use fwlint_model::{
    HookSet, RuleId, Target,
    syntax::{
        Backends,
        extensions::{Particular, Place, Role, particular},
    },
};

use super::{LINT, Words, list, report, who};
use crate::{Finding, Label, RulesetFacts, Sink, text::code};

pub(super) fn check(
    rules: &RulesetFacts<'_>,
    legacy_hooks: &dyn Fn(RuleId) -> HookSet,
    rule: RuleId,
    sink: &mut Sink,
) {
    let ruleset = &rules.ruleset;
    let line = ruleset.line(rule);
    let target = match ruleset.rules[rule].target {
        Target::Extension(id) => Some(id),
        _ => None,
    };
    for part in particular(ruleset.dump, line, target) {
        // One finding for each: where the table is wrong, the chain does not matter.
        let wrong =
            part.places(ruleset.dump, line).find_map(|place| Wrong::new(rules, legacy_hooks, rule, place));
        if let Some(wrong) = wrong {
            report(rules, rule, wrong.by, sink, || wrong.finding(rules, rule, part));
        }
        for refusal in part.refusals(ruleset.dump, line) {
            report(rules, rule, refusal.by, sink, || {
                let message = format!("{} {}", who(refusal.by), refusal.what);
                Finding::new(&LINT, message, Label::new(part.span, ""))
                    .help(Words::KERNEL.help(refusal.by, "the other backend takes the rule"))
            });
        }
    }
}

/// A demand that the place of a rule does not meet.
struct Wrong {
    place: &'static Place,
    by: Backends,
    /// The hooks that lead to the rule and must not; none where the table is wrong.
    hooks: HookSet,
}

impl Wrong {
    fn new(
        rules: &RulesetFacts<'_>,
        legacy_hooks: &dyn Fn(RuleId) -> HookSet,
        rule: RuleId,
        place: &'static Place,
    ) -> Option<Self> {
        let ruleset = &rules.ruleset;
        let chain = ruleset.rules[rule].chain;
        let table = ruleset.table_name(chain).as_str();
        if !place.tables.is_empty() && TABLES.contains(&table) && !place.tables.contains(&table) {
            return Some(Self { place, by: place.by, hooks: HookSet::default() });
        }
        if place.chains.is_empty() {
            return None;
        }
        let forbidden = |hooks: HookSet| {
            let hooks = hooks.iter().filter(|hook| !place.chains.contains(&hook.chain_name()));
            hooks.fold(HookSet::default(), HookSet::with)
        };
        let own = ruleset.chains[chain].hook.into_iter().fold(HookSet::default(), HookSet::with);
        let by_nft = forbidden(if place.on_loading { own } else { rules.graph.hooks(chain) });
        let by_legacy = forbidden(legacy_hooks(rule));
        let who = |hooks: HookSet, backend| if hooks.is_empty() { Backends::NONE } else { backend };
        let by = who(by_legacy, Backends::LEGACY).and(who(by_nft, Backends::NFT)).only(place.by);
        (by != Backends::NONE).then(|| Self { place, by, hooks: by_legacy.union(by_nft) })
    }

    fn finding(&self, rules: &RulesetFacts<'_>, rule: RuleId, part: Particular) -> Finding {
        let ruleset = &rules.ruleset;
        let chain = ruleset.rules[rule].chain;
        let name = code(part.extension.name.as_bytes());
        let what = match self.place.about {
            Some(about) => format!("{name} with {about}"),
            None => name,
        };
        let who = who(self.by);
        let is_target = part.extension.role == Role::Target;
        if self.hooks.is_empty() {
            let table = code(ruleset.table_name(chain).0);
            let label = format!("only in {}", list(self.place.tables.iter().copied()));
            let advice = if is_target { "move the rule to that table" } else { "leave the match out" };
            return Finding::new(
                &LINT,
                format!("{who} {what} in table {table}"),
                Label::new(part.span, label),
            )
            .help(Words::KERNEL.help(self.by, advice));
        }
        let hooks = list(self.hooks.iter().map(fwlint_model::Hook::chain_name));
        let allowed = list(self.place.chains.iter().copied());
        if ruleset.chains[chain].hook.is_some() {
            let label = format!("only in {allowed}");
            return Finding::new(
                &LINT,
                format!("{who} {what} in chain {hooks}"),
                Label::new(part.span, label),
            )
            .help(Words::KERNEL.help(self.by, "move the rule to such a chain"));
        }
        let verb = if self.hooks.iter().nth(1).is_some() { "lead" } else { "leads" };
        let message = format!("{who} {what} in a chain where {hooks} {verb}");
        let label = format!("only where {allowed} lead");
        let finding = Finding::new(&LINT, message, Label::new(part.span, label))
            .help(Words::KERNEL.help(self.by, "call a chain of its own from there"));
        let leads = |hooks: HookSet| hooks.iter().any(|hook| self.hooks.has(hook));
        match rules.graph.calls_to(chain).find(|call| leads(rules.graph.hooks(call.from))) {
            Some(call) => {
                let caller = code(rules.name(call.from).0);
                finding.related(Label::new(rules.target_span(call.rule), format!("called from {caller}")))
            }
            None => finding,
        }
    }
}

/// Tables whose names are those of the kernel's; a dump may have another, or none.
const TABLES: &[&str] = &["raw", "mangle", "nat", "filter", "security", "broute"];
