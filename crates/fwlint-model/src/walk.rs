//! Where the legacy half of the kernel looks for loops.

use fwlint_syntax::{Family, extensions::core};
use rustc_hash::FxHashMap;

use crate::{
    flow::Flow,
    graph::{ChainGraph, Loop},
    ids::{Arena, ChainId, RuleId},
    ruleset::{Ruleset, Target},
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
    met: Arena<ChainId, bool>,
}

impl<'a> LegacyWalk<'a> {
    /// Goes all the way, in time linear in rules.
    pub fn new(ruleset: &Ruleset<'_>, graph: &'a ChainGraph, flow: &Flow) -> Self {
        let stop = |chain| ruleset.rules_of(chain).find(|&rule| stops(ruleset, flow, rule));
        let mut walk = Self {
            graph,
            stops: ruleset.chains.ids().map(stop).collect(),
            met: ruleset.chains.iter().map(|(_, chain)| chain.hook.is_some()).collect(),
        };
        let mut open: Vec<_> = ruleset.chains.ids().filter(|&chain| walk.met[chain]).collect();
        let mut called = Vec::new();
        while let Some(chain) = open.pop() {
            called.clear();
            called.extend(walk.onward(chain));
            for &chain in &called {
                if !walk.met[chain] {
                    walk.met[chain] = true;
                    open.push(chain);
                }
            }
        }
        walk
    }

    /// Whether the walk comes round in these chains.
    pub fn meets(&self, circle: &Loop) -> bool {
        let met = || circle.chains.iter().copied().filter(|&chain| self.met[chain]);
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
    use crate::testing::{filter, load};

    fn is_met(ruleset: &Ruleset<'static>) -> bool {
        let graph = ChainGraph::new(ruleset);
        let walk = LegacyWalk::new(ruleset, &graph, &Flow::new(ruleset, &graph));
        let [circle] = graph.loops() else { panic!("{:?}", graph.loops()) };
        assert!(circle.reachable);
        walk.meets(circle)
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
