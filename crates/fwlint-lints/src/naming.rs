//! Names for several rules at once.

use fwlint_model::{ChainId, RuleId};

use crate::{
    RulesetFacts,
    text::{code, count, list},
};

/// How many rules are named one by one.
const NAMED: usize = 3;

/// Rules, as seen from a chain: "rule 3", "rules 3 and 4 together", "rule 2 of `A`", "5 rules together".
pub(crate) fn who(rules: &RulesetFacts<'_>, chain: ChainId, others: &[RuleId]) -> String {
    let content = |rule: &RuleId| &rules.ruleset.rules[*rule];
    let positions = || list(others.iter().map(|rule| content(rule).position.to_string()));
    match others {
        [other] if content(other).chain == chain => format!("rule {}", content(other).position),
        [other] => {
            let chain = code(rules.name(content(other).chain).0);
            format!("rule {} of {chain}", content(other).position)
        }
        _ if others.len() <= NAMED && others.iter().all(|rule| content(rule).chain == chain) => {
            format!("rules {} together", positions())
        }
        _ => format!("{} together", count(others.len(), "rule")),
    }
}
