//! Where the legacy half of the kernel looks for loops, and which hooks it sees lead to a rule.

use fwlint_syntax::{Family, extensions::core};
use rustc_hash::FxHashMap;

use crate::{
    flow::Flow,
    graph::{ChainGraph, Loop},
    ids::{Arena, ChainId, RuleId},
    names::HookSet,
    ruleset::{Chain, Ruleset, Target},
};

/// The way of the legacy half through a rule set before it takes it: from every hook, along the calls, and in no chain
/// past a verdict without any condition. Loops that it does not meet are loaded; `nf_tables` looks at every rule.
///
/// Source: `mark_source_chains()` of the kernel's `ip_tables.c`, which `ip6_tables.c` and `arp_tables.c` share. The
/// `check_chainloops()` of `ebtables.c` stops nowhere.
#[derive(Debug)]
pub struct LegacyWalk<'a> {
    graph: &'a ChainGraph,
    /// The last rule of each chain that is looked at, where it is not the last one.
    stops: Arena<ChainId, Option<RuleId>>,
    /// The hooks from which it gets to each chain.
    met: Arena<ChainId, HookSet>,
}

impl<'a> LegacyWalk<'a> {
    /// Goes all the way, in time linear in rules.
    pub fn new(ruleset: &Ruleset<'_>, graph: &'a ChainGraph, flow: &Flow) -> Self {
        let stop = |chain| ruleset.rules_of(chain).find(|&rule| stops(ruleset, flow, rule));
        let mut walk = Self {
            graph,
            stops: ruleset.chains.ids().map(stop).collect(),
            met: ruleset.chains.iter().map(|(_, chain)| own_hook(chain)).collect(),
        };
        let mut open: Vec<_> = ruleset.chains.ids().filter(|&chain| walk.meets_chain(chain)).collect();
        let mut called = Vec::new();
        // A chain is looked at again if another hook leads there, of which there are six.
        while let Some(chain) = open.pop() {
            called.clear();
            called.extend(walk.onward(chain));
            for &to in &called {
                let hooks = walk.met[to].union(walk.met[chain]);
                if hooks != walk.met[to] {
                    walk.met[to] = hooks;
                    open.push(to);
                }
            }
        }
        walk
    }

    /// The hooks from which the walk gets to the rule.
    pub fn hooks(&self, ruleset: &Ruleset<'_>, rule: RuleId) -> HookSet {
        let chain = ruleset.rules[rule].chain;
        match self.stops[chain] {
            Some(stop) if stop < rule => HookSet::default(),
            _ => self.met[chain],
        }
    }

    fn meets_chain(&self, chain: ChainId) -> bool {
        !self.met[chain].is_empty()
    }

    /// Whether the walk comes round in these chains.
    pub fn meets(&self, circle: &Loop) -> bool {
        let met = || circle.chains.iter().copied().filter(|&chain| self.meets_chain(chain));
        let onward = |chain| self.onward(chain).filter(|to| circle.chains.binary_search(to).is_ok());
        // Without the chains that none of them calls, and so on: what is left goes round.
        let mut callers: FxHashMap<ChainId, usize> = FxHashMap::default();
        for called in met().flat_map(onward) {
            *callers.entry(called).or_default() += 1;
        }
        let mut open: Vec<_> = met().filter(|chain| !callers.contains_key(chain)).collect();
        let mut straight = 0;
        while let Some(chain) = open.pop() {
            straight += 1;
            for called in onward(chain) {
                if let Some(left) = callers.get_mut(&called) {
                    *left -= 1;
                    if *left == 0 {
                        open.push(called);
                    }
                }
            }
        }
        straight < met().count()
    }

    /// The chains that the walk goes to from this one, once for each call.
    fn onward(&self, chain: ChainId) -> impl Iterator<Item = ChainId> {
        let stop = self.stops[chain];
        let calls =
            self.graph.calls_from(chain).take_while(move |call| stop.is_none_or(|stop| call.rule < stop));
        calls.map(|call| call.to)
    }
}

fn own_hook(chain: &Chain<'_>) -> HookSet {
    chain.hook.into_iter().fold(HookSet::default(), HookSet::with)
}

