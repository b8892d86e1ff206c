//! Which rules do packets come to past the tables before their own?
//!
//! [`Engine::decide`] takes all packets to come to each built-in chain. Here they have to get there: the search goes on in
//! the tables before, back to where the packet comes in or is made. What may change between two tables is forgotten, so that
//! more gets through than really does, never less. It is taken that nothing but these rules writes to the packets in between.

use fwlint_model::{Arena, ChainId, RuleId};
use fwlint_packet::{Cube, Packet, intersect};

use super::{
    Blockers, Budget, Engine, Entering, LEAST, MAX_ENTERING, Pass, Reach, SHARE, Why, number, rule_of,
    search::{Goal, Lemmas, Maps, Outcome, Search},
};
use crate::meaning::Then;

/// What may be spent on one rule, in cubes looked at.
const MAX_OF_RULE: u64 = 200_000;

/// Asks of one rule after the other.
#[derive(Debug)]
pub struct EarlierTables<'e> {
    engine: &'e Engine,
    lemmas: Lemmas,
    left: u64,
}

impl Engine {
    /// What the tables before a rule's own let through. All questions together may look at so many cubes.
    pub fn earlier_tables(&self, total: u64) -> EarlierTables<'_> {
        EarlierTables { engine: self, lemmas: Lemmas::default(), left: total }
    }

    pub(super) fn maps_with_stations(&self) -> Maps<'_> {
        Maps { stations: Some(&self.stations), ..self.maps() }
    }
}

