//! Matches and targets in tables and chains where the kernel does not take them.

use fwlint_model::{
    Call, ChainId, Hook, HookSet, RuleId, Target,
    syntax::{
        Backends,
        extensions::{Particular, Place, particular},
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
                let advice = match refusal.by {
                    Backends::LEGACY => "nft takes the rule",
                    Backends::NFT => "legacy takes the rule",
                    _ => "change the rule, or delete it",
                };
                Finding::new(&LINT, message, Label::new(part.span, ""))
                    .help(Words::KERNEL.help(refusal.by, advice))
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
        let what = self.place.about.map_or_else(|| name.clone(), |about| format!("{name} with {about}"));
        let refuses = format!("{} {what}", who(self.by));
        let hooks = list(self.hooks.iter().map(Hook::chain_name));
        let allowed = list(self.place.chains.iter().copied());
        let (message, label, advice) = if self.hooks.is_empty() {
            let tables = list(self.place.tables.iter().copied());
            let table = code(ruleset.table_name(chain).0);
            (
                format!("{refuses} in table {table}"),
                format!("only in {tables}"),
                "move the rule to that table",
            )
        } else if ruleset.chains[chain].hook.is_some() {
            let advice = "move the rule to such a chain";
            (format!("{refuses} in chain {hooks}"), format!("only in {allowed}"), advice)
        } else {
            let verb = |several| if several { "lead" } else { "leads" };
            let leads = verb(self.hooks.iter().nth(1).is_some());
            let message = format!("{refuses} in a chain where {hooks} {leads}");
            let label = format!("only where {allowed} {}", verb(self.place.chains.len() > 1));
            (message, label, "call a chain of its own from there")
        };
        let finding = Finding::new(&LINT, message, Label::new(part.span, label))
            .help(Words::KERNEL.help(self.by, advice));
        match self.wrong_call(rules, chain) {
            Some(call) => {
                let caller = code(rules.name(call.from).0);
                finding.related(Label::new(rules.target_span(call.rule), format!("called from {caller}")))
            }
            None => finding,
        }
    }

    /// The first call by which a hook that must not lead to the chain does.
    fn wrong_call(&self, rules: &RulesetFacts<'_>, chain: ChainId) -> Option<Call> {
        let leads = |call: &Call| {
            let hooks = rules.graph.hooks(call.from);
            self.hooks.iter().any(|hook| hooks.has(hook))
        };
        rules.graph.calls_to(chain).find(leads)
    }
}

/// Tables whose names are those of the kernel's; a dump may have another, or none.
const TABLES: &[&str] = &["raw", "mangle", "nat", "filter", "security", "broute"];
