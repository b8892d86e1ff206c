//! Which rules can no packet reach? Exactly, for every rule of every chain, and with what shows it.
//!
//! The rules are gone through once, callers before the chains that they call. A packet that comes to a rule is mostly found at
//! once: in front of it stands little that could take it away. Where it is not, [`search`] looks back along all ways that lead
//! there, with cubes of packets instead of packets, until one is found or none is left. What takes too long is not known.

mod before;
mod consumers;
mod contradiction;
mod cubes;
mod earlier;
mod effects;
mod entry;
mod index;
mod new_connections;
mod onward;
mod program;
mod redundant;
mod search;
mod stations;
mod survivors;
#[cfg(test)]
mod tests;

use fwlint_model::{Arena, ChainGraph, ChainId, Id, RuleId};
use fwlint_packet::{Cube, Field, Packet, Values, contains, intersect};

use self::{
    consumers::Consumers,
    entry::Domains,
    program::Program,
    search::{Callers, Found, Goal, Lemmas, Maps, Outcome, Search},
    stations::Stations,
    survivors::Survivors,
};
pub use contradiction::Contradiction;
pub use earlier::EarlierTables;
pub use new_connections::NewConnections;
pub use redundant::{Instead, Removal};

use crate::{meaning::Then, world::World};

/// How many cubes are kept of the packets that come to a chain.
const MAX_ENTERING: usize = 8;

/// How many pieces of what gets past the rules in front of a call are looked for.
const PIECES: usize = 4;

/// How many packets are tried before anything is taken apart.
const TRIES: usize = 4;

/// How many packets come to a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// At least one.
    Some,
    /// None.
    None,
    /// That is not known.
    Unknown(Why),
}

/// Why it is not known whether a packet comes to a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The rules of the table lead in a circle. No kernel loads them.
    Loop,
    /// It takes too long to find out.
    Budget,
    /// A test on the way has too many alternatives, or what a target writes is not known.
    Rough,
}

/// The part of what is left that may be spent on one rule.
const SHARE: u64 = 20;

/// What may always be spent on a rule, in cubes looked at.
const LEAST: u64 = 500;

/// Of how many rules it is found out which of them could be missing.
const MAX_BLOCKERS: usize = 64;

/// How much the engine may do, and by which means.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For one rule, in cubes looked at.
    pub rule: u64,
    /// For all rules together.
    pub total: u64,
    /// Whether it tries packets before it takes anything apart.
    pub tries_packets: bool,
    /// Whether it remembers what was taken away as a whole.
    pub learns: bool,
    /// Whether it looks up what overlaps, or looks at all.
    pub uses_index: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self { rule: 4_000_000, total: 40_000_000, tries_packets: true, learns: true, uses_index: true }
    }
}

/// What no rule's fate depends on but the rules themselves. It holds all it needs of them, and refers to nothing.
#[derive(Debug)]
pub struct Engine {
    program: Program,
    consumers: Consumers,
    callers: Callers,
    entries: Arena<ChainId, Option<Cube>>,
    domains: Domains,
    stations: Stations,
    limits: Limits,
}

/// Packets that come to a rule.
#[derive(Clone, Debug)]
pub struct Witness {
    /// The built-in chain that they begin in.
    pub root: ChainId,
    /// What they are there.
    pub packets: Cube,
    /// One of them: a value for each field that matters.
    pub packet: Packet,
}

/// The rules that keep all packets from one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blockers {
    /// In order. There may be none at all: then no rule that calls the chain lets such packets through, or none can match
    /// the rule.
    pub rules: Vec<RuleId>,
    /// Built-in chains of tables before the rule's own whose policy drops what their rules leave.
    pub policies: Vec<ChainId>,
    /// None of the rules could be missing.
    pub is_minimal: bool,
    /// They may not be all: it matters as well what calls the rule's chain, or what is written to packets before.
    pub are_some: bool,
}

/// What may be spent on one rule, in cubes looked at.
#[derive(Debug)]
struct Budget {
    rule: u64,
    left: u64,
}

impl Budget {
    /// `false` if there is not so much left.
    fn spend(&mut self, cost: u64) -> bool {
        self.left = self.left.saturating_sub(cost);
        !self.is_spent()
    }

    fn is_spent(&self) -> bool {
        self.left == 0
    }

    fn spent(&self) -> u64 {
        self.rule - self.left
    }
}

/// The packets that come to a chain.
#[derive(Clone, Debug, Default)]
struct Entering {
    /// All of these do.
    cubes: Vec<Cube>,
    /// No others do.
    is_all: bool,
}