/// Whether the walk goes no further in the chain. Here a match is a condition even if it tests nothing, and so is the
/// name of a device even if it is `+`.
fn stops(ruleset: &Ruleset<'_>, flow: &Flow, rule: RuleId) -> bool {
    let is_verdict =
        matches!(ruleset.rules[rule].target, Target::Accept | Target::Drop | Target::Queue | Target::Return);
    let conditions = [core::MATCH, core::IN_INTERFACE, core::OUT_INTERFACE];
    let mut args = ruleset.dump.args_of(ruleset.line(rule)).iter();
    ruleset.family != Family::Bridge
        && is_verdict
        && flow.is_unconditional(rule)
        && !args.any(|arg| conditions.contains(&arg.id()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        names::Hook,
        testing::{filter, load},
    };

    fn is_met(ruleset: &Ruleset<'static>) -> bool {
        let graph = ChainGraph::new(ruleset);
        let walk = LegacyWalk::new(ruleset, &graph, &Flow::new(ruleset, &graph));
        let [circle] = graph.loops() else { panic!("{:?}", graph.loops()) };
        assert!(circle.reachable);
        walk.meets(circle)
    }

    #[test]
    fn hooks_lead_to_rules_in_front_of_such_a_verdict() {
        let ruleset = filter(concat!(
            ":A -\n:B -\n:C -\n-A INPUT -p tcp -j A\n-A FORWARD -j B\n-A B -j A\n",
            "-A INPUT -j ACCEPT\n-A INPUT -j C\n-A A -j LOG\n-A A -j RETURN\n-A A -j LOG\n-A C -j LOG\n"
        ));
        let graph = ChainGraph::new(&ruleset);
        let walk = LegacyWalk::new(&ruleset, &graph, &Flow::new(&ruleset, &graph));
        let hooks = |chain, position| {
            let hooks = walk.hooks(&ruleset, ruleset.rule(chain, position));
            hooks.iter().map(Hook::chain_name).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(hooks("INPUT", 2), "INPUT");
        assert_eq!(hooks("INPUT", 3), "");
        assert_eq!(hooks("A", 2), "INPUT FORWARD");
        assert_eq!(hooks("A", 3), "");
        assert_eq!(hooks("B", 1), "FORWARD");
        assert_eq!(hooks("C", 1), "");
    }

    #[test]
    fn loops_behind_a_verdict_without_condition_are_not_met() {
        for verdict in ["-j ACCEPT", "-p all -j DROP", "-s 0.0.0.0/0 -j RETURN"] {
            for rules in [
                "-A INPUT -j A\n-A A -j B\n-A B {}\n-A B -j A",
                "-A INPUT {}\n-A INPUT -j A\n-A A -j B\n-A B -j A",
            ] {
                assert!(
                    !is_met(&filter(&format!(":A -\n:B -\n{}", rules.replace("{}", verdict)))),
                    "{verdict} {rules}"
                );
            }
        }
        for other in
            ["-p tcp -j ACCEPT", "-j LOG", "-m comment --comment x -j DROP", "-i + -j DROP", "-g C", ""]
        {
            let rules = format!(":A -\n:B -\n:C -\n-A INPUT -j A\n-A A -j B\n-A B {other}\n-A B -g A");
            assert!(is_met(&filter(&rules)), "{other}");
        }
        // Another way round, or another way in.
        assert!(is_met(&filter(
            ":A -\n:B -\n-A INPUT -j A\n-A A -j B\n-A B -p tcp -j B\n-A B -j DROP\n-A B -j A"
        )));
        assert!(is_met(&filter(
            ":A -\n:B -\n-A INPUT -j DROP\n-A INPUT -j A\n-A OUTPUT -j B\n-A A -j B\n-A B -j A"
        )));
        assert!(is_met(&load(
            "# Generated by ebtables-save v1.8.9\n*filter\n:INPUT ACCEPT\n:A ACCEPT\n-A INPUT -j A\n-A A -j DROP\n-A A -j A\n"
        )));
    }
}
