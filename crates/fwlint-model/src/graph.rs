//! Which chains call which: jumps and gotos as a graph, one edge for each rule.

use std::{collections::VecDeque, iter};

use petgraph::{
    Direction,
    algo::kosaraju_scc,
    graph::{DiGraph, EdgeReference, NodeIndex},
    visit::EdgeRef,
};
use rustc_hash::FxHashMap;

use crate::{
    ids::{Arena, ChainId, Id, RuleId},
    names::HookSet,
    ruleset::{Ruleset, Target},
};

/// The chains of a rule set and the rules that lead from one to another.
///
/// Everything is found once, in time linear in chains and rules and without recursion: chains may be nested as deep
/// as there are chains.
#[derive(Debug)]
pub struct ChainGraph {
    graph: DiGraph<(), Edge>,
    bottom_up: Vec<ChainId>,
    loops: Vec<Loop>,
    loop_of: Arena<ChainId, Option<u32>>,
    hooks: Arena<ChainId, HookSet>,
    depths: Arena<ChainId, u32>,
}

#[derive(Clone, Copy, Debug)]
struct Edge {
    rule: RuleId,
    goto: bool,
}

/// A rule that leads from its chain to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// The chain that the rule is in.
    pub from: ChainId,
    /// The chain it leads to.
    pub to: ChainId,
    /// The rule.
    pub rule: RuleId,
    /// Whether it is `-g`, which does not come back.
    pub goto: bool,
}

/// Chains that lead to one another in a circle: a strongly connected component of the graph, or a chain that calls
/// itself.
#[derive(Clone, Debug)]
pub struct Loop {
    /// One round trip, in order: the last call leads to the chain that the first one comes from. It begins where the
    /// loop is entered, and is a shortest one through that chain.
    pub round: Vec<Call>,
    /// All chains of the loop, in order.
    pub chains: Vec<ChainId>,
    /// Whether a hook leads there: then the kernel refuses the table.
    pub reachable: bool,
}

impl ChainGraph {
    /// Finds all there is to know about who calls whom.
    pub fn new(ruleset: &Ruleset<'_>) -> Self {
        let graph = draw(ruleset);
        let mut bottom_up = Vec::with_capacity(graph.node_count());
        let mut circles = Vec::new();
        for component in kosaraju_scc(&graph) {
            let mut chains: Vec<_> = component.into_iter().map(chain_of).collect();
            chains.sort_unstable();
            bottom_up.extend_from_slice(&chains);
            if is_circle(&graph, &chains) {
                circles.push(chains);
            }
        }
        circles.sort_unstable();
        let mut loop_of: Arena<_, _> = iter::repeat_n(None, graph.node_count()).collect();
        for (circle, number) in circles.iter().zip(0..) {
            for &chain in circle {
                loop_of[chain] = Some(number);
            }
        }
        let hooks = spread_hooks(ruleset, &graph, &bottom_up, &circles, &loop_of);
        let depths = depths(&graph, &bottom_up, &loop_of);
        let loops = circles.into_iter().map(|chains| Loop {
            round: round_trip(&graph, &loop_of, &chains),
            reachable: chains.first().is_some_and(|&chain| !hooks[chain].is_empty()),
            chains,
        });
        Self { loops: loops.collect(), graph, bottom_up, loop_of, hooks, depths }
    }

    /// The calls that the chain's rules make, in the order of the rules.
    pub fn calls_from(&self, chain: ChainId) -> impl Iterator<Item = Call> {
        calls(&self.graph, chain, Direction::Outgoing)
    }

    /// The calls that lead to the chain, in the order of the rules.
    pub fn calls_to(&self, chain: ChainId) -> impl Iterator<Item = Call> {
        calls(&self.graph, chain, Direction::Incoming)
    }

    /// The hooks from whose built-in chains packets may get to this chain; a built-in chain has its own.
    pub fn hooks(&self, chain: ChainId) -> HookSet {
        self.hooks[chain]
    }

    /// All loops, in the order of their first chains.
    pub fn loops(&self) -> &[Loop] {
        &self.loops
    }

    /// The loop that the chain is part of.
    pub fn loop_of(&self, chain: ChainId) -> Option<&Loop> {
        self.loops.get(self.loop_of[chain]? as usize)
    }

    /// A longest row of calls that begins at this chain, each from the chain that the one before leads to. Calls from
    /// a chain of a loop to another one of the same loop are left out.
    pub fn deepest(&self, chain: ChainId) -> Vec<Call> {
        let mut at = chain;
        let next = || {
            let depth = self.depths[at].checked_sub(1)?;
            let mut calls = self.calls_from(at);
            let call = calls.find(|call| self.depths[call.to] == depth && !stays(&self.loop_of, call))?;
            at = call.to;
            Some(call)
        };
        iter::from_fn(next).collect()
    }

    /// All chains, each behind those it calls. The chains of a loop stand together, in any order.
    pub fn bottom_up(&self) -> &[ChainId] {
        &self.bottom_up
    }
}