impl EarlierTables<'_> {
    /// Whether a packet comes to a rule past the tables before its own. Where none of them drops anything, that is known at
    /// once, and not looked into: it is for rules that packets come to as far as their own table goes.
    pub fn reach(&mut self, rule: RuleId) -> Reach {
        self.reach_goal(self.engine.program.rules[rule].chain, Goal::Rule(rule))
    }

    /// Of the rules that packets come to as far as their own table goes, those that none comes to past the tables before, in
    /// order. `own` is what [`Engine::decide`] has found.
    pub fn cut_off(&mut self, own: &Arena<RuleId, Reach>) -> Vec<RuleId> {
        let Engine { program, entries, callers, .. } = self.engine;
        let mut entering: Arena<ChainId, Entering> =
            program.chains.ids().map(|_| Entering::default()).collect();
        let mut passes: Arena<RuleId, bool> = own.iter().map(|(_, &reach)| reach != Reach::None).collect();
        let mut cut_off = Vec::new();
        for &chain in &program.order {
            let scope = &program.chains[chain];
            let is_guarded = self.engine.stations.is_guarded(chain);
            if !is_guarded || scope.is_in_loop || !scope.is_hooked {
                continue;
            }
            let range = program.rules_of(chain);
            let is_closed = match &entries[chain] {
                Some(_) => self.reach_chain(chain) == Reach::None,
                None => !callers.of(chain).iter().any(|&rule| passes[rule]),
            };
            if is_closed {
                let reached = range.map(rule_of).filter(|&rule| own[rule] == Reach::Some);
                let before = cut_off.len();
                cut_off.extend(reached);
                cut_off.iter().skip(before).for_each(|&rule| passes[rule] = false);
                continue;
            }
            if entries[chain].is_some() {
                entering[chain].cubes = self.coming_to(chain);
            }
            self.cut_off_in(chain, own, &mut entering, &mut passes, &mut cut_off);
        }
        cut_off.sort_unstable();
        cut_off
    }

    /// Goes through the rules of a chain to which packets come.
    fn cut_off_in(
        &mut self,
        chain: ChainId,
        own: &Arena<RuleId, Reach>,
        entering: &mut Arena<ChainId, Entering>,
        passes: &mut Arena<RuleId, bool>,
        cut_off: &mut Vec<RuleId>,
    ) {
        let engine = self.engine;
        let range = engine.program.rules_of(chain);
        let boundary = engine.first_boundary(range.start, range.end);
        let here = std::mem::take(&mut entering[chain]);
        let mut pass = Pass {
            lemmas: std::mem::take(&mut self.lemmas),
            total: self.left,
            packet: Packet::new(),
            is_behind_others: true,
        };
        for rule in range.map(rule_of).filter(|&rule| own[rule] == Reach::Some) {
            let to = match engine.program.rules[rule].then {
                Then::Jump(to) | Then::Goto(to) => Some(to),
                _ => None,
            };
            let mut called = to.map(|to| std::mem::take(&mut entering[to]));
            let is_behind = boundary.is_some_and(|boundary| boundary < number(rule));
            if engine.decide_rule(rule, &here, is_behind, called.as_mut(), &mut pass) == Reach::None {
                passes[rule] = false;
                cut_off.push(rule);
            }
            if let (Some(to), Some(called)) = (to, called) {
                entering[to] = called;
            }
        }
        self.lemmas = pass.lemmas;
        self.left = pass.total;
    }

    /// Whether any packet comes to a built-in chain.
    pub fn reach_chain(&mut self, root: ChainId) -> Reach {
        self.reach_goal(root, Goal::Chain(root))
    }

    /// What keeps all packets from a rule that none comes to past the tables before its own. `None` if it takes too long to
    /// find out, or if a packet comes to the rule after all.
    ///
    /// Rules that `is_spare` are left out where others do without them.
    pub fn blockers(&mut self, rule: RuleId, is_spare: impl Fn(RuleId) -> bool) -> Option<Blockers> {
        let maps = self.engine.maps_with_stations();
        self.engine.keeping_away(Goal::Rule(rule), &Cube::all(), maps, is_spare, &mut self.left)
    }

    /// The same for a built-in chain that no packet comes to.
    pub fn blockers_of_chain(&mut self, root: ChainId) -> Option<Blockers> {
        let maps = self.engine.maps_with_stations();
        self.engine.keeping_away(Goal::Chain(root), &Cube::all(), maps, |_| false, &mut self.left)
    }

    /// How many cubes may still be looked at.
    pub fn left(&self) -> u64 {
        self.left
    }

    /// Some of the packets that come to a built-in chain.
    fn coming_to(&mut self, root: ChainId) -> Vec<Cube> {
        let engine = self.engine;
        let mut budget = Budget { rule: LEAST, left: LEAST };
        let mut search = Search::new(engine.maps_with_stations(), &[], false);
        // Of what is known already the search would find only one.
        let mut lemmas = Lemmas::default();
        let mut outcome = search.run(Goal::Chain(root), &mut lemmas, &mut budget);
        for _ in 0..MAX_ENTERING {
            let Outcome::Found(found) = outcome else { break };
            search.remember(&found, &mut self.lemmas);
            outcome = search.resume(&mut lemmas, &mut budget);
        }
        self.left = self.left.saturating_sub(budget.spent());
        let entry = engine.entries[root].as_ref();
        let known = self.lemmas.let_through(root).iter();
        known.filter_map(|known| intersect(known, entry?)).take(MAX_ENTERING).collect()
    }

    fn reach_goal(&mut self, chain: ChainId, goal: Goal) -> Reach {
        let engine = self.engine;
        if !engine.stations.is_guarded(chain) {
            return Reach::Some;
        }
        if self.left == 0 {
            return Reach::Unknown(Why::Budget);
        }
        let most = MAX_OF_RULE.min(self.left / SHARE).max(LEAST);
        let mut budget = Budget { rule: most, left: most };
        let mut search = Search::new(engine.maps_with_stations(), &[], engine.limits.learns);
        let outcome = search.run(goal, &mut self.lemmas, &mut budget);
        self.left = self.left.saturating_sub(budget.spent());
        match outcome {
            Outcome::Found(found) => {
                search.remember(&found, &mut self.lemmas);
                Reach::Some
            }
            Outcome::Nothing(..) => Reach::None,
            Outcome::Spent => Reach::Unknown(Why::Budget),
            Outcome::Rough => Reach::Unknown(Why::Rough),
        }
    }
}