impl Entering {
    /// Adds packets. Of very many the chain needs no more.
    fn add(&mut self, cube: Cube) {
        if self.cubes.iter().any(|own| contains(own, &cube)) {
            return;
        }
        if self.cubes.len() < MAX_ENTERING {
            // Most chains are called once.
            self.cubes.reserve_exact(1);
            self.cubes.push(cube);
        } else {
            self.is_all = false;
        }
    }
}

impl Engine {
    /// An engine for the rules of a world.
    pub fn new(world: &World<'_, '_>, graph: &ChainGraph, limits: Limits) -> Self {
        let ruleset = world.ruleset;
        let program = Program::new(world, graph);
        let consumers = Consumers::new(ruleset, graph, &program, limits.uses_index);
        let callers = Callers::new(ruleset, &program);
        let entry =
            |(id, chain): (ChainId, &fwlint_model::Chain<'_>)| chain.hook.map(|_| entry::entry(world, id));
        let entries = ruleset.chains.iter().map(entry).collect();
        let domains = Domains::new(world, graph, &entries, program.written());
        let stations = Stations::new(world, graph, &program);
        Self { program, consumers, callers, entries, domains, stations, limits }
    }

    /// For every rule, whether a packet comes to it that may match it.
    pub fn decide(&mut self) -> Arena<RuleId, Reach> {
        let mut reach: Arena<RuleId, Reach> = self.program.rules.ids().map(|_| Reach::None).collect();
        let mut entering: Arena<ChainId, Entering> =
            self.program.chains.ids().map(|_| Entering { cubes: Vec::new(), is_all: true }).collect();
        let mut pass = Pass {
            lemmas: Lemmas::default(),
            total: self.limits.total,
            packet: Packet::new(),
            is_behind_others: false,
        };
        for place in 0..self.program.order.len() {
            let Some(&chain) = self.program.order.get(place) else { break };
            let range = self.program.rules_of(chain);
            if self.program.chains[chain].is_in_loop {
                range.map(rule_of).for_each(|rule| reach[rule] = Reach::Unknown(Why::Loop));
                continue;
            }
            if let Some(entry) = &self.entries[chain] {
                entering[chain] = Entering { cubes: vec![entry.clone()], is_all: true };
            }
            if !self.program.chains[chain].is_hooked {
                continue;
            }
            let own = std::mem::take(&mut entering[chain]);
            let boundary = self.first_boundary(range.start, range.end);
            for rule in range.map(rule_of) {
                let to = match self.program.rules[rule].then {
                    Then::Jump(to) | Then::Goto(to) => Some(to),
                    _ => None,
                };
                let mut called = to.map(|to| std::mem::take(&mut entering[to]));
                let is_behind = boundary.is_some_and(|boundary| boundary < number(rule));
                reach[rule] = self.decide_rule(rule, &own, is_behind, called.as_mut(), &mut pass);
                if let (Some(to), Some(called)) = (to, called) {
                    entering[to] = called;
                }
                if reach[rule] == Reach::None {
                    self.consumers.forget(chain, number(rule));
                }
            }
        }
        reach
    }

    /// Packets that come to a rule and may match it, if some are found again: usual ones where there are such, which are no
    /// fragments, begin a connection, and have nothing to do with a bridge.
    pub fn witness(&self, rule: RuleId) -> Option<Witness> {
        let usual = [
            (Field::FRAGMENT, Values::OneOf(1 << Field::WHOLE)),
            (Field::CT_STATE, Values::OneOf(1 << Field::NEW)),
            (Field::IN_PORT, Values::exactly(0)),
            (Field::OUT_PORT, Values::exactly(0)),
        ];
        // The fewer demands, the more packets; the last of these is none.
        [4, 2, 1, 0].into_iter().find_map(|count| {
            let mut packets = Cube::all();
            let is_some = usual.iter().take(count).all(|&(field, values)| packets.narrow(field, values));
            if is_some { self.witness_within(rule, packets) } else { None }
        })
    }

    fn witness_within(&self, rule: RuleId, packets: Cube) -> Option<Witness> {
        let (mut lemmas, mut budget) = (Lemmas::default(), self.budget(self.limits.total));
        let mut search = Search::new(self.maps(), &[], self.limits.learns).within(packets);
        let Outcome::Found(found) = search.run(Goal::Rule(rule), &mut lemmas, &mut budget) else {
            return None;
        };
        let mut packet = Packet::new();
        found.cube.pick(&mut packet, || 0);
        Some(Witness { root: found.root, packets: found.cube, packet })
    }

    /// The rules that keep all packets from one that none comes to. `None` if it takes too long to find out, or if a packet
    /// comes to the rule after all.
    ///
    /// Rules that `is_alike` are left out where others do without them. `left` is how many cubes may be looked at, and then
    /// how many are left of them.
    pub fn blockers(
        &self,
        rule: RuleId,
        is_alike: impl Fn(RuleId) -> bool,
        left: &mut u64,
    ) -> Option<Blockers> {
        let mut blockers = self.keeping_away(Goal::Rule(rule), &Cube::all(), self.maps(), is_alike, left)?;
        blockers.are_some = !self.is_taken_in_its_chain(rule, left);
        Some(blockers)
    }

    fn keeping_away(
        &self,
        goal: Goal,
        packets: &Cube,
        maps: Maps<'_>,
        is_alike: impl Fn(RuleId) -> bool,
        left: &mut u64,
    ) -> Option<Blockers> {
        let mut lemmas = Lemmas::default();
        let mut search = |disabled: &[u32]| {
            let mut budget = self.budget(*left);
            let mut search = Search::new(maps, disabled, false).within(packets.clone());
            let outcome = search.run(goal, &mut lemmas, &mut budget);
            *left = left.saturating_sub(budget.spent());
            match outcome {
                Outcome::Nothing(used, policies) => {
                    let mut rules: Vec<u32> =
                        used.iter().map(|&consumer| self.consumers.rule(consumer as usize)).collect();
                    rules.sort_unstable();
                    rules.dedup();
                    Some((rules, policies))
                }
                _ => None,
            }
        };
        let (mut found, mut policies) = search(&[])?;
        let mut disabled: Vec<u32> = Vec::new();
        let mut needed: Vec<u32> = Vec::new();
        let is_minimal = found.len() <= MAX_BLOCKERS;
        // Each turn finds that a rule is needed, or does without it for good.
        for _ in 0..if is_minimal { 2 * MAX_BLOCKERS } else { 0 } {
            let open = found.iter().rev().filter(|rule| !needed.contains(rule));
            let Some(&tried) = open.max_by_key(|&&rule| is_alike(rule_of(rule))) else { break };
            let at = disabled.partition_point(|&rule| rule < tried);
            disabled.insert(at, tried);
            if let Some(without) = search(&disabled) {
                (found, policies) = without;
            } else {
                disabled.remove(at);
                needed.push(tried);
            }
        }
        let is_minimal = found.iter().all(|rule| needed.contains(rule));
        let rules = found.into_iter().map(rule_of).collect();
        Some(Blockers { rules, policies, is_minimal, are_some: true })
    }

    /// Whether the rules in front of a rule take all that it may match, whatever comes to the chain.
    fn is_taken_in_its_chain(&self, rule: RuleId, left: &mut u64) -> bool {
        let code = &self.program.rules[rule];
        let start = self.program.rules_of(code.chain).start;
        let from = self.consumers.last_boundary(start, number(rule)).map_or(start, |boundary| boundary + 1);
        let mut budget = self.budget(*left);
        let is_taken = self.program.cubes(code.may).all(|cube| {
            let mut survivors =
                Survivors::new(&self.consumers, code.chain, from, number(rule), cube.into(), &mut budget);
            survivors.next(&self.consumers, &[], &mut budget).is_none()
        });
        let is_taken = is_taken && !budget.is_spent();
        *left = left.saturating_sub(budget.spent());
        is_taken
    }

    fn decide_rule(
        &self,
        rule: RuleId,
        entering: &Entering,
        is_behind: bool,
        mut called: Option<&mut Entering>,
        pass: &mut Pass,
    ) -> Reach {
        let code = &self.program.rules[rule];
        let mut budget = self.budget(pass.total);
        let mut is_all = entering.is_all && !is_behind && !code.is_rough;
        let mut is_reached = false;
        if !is_behind && !code.is_rough {
            is_reached =
                self.come_through(rule, entering, called.as_deref_mut(), &mut is_all, pass, &mut budget);
        }
        let reach = if is_reached {
            Reach::Some
        } else if is_all {
            Reach::None
        } else {
            let maps = if pass.is_behind_others { self.maps_with_stations() } else { self.maps() };
            let mut search = Search::new(maps, &[], self.limits.learns);
            match search.run(Goal::Rule(rule), &mut pass.lemmas, &mut budget) {
                Outcome::Found(found) => {
                    search.remember(&found, &mut pass.lemmas);
                    if found.is_in_own_table()
                        && let Some(called) = called.as_deref_mut()
                        && let Some(cube) = self.at_the_rule(rule, &found)
                    {
                        called.add(cube);
                    }
                    Reach::Some
                }
                Outcome::Nothing(..) => Reach::None,
                Outcome::Spent => Reach::Unknown(Why::Budget),
                Outcome::Rough => Reach::Unknown(Why::Rough),
            }
        };
        if let Some(called) = called {
            called.is_all &= is_all || reach == Reach::None;
        }
        pass.total = pass.total.saturating_sub(budget.spent());
        reach
    }

    /// Whether any of the packets that are known to come to the chain come through to the rule; adds them to those that come
    /// to the chain that it calls. `is_all` stays if there are no others.
    fn come_through(
        &self,
        rule: RuleId,
        entering: &Entering,
        mut called: Option<&mut Entering>,
        is_all: &mut bool,
        pass: &mut Pass,
        budget: &mut Budget,
    ) -> bool {
        let code = &self.program.rules[rule];
        let chain = code.chain;
        let (start, at) = (self.program.rules_of(chain).start, number(rule));
        let wants_pieces = called.as_ref().is_some_and(|called| called.cubes.len() < MAX_ENTERING);
        let mut is_reached = false;
        for cube in &entering.cubes {
            for matching in self.program.cubes(code.may) {
                let Some(both) = intersect(cube, matching) else { continue };
                // Mostly nothing in front of the rule has anything in common with it.
                if self.consumers.spare(chain, start, at, &both, budget) {
                    is_reached = true;
                    let Some(called) = called.as_deref_mut().filter(|_| wants_pieces) else {
                        *is_all = false;
                        return true;
                    };
                    called.add(both);
                    continue;
                }
                if self.consumers.taking_all(chain, start, at, &both, budget).is_some() {
                    continue;
                }
                if !wants_pieces
                    && self.limits.tries_packets
                    && self.is_packet_through(chain, start, at, &both, pass, budget)
                {
                    *is_all = false;
                    return true;
                }
                let is_known = || pass.lemmas.find(&self.consumers, chain, &both, start, at).is_some();
                if self.limits.learns && is_known() {
                    continue;
                }
                let mut survivors = Survivors::new(&self.consumers, chain, start, at, both.clone(), budget);
                let mut pieces = 0;
                loop {
                    let Some(piece) = survivors.next(&self.consumers, &[], budget) else { break };
                    is_reached = true;
                    pieces += 1;
                    match called.as_deref_mut().filter(|_| wants_pieces) {
                        Some(called) if pieces <= PIECES => called.add(piece),
                        _ => {
                            *is_all = false;
                            break;
                        }
                    }
                }
                if budget.is_spent() {
                    *is_all = false;
                    return is_reached;
                }
                if is_reached && !wants_pieces {
                    *is_all = false;
                    return true;
                }
                if pieces == 0 && self.limits.learns && survivors.used.len() >= 4 {
                    let lemma = survivors::Lemma::new(&self.consumers, &both, survivors.used);
                    pass.lemmas.learn(chain, lemma);
                }
            }
        }
        is_reached
    }

    /// Tries some packets of a cube.
    fn is_packet_through(
        &self,
        chain: ChainId,
        from: u32,
        to: u32,
        cube: &Cube,
        pass: &mut Pass,
        budget: &mut Budget,
    ) -> bool {
        let mut random = Random(u64::from(to));
        (0..TRIES).any(|_| {
            for &field in self.program.fields() {
                let values = cube.get(field);
                pass.packet.set(field, values.pick(random.next()));
            }
            budget.spend(1) && !self.consumers.take(chain, from, to, &pass.packet, budget)
        })
    }

    /// What packets that were found are when they come to the rule: some of them.
    fn at_the_rule(&self, rule: RuleId, found: &Found) -> Option<Cube> {
        let cube = before::after(&found.writes, &found.cube)?;
        self.program.cubes(self.program.rules[rule].may).find_map(|matching| intersect(&cube, matching))
    }

    fn first_boundary(&self, from: u32, to: u32) -> Option<u32> {
        self.consumers.first_boundary(from, to)
    }

    fn maps(&self) -> Maps<'_> {
        Maps {
            program: &self.program,
            consumers: &self.consumers,
            entries: &self.entries,
            domains: &self.domains,
            callers: &self.callers,
            stations: None,
        }
    }

    /// What may be spent on one rule. Where others have spent much, it is less; but that a rule is met where nothing stands in
    /// front of it is always found out.
    fn budget(&self, total: u64) -> Budget {
        let rule = self.limits.rule.min(total / SHARE).max(LEAST);
        Budget { left: rule, rule }
    }
}

/// What is kept from one rule to the next.
#[derive(Debug)]
struct Pass {
    lemmas: Lemmas,
    total: u64,
    packet: Packet,
    /// Packets have to come through the tables before.
    is_behind_others: bool,
}

/// Numbers that look random and are the same each time. Source: Vigna's splitmix64.
#[derive(Debug)]
struct Random(u64);

impl Random {
    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        u32::try_from((mixed ^ mixed >> 31) >> 32).unwrap_or_default()
    }
}

fn rule_of(number: u32) -> RuleId {
    RuleId::from_index(number as usize)
}

fn number(rule: RuleId) -> u32 {
    u32::try_from(rule.index()).unwrap_or(u32::MAX)
}
