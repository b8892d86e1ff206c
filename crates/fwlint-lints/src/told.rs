//! Which rules need not be told of, because a lint that looks at a single chain does so already.

use fwlint_model::{ChainId, Policy, RuleId, Target, nature};

use crate::{RulesetFacts, duplicates::Duplicates};

/// The rules of a chain that no packet meets, or that do nothing, for a reason that their own chain shows.
pub(crate) struct Told {
    /// Those behind it are for `after-terminal`.
    stop: Option<RuleId>,
    /// For `duplicate-rule`, in order.
    duplicates: Vec<RuleId>,
    /// From this one on they are for `unused-return`.
    returns: Option<RuleId>,
}

impl Told {
    pub(crate) fn of(rules: &RulesetFacts<'_>, chain: ChainId, duplicates: &mut Duplicates<'_, '_>) -> Self {
        let mut again: Vec<_> = duplicates.of(chain).into_iter().map(|(_, rule)| rule).collect();
        again.sort_unstable();
        Self {
            stop: rules.last_stop(chain),
            duplicates: again,
            returns: unused_returns(rules, chain).map(|(first, _)| first),
        }
    }

    pub(crate) fn has(&self, rule: RuleId) -> bool {
        self.stop.is_some_and(|stop| rule > stop)
            || self.returns.is_some_and(|first| rule >= first)
            || self.duplicates.binary_search(&rule).is_ok()
    }
}

/// The `RETURN`s at the end of a chain that change nothing: the first of them, and how many they are.
pub(crate) fn unused_returns(rules: &RulesetFacts<'_>, chain: ChainId) -> Option<(RuleId, usize)> {
    if !ends_with_return(rules, chain) {
        return None;
    }
    let returns = rules.ruleset.rules_of(chain).rev().take_while(|&rule| does_nothing(rules, rule));
    returns.fold(None, |found, rule| Some((rule, found.map_or(1, |(_, count)| count + 1))))
}

/// Whether packets return at the end of the chain, and its last rule is alive.
fn ends_with_return(rules: &RulesetFacts<'_>, chain: ChainId) -> bool {
    let content = &rules.ruleset.chains[chain];
    let returns = content.hook.is_some() || matches!(content.policy, None | Some(Policy::Return));
    let last = rules.ruleset.rules_of(chain).next_back();
    let is_return = last.is_some_and(|last| rules.ruleset.rules[last].target == Target::Return);
    returns && is_return && rules.last_stop(chain).is_none_or(|stop| Some(stop) == last)
}

fn does_nothing(rules: &RulesetFacts<'_>, rule: RuleId) -> bool {
    rules.ruleset.rules[rule].target == Target::Return && nature(&rules.ruleset, rule).pure
}