#[cfg(test)]
mod tests {
    use fwlint_model::{ChainGraph, syntax::Backend};

    use super::*;
    use crate::{engine::Limits, testing::load, world::World};

    /// The rules that packets come to in their own table, but not past those before; each with what keeps them away.
    fn cut_off(text: &str, backend: Backend) -> String {
        let ruleset = load(text);
        let (world, graph) = (World::new(&ruleset, backend, None), ChainGraph::new(&ruleset));
        let mut engine = Engine::new(&world, &graph, Limits::default());
        let own = engine.decide();
        let mut earlier = engine.earlier_tables(1_000_000);
        let chain = |chain| format!("{} {}", ruleset.table_name(chain), ruleset.chains[chain].name);
        let place = |rule| format!("{} {}", chain(ruleset.rules[rule].chain), ruleset.rules[rule].position);
        let mut lines = Vec::new();
        for (rule, _) in own.iter().filter(|(_, own)| **own == Reach::Some) {
            if earlier.reach(rule) == Reach::None {
                let blockers = earlier.blockers(rule, |_| false).unwrap();
                assert!(blockers.is_minimal);
                let policies = blockers.policies.iter().map(|&root| format!("policy of {}", chain(root)));
                let all: Vec<_> = blockers.rules.iter().map(|&rule| place(rule)).chain(policies).collect();
                lines.push(format!("{}: {}", place(rule), all.join(", ")));
            }
        }
        let roots = ruleset.chains.iter().filter(|(_, chain)| chain.hook.is_some());
        for (root, _) in roots.filter(|&(root, _)| earlier.reach_chain(root) == Reach::None) {
            lines.push(format!("all of {}", chain(root)));
        }
        lines.join("\n")
    }

    const RAW: &str = "*raw\n:PREROUTING ACCEPT\n-A PREROUTING -i eth0 -p tcp --dport 22 -j DROP\n-A PREROUTING -s 192.0.2.0/24 -j DROP\nCOMMIT\n";

    #[test]
    fn what_raw_drops_comes_to_no_table_behind() {
        let filter = concat!(
            "*filter\n:INPUT DROP\n:FORWARD DROP\n:OUTPUT ACCEPT\n:A -\n-A INPUT -i eth0 -p tcp --dport 22 -j ACCEPT\n",
            "-A INPUT -p tcp --dport 22 -j ACCEPT\n-A INPUT -j A\n-A OUTPUT -s 192.0.2.1 -j ACCEPT\n",
            "-A OUTPUT -j A\n-A A -s 192.0.2.1 -j ACCEPT\n-A A -m conntrack --ctstate NEW\nCOMMIT\n",
        );
        let found = "filter INPUT 1: raw PREROUTING 1\nfilter A 1: raw PREROUTING 2, filter OUTPUT 1";
        for backend in [Backend::Legacy, Backend::Nft] {
            assert_eq!(cut_off(&format!("{RAW}{filter}"), backend), found);
        }
        // With translation, port 22 may have been another one.
        let nat =
            "*nat\n:PREROUTING ACCEPT\n-A PREROUTING -p tcp --dport 23 -j REDIRECT --to-ports 22\nCOMMIT\n";
        assert_eq!(
            cut_off(&format!("{RAW}{nat}{filter}"), Backend::Nft),
            "filter A 1: raw PREROUTING 2, filter OUTPUT 1"
        );
        // Fragments are put together before INPUT. Without tracking, raw sees them one by one.
        let untracked = filter.replace("-m conntrack --ctstate NEW", "");
        assert_eq!(
            cut_off(&format!("{RAW}{untracked}"), Backend::Legacy),
            "filter A 1: raw PREROUTING 2, filter OUTPUT 1"
        );
    }