fn draw(ruleset: &Ruleset<'_>) -> DiGraph<(), Edge> {
    let mut graph = DiGraph::with_capacity(ruleset.chains.len(), 0);
    for _ in ruleset.chains.ids() {
        graph.add_node(());
    }
    // petgraph puts an edge in front of those that a node already has.
    for (rule, content) in ruleset.rules.iter().rev() {
        let (to, goto) = match content.target {
            Target::Jump(to) => (to, false),
            Target::Goto(to) => (to, true),
            _ => continue,
        };
        graph.add_edge(node(content.chain), node(to), Edge { rule, goto });
    }
    graph
}

fn calls(graph: &DiGraph<(), Edge>, chain: ChainId, direction: Direction) -> impl Iterator<Item = Call> {
    graph.edges_directed(node(chain), direction).map(|edge: EdgeReference<'_, Edge>| {
        let &Edge { rule, goto } = edge.weight();
        Call { from: chain_of(edge.source()), to: chain_of(edge.target()), rule, goto }
    })
}

fn node(chain: ChainId) -> NodeIndex {
    NodeIndex::new(chain.index())
}

fn chain_of(node: NodeIndex) -> ChainId {
    ChainId::from_index(node.index())
}

fn is_circle(graph: &DiGraph<(), Edge>, component: &[ChainId]) -> bool {
    match *component {
        [chain] => graph.find_edge(node(chain), node(chain)).is_some(),
        _ => true,
    }
}

/// Whether the call leads from a chain of a loop to one of the same loop.
fn stays(loop_of: &Arena<ChainId, Option<u32>>, call: &Call) -> bool {
    loop_of[call.from].is_some() && loop_of[call.from] == loop_of[call.to]
}

fn spread_hooks(
    ruleset: &Ruleset<'_>,
    graph: &DiGraph<(), Edge>,
    bottom_up: &[ChainId],
    circles: &[Vec<ChainId>],
    loop_of: &Arena<ChainId, Option<u32>>,
) -> Arena<ChainId, HookSet> {
    let own = |hook| HookSet::default().with(hook);
    let mut hooks: Arena<ChainId, HookSet> =
        ruleset.chains.iter().map(|(_, chain)| chain.hook.map(own).unwrap_or_default()).collect();
    for &chain in bottom_up.iter().rev() {
        // All that leads to a loop from outside has come by when the first of its chains does.
        let circle = loop_of[chain].and_then(|number| circles.get(number as usize));
        if let Some(circle) = circle.filter(|circle| circle.last() == Some(&chain)) {
            let all = circle.iter().fold(HookSet::default(), |all, &chain| all.union(hooks[chain]));
            for &chain in circle {
                hooks[chain] = all;
            }
        }
        for call in calls(graph, chain, Direction::Outgoing) {
            hooks[call.to] = hooks[call.to].union(hooks[chain]);
        }
    }
    hooks
}

/// How many calls the longest row from each chain has.
fn depths(
    graph: &DiGraph<(), Edge>,
    bottom_up: &[ChainId],
    loop_of: &Arena<ChainId, Option<u32>>,
) -> Arena<ChainId, u32> {
    let mut depths: Arena<ChainId, u32> = iter::repeat_n(0, bottom_up.len()).collect();
    for &chain in bottom_up {
        let onward = calls(graph, chain, Direction::Outgoing).filter(|call| !stays(loop_of, call));
        depths[chain] = onward.map(|call| depths[call.to] + 1).max().unwrap_or(0);
    }
    depths
}

