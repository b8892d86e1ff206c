//! What the rooms' tests say: in this dump, these chains and rules.

use fwlint_model::{
    ChainId, RuleId, Ruleset, resolve,
    syntax::{Options, parse},
};

/// The rule set of a dump that is one. It lives as long as the tests run.
pub(crate) fn load(text: &str) -> Ruleset<'static> {
    let source = Box::leak(text.to_owned().into_boxed_str());
    let dump = Box::leak(Box::new(parse(source.as_bytes(), Options::default())));
    let mut rulesets = resolve(dump);
    assert_eq!(rulesets.len(), 1);
    rulesets.remove(0)
}

/// The rule set of a filter table with these lines.
pub(crate) fn filter(lines: &str) -> Ruleset<'static> {
    load(&format!("*filter\n{lines}\nCOMMIT\n"))
}

/// The first chain of this name.
pub(crate) fn chain(ruleset: &Ruleset<'_>, name: &str) -> ChainId {
    let mut named = ruleset.chains.iter().filter(|(_, chain)| chain.name.as_str() == name);
    named.next().unwrap_or_else(|| panic!("no chain {name}")).0
}

/// A chain's rule by its number in the chain.
pub(crate) fn rule(ruleset: &Ruleset<'_>, name: &str, position: u32) -> RuleId {
    let mut rules = ruleset.rules_of(chain(ruleset, name));
    rules.find(|&rule| ruleset.rules[rule].position == position).unwrap()
}