    #[test]
    fn packets_that_are_sent_have_no_tables_of_what_comes_in() {
        let text = concat!(
            "*mangle\n:PREROUTING ACCEPT\n:FORWARD DROP\n:OUTPUT ACCEPT\n:POSTROUTING ACCEPT\n-A FORWARD -p tcp -j ACCEPT\n",
            "-A POSTROUTING -p udp -j ACCEPT\n-A POSTROUTING -i eth0 -p udp -j ACCEPT\nCOMMIT\n",
            "*filter\n:FORWARD ACCEPT\n-A FORWARD -p udp -j LOG\n-A FORWARD -j LOG\nCOMMIT\n",
        );
        assert_eq!(cut_off(text, Backend::Legacy), "filter FORWARD 1: policy of mangle FORWARD");
    }

    #[test]
    fn tracking_says_more_than_raw_knows() {
        let raw = "*raw\n:PREROUTING ACCEPT\n-A PREROUTING -m conntrack --ctstate INVALID -j DROP\nCOMMIT\n";
        let behind = "*filter\n:INPUT ACCEPT\n-A INPUT -m conntrack --ctstate INVALID -j DROP\n-A INPUT -m conntrack --ctstate NEW\nCOMMIT\n";
        assert_eq!(cut_off(&format!("{raw}{behind}"), Backend::Nft), "");
        let mangle = raw.replace("raw", "mangle");
        assert_eq!(
            cut_off(&format!("{mangle}{behind}"), Backend::Nft),
            "filter INPUT 1: mangle PREROUTING 1"
        );
    }

    #[test]
    fn a_program_gives_back_what_it_likes() {
        let mangle = |target: &str| {
            format!(
                "*mangle\n:PREROUTING DROP\n-A PREROUTING -p tcp -j {target}\nCOMMIT\n*filter\n:INPUT ACCEPT\n-A INPUT -p udp -j LOG\nCOMMIT\n"
            )
        };
        assert_eq!(cut_off(&mangle("NFQUEUE"), Backend::Nft), "");
        assert_eq!(cut_off(&mangle("ACCEPT"), Backend::Nft), "filter INPUT 1: policy of mangle PREROUTING");
        // What is accepted by a socket whatever its address, goes on to it.
        let tproxy = mangle("TPROXY --on-port 1").replace("udp -j LOG", "tcp -j LOG");
        assert_eq!(cut_off(&tproxy, Backend::Nft), "");
    }

    #[test]
    fn a_chain_to_which_nothing_comes() {
        let text = concat!(
            "*mangle\n:PREROUTING ACCEPT\n:FORWARD DROP\n-A FORWARD -p tcp -j DROP\nCOMMIT\n",
            "*filter\n:INPUT ACCEPT\n:FORWARD ACCEPT\n-A FORWARD -p tcp -j LOG\nCOMMIT\n",
        );
        let found = "filter FORWARD 1: policy of mangle FORWARD\nall of filter FORWARD";
        assert_eq!(cut_off(text, Backend::Legacy), found);
    }

    #[test]
    fn marks_of_tables_before_may_be_any() {
        let text = concat!(
            "*mangle\n:PREROUTING ACCEPT\n-A PREROUTING -m mark --mark 1 -j DROP\n-A PREROUTING -j MARK --set-xmark 0x1/0x1\nCOMMIT\n",
            "*filter\n:INPUT ACCEPT\n-A INPUT -m mark --mark 1 -j LOG\nCOMMIT\n",
        );
        assert_eq!(cut_off(text, Backend::Legacy), "");
        let unmarked = text.replace("-A PREROUTING -j MARK --set-xmark 0x1/0x1\n", "");
        assert_eq!(cut_off(&unmarked, Backend::Legacy), "filter INPUT 1: mangle PREROUTING 1");
    }
}