fn round_trip(
    graph: &DiGraph<(), Edge>,
    loop_of: &Arena<ChainId, Option<u32>>,
    circle: &[ChainId],
) -> Vec<Call> {
    let entered =
        |&chain: &ChainId| calls(graph, chain, Direction::Incoming).any(|call| !stays(loop_of, &call));
    let Some(start) = circle.iter().copied().find(entered).or(circle.first().copied()) else {
        return Vec::new();
    };
    // Breadth first, so the first way back is a shortest one.
    let mut reached_by: FxHashMap<ChainId, Call> = FxHashMap::default();
    let mut queue = VecDeque::from([start]);
    while let Some(chain) = queue.pop_front() {
        for call in calls(graph, chain, Direction::Outgoing).filter(|call| stays(loop_of, call)) {
            if call.to == start {
                let mut round = vec![call];
                round.extend(iter::successors(reached_by.get(&call.from), |call| reached_by.get(&call.from)));
                round.reverse();
                return round;
            }
            reached_by.entry(call.to).or_insert_with(|| {
                queue.push_back(call.to);
                call
            });
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;
    use crate::{
        names::Hook,
        testing::{filter, load},
    };

    fn loops(ruleset: &Ruleset<'static>) -> Vec<(String, bool)> {
        let graph = ChainGraph::new(ruleset);
        let round = |circle: &Loop| {
            let calls = circle.round.iter();
            let steps = calls
                .map(|call| ruleset.names([call.from])[0].to_owned() + if call.goto { "=>" } else { "->" });
            steps.collect::<String>()
        };
        graph.loops().iter().map(|circle| (round(circle), circle.reachable)).collect()
    }

    #[test]
    fn loops_begin_where_they_are_entered() {
        let ruleset = load(include_str!("../../../corpus/handwritten/graph/loop-mixed.rules"));
        assert_eq!(loops(&ruleset), [("TWO=>ONE->".to_owned(), true), ("FAR1=>FAR2->".to_owned(), false)]);
        let ruleset = load(include_str!("../../../corpus/handwritten/graph/loop-self.rules"));
        assert_eq!(loops(&ruleset), [("AGAIN->".to_owned(), true)]);
        let ruleset = load(include_str!("../../../corpus/handwritten/graph/no-loop-diamond.rules"));
        assert_eq!(loops(&ruleset), []);
    }

    #[test]
    fn a_round_trip_is_a_shortest_one() {
        let ruleset =
            filter(":A -\n:B -\n:C -\n-A A -j B\n-A B -j C\n-A C -j A\n-A A -i lo -j C\n-A B -j B\n");
        assert_eq!(loops(&ruleset), [("A->C->".to_owned(), false)]);
        let graph = ChainGraph::new(&ruleset);
        assert_eq!(ruleset.names(graph.loops()[0].chains.iter().copied()), ["A", "B", "C"]);
        assert_eq!(graph.loop_of(ruleset.chain("B")).map(|circle| circle.chains.len()), Some(3));
    }

    #[test]
    fn calls_are_in_the_order_of_the_rules() {
        let ruleset = filter(":A -\n:B -\n:C -\n-A A -j C\n-A A -g B\n-A A -j C\n-A B -j C\n");
        let graph = ChainGraph::new(&ruleset);
        let (a, c) = (ruleset.chain("A"), ruleset.chain("C"));
        assert_eq!(ruleset.names(graph.calls_from(a).map(|call| call.to)), ["C", "B", "C"]);
        assert!(graph.calls_from(a).map(|call| call.goto).eq([false, true, false]));
        assert_eq!(ruleset.names(graph.calls_to(c).map(|call| call.from)), ["A", "A", "B"]);
        assert!(graph.calls_to(c).map(|call| call.rule).is_sorted());
    }

    #[test]
    fn hooks_lead_through_loops() {
        let ruleset = filter(concat!(
            ":INPUT DROP\n:OUTPUT DROP\n:A -\n:B -\n:BELOW -\n:ALONE -\n",
            "-A INPUT -j A\n-A OUTPUT -j B\n-A A -j B\n-A B -j A\n-A A -j BELOW\n-A ALONE -j BELOW\n"
        ));
        let graph = ChainGraph::new(&ruleset);
        let hooks = |chain| graph.hooks(ruleset.chain(chain)).iter().collect::<Vec<_>>();
        for chain in ["A", "B", "BELOW"] {
            assert_eq!(hooks(chain), [Hook::Input, Hook::Output], "{chain}");
        }
        assert_eq!(hooks("INPUT"), [Hook::Input]);
        assert_eq!(hooks("ALONE"), []);
    }

    #[test]
    fn the_deepest_row_of_calls_leaves_loops_out() {
        let ruleset = filter(concat!(
            ":INPUT DROP\n:A -\n:B -\n:C -\n:D -\n",
            "-A INPUT -j D\n-A INPUT -j A\n-A A -j D\n-A A -g B\n-A B -j C\n-A C -j B\n-A C -j D\n"
        ));
        let graph = ChainGraph::new(&ruleset);
        let deepest = graph.deepest(ruleset.chain("INPUT"));
        assert_eq!(ruleset.names(deepest.iter().map(|call| call.to)), ["A", "D"]);
        assert!(graph.deepest(ruleset.chain("D")).is_empty());
    }

    #[test]
    fn chains_may_be_nested_as_deep_as_there_are_chains() {
        let depth = 100_000;
        let mut lines = String::from(":INPUT DROP\n");
        let names: Vec<_> =
            iter::once("INPUT".to_owned()).chain((0..depth).map(|n| format!("C{n}"))).collect();
        names.iter().skip(1).for_each(|name| writeln!(lines, ":{name} -").unwrap());
        names.windows(2).for_each(|pair| writeln!(lines, "-A {} -j {}", pair[0], pair[1]).unwrap());
        let ruleset = filter(&lines);
        let graph = ChainGraph::new(&ruleset);
        assert_eq!(graph.deepest(ruleset.chain("INPUT")).len(), depth);
        assert!(graph.hooks(ruleset.chain("C99999")).has(Hook::Input));

        let ruleset = filter(&format!("{lines}-A C99999 -g C0\n"));
        let graph = ChainGraph::new(&ruleset);
        assert_eq!(graph.loops()[0].round.len(), depth);
        assert_eq!(graph.deepest(ruleset.chain("INPUT")).len(), 1);
    }
}
