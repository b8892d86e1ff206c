//! `-j` and `-g` to what cannot be called.

use fwlint_model::{
    ChainId, Name, RuleId, TableId, Target,
    syntax::{
        Backends, Family,
        extensions::{self, Role, core},
    },
};
use rustc_hash::FxHashMap;

use super::{LINT, SHOWN, declaration, part};
use crate::{
    Finding, Label, RulesetFacts, Severity, Sink,
    nearest::Nearest,
    text::{code, count},
};

/// Rules of one table that have the same target, which cannot be called.
struct WrongCall {
    first: RuleId,
    others: Vec<RuleId>,
}

pub(super) fn check(rules: &RulesetFacts<'_>, sink: &mut Sink) {
    let mut nearest = Nearest::default();
    for call in wrong_calls(rules) {
        let severity = if call.may_exist(rules).is_some() { Severity::Note } else { LINT.severity };
        sink.report(severity, || call.finding(rules, &mut nearest));
    }
}

fn wrong_calls(rules: &RulesetFacts<'_>) -> Vec<WrongCall> {
    let mut by_target: FxHashMap<(TableId, &[u8]), usize> = FxHashMap::default();
    let mut wrong: Vec<WrongCall> = Vec::new();
    for (rule, content) in rules.ruleset.rules.iter() {
        let is_wrong = match content.target {
            Target::Undefined => !target(rules, rule).is_empty() && !has_options(rules, rule),
            Target::Jump(chain) | Target::Goto(chain) => rules.ruleset.chains[chain].hook.is_some(),
            _ => false,
        };
        if !is_wrong {
            continue;
        }
        let key = (rules.ruleset.chains[content.chain].table, target(rules, rule));
        let index = *by_target.entry(key).or_insert(wrong.len());
        match wrong.get_mut(index) {
            Some(call) => call.others.push(rule),
            None => wrong.push(WrongCall { first: rule, others: Vec::new() }),
        }
    }
    wrong
}

fn target<'d>(rules: &RulesetFacts<'d>, rule: RuleId) -> &'d [u8] {
    let dump = rules.ruleset.dump;
    rules.ruleset.line(rule).target_span(dump).map(|span| span.of(dump.source)).unwrap_or_default()
}

/// Whether options follow the target, which a chain cannot have: then it is an extension that nobody here has heard of.
fn has_options(rules: &RulesetFacts<'_>, rule: RuleId) -> bool {
    let args = rules.ruleset.dump.args_of(rules.ruleset.line(rule)).iter();
    let mut from_target = args.skip_while(|arg| arg.id() != core::JUMP);
    from_target.nth(1).is_some_and(|next| next.spec().is_none())
}

impl WrongCall {
    fn table(&self, rules: &RulesetFacts<'_>) -> TableId {
        rules.ruleset.chains[rules.ruleset.rules[self.first].chain].table
    }

    /// Why the chain may be there all the same, if it may.
    fn may_exist(&self, rules: &RulesetFacts<'_>) -> Option<&'static str> {
        let is_undefined = rules.ruleset.rules[self.first].target == Target::Undefined;
        let is_chain = is_undefined && !is_target(rules, target(rules, self.first));
        part(rules, self.table(rules)).filter(|_| is_chain)
    }

    fn finding(&self, rules: &RulesetFacts<'_>, nearest: &mut Nearest) -> Finding {
        let mut finding = match rules.ruleset.rules[self.first].target {
            Target::Jump(chain) | Target::Goto(chain) => self.built_in(rules, chain),
            _ => self.undefined(rules, nearest),
        };
        for &rule in self.others.iter().take(SHOWN) {
            finding = finding.related(Label::new(rules.target_span(rule), "here as well"));
        }
        if self.others.len() > SHOWN {
            let all = count(self.others.len() + 1, "rule");
            finding.primary.text = format!("{}, and {all} name it", finding.primary.text);
        }
        finding.at(rules.about_rule(self.first))
    }

    fn begin(&self, rules: &RulesetFacts<'_>, message: String, label: &str) -> Finding {
        Finding::new(&LINT, message, Label::new(rules.target_span(self.first), label))
            .refused_by(Backends::BOTH)
    }

    fn built_in(&self, rules: &RulesetFacts<'_>, chain: ChainId) -> Finding {
        let message = format!("{} is a built-in chain, which no rule can call", code(rules.name(chain).0));
        self.begin(rules, message, "cannot be called")
            .help("put what the chains are to share into a chain of its own, and call that one from both")
    }

    fn undefined(&self, rules: &RulesetFacts<'_>, nearest: &mut Nearest) -> Finding {
        let wanted = target(rules, self.first);
        let name = code(wanted);
        let table = self.table(rules);
        let is_goto = rules.ruleset.line(self.first).is_goto(rules.ruleset.dump);
        if is_goto && is_target(rules, wanted) {
            let message = format!("{name} is a target, and goto takes only chains");
            return self
                .begin(rules, message, "not a chain")
                .help(format!("write {}", code(&[b"-j ", wanted].concat())));
        }
        let table_text = rules.table_text(table);
        let message = if is_goto {
            format!("{table_text} has no chain {name}")
        } else {
            format!("{name} is neither a chain of {table_text} nor a target")
        };
        let finding = self.begin(rules, message, "not known");
        if let Some(part) = self.may_exist(rules) {
            return finding.likely().help(part);
        }
        if let Some(other) = in_another_table(rules, table, Name(wanted)) {
            let place = format!("{name} of {}", rules.table_text(rules.ruleset.chains[other].table));
            return finding
                .related(Label::new(rules.name_span(other), place))
                .help("a rule can call chains of its own table only");
        }
        let chains = rules.ruleset.chains_of(table).filter(|&chain| is_user_chain(rules, chain));
        let names =
            chains.map(|chain| rules.name(chain).0).chain(targets(rules.ruleset.family).filter(|_| !is_goto));
        if let Some(near) = nearest.to(wanted, names) {
            return finding.help(format!("perhaps {} is meant", code(near)));
        }
        let finding = if is_goto { finding } else { finding.likely() };
        finding.help(format!(
            "if the dump is whole, the chain is missing: declare it with {}, and give it rules",
            declaration(wanted)
        ))
    }
}

fn is_target(rules: &RulesetFacts<'_>, name: &[u8]) -> bool {
    targets(rules.ruleset.family).any(|target| target == name)
}

fn targets<'n>(family: Family) -> impl Iterator<Item = &'n [u8]> {
    let extensions = extensions::all();
    let targets = extensions.filter(move |other| other.role == Role::Target && other.families.has(family));
    let verdicts = ["ACCEPT", "DROP", "RETURN", "QUEUE"];
    verdicts.into_iter().chain(targets.map(|target| target.name)).map(str::as_bytes)
}

fn is_user_chain(rules: &RulesetFacts<'_>, chain: ChainId) -> bool {
    rules.ruleset.chains[chain].hook.is_none()
}

fn in_another_table(rules: &RulesetFacts<'_>, table: TableId, name: Name<'_>) -> Option<ChainId> {
    let others = rules.ruleset.tables.ids().filter(|&other| other != table);
    let mut named = others.filter_map(|other| rules.chain_named(other, name));
    named.find(|&chain| is_user_chain(rules, chain))
}
