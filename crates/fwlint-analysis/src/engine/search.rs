//! Looks from a rule back along all ways that lead there, for a packet that comes to it.

use fwlint_model::{Arena, ChainId, Id, RuleId, Ruleset};
use fwlint_packet::{Cube, contains, intersect, subtract};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Budget, Domains,
    before::{Written, before},
    consumers::Consumers,
    program::Program,
    stations::{Kept, Stations},
    survivors::{Lemma, Survivors},
};
use crate::meaning::{Then, Verdict};

/// From how many consumers on it is worth remembering that they take a cube away.
const LEARNT_FROM: usize = 4;

/// How many such facts are remembered of a chain.
const MAX_LEMMAS: usize = 1_024;

/// How many sets of packets are remembered of a built-in chain that come to it through the tables before.
const MAX_LET_THROUGH: usize = 32;

/// How many states are remembered as looked at.
const MAX_SEEN: usize = 1 << 20;

/// What does not change from one search to the next.
#[derive(Clone, Copy, Debug)]
pub(super) struct Maps<'e> {
    pub(super) program: &'e Program,
    pub(super) consumers: &'e Consumers,
    /// The packets that come to each built-in chain.
    pub(super) entries: &'e Arena<ChainId, Option<Cube>>,
    pub(super) domains: &'e Domains,
    pub(super) callers: &'e Callers,
    /// Where packets come to built-in chains from, if that matters.
    pub(super) stations: Option<&'e Stations>,
}

/// The rules that lead to each chain.
#[derive(Debug, Default)]
pub(super) struct Callers {
    rules: Vec<RuleId>,
    chains: Arena<ChainId, (u32, u32)>,
}

/// What was learnt on the way, for searches to come.
#[derive(Debug, Default)]
pub(super) struct Lemmas {
    of_chains: FxHashMap<ChainId, Vec<Lemma>>,
    /// Packets that come to a built-in chain through the tables before.
    let_through: FxHashMap<ChainId, Vec<Cube>>,
}

/// Where packets are to come to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Goal {
    /// To a rule that they may match.
    Rule(RuleId),
    /// To a built-in chain.
    Chain(ChainId),
}

/// What a search found.
#[derive(Debug)]
pub(super) enum Outcome {
    /// Packets that come to the rule.
    Found(Box<Found>),
    /// There are none. The consumers that see to it, in order, and the built-in chains whose policy does.
    Nothing(Vec<u32>, Vec<ChainId>),
    /// It took too long.
    Spent,
    /// There may be some, but not all is known of a rule on the way.
    Rough,
}

/// Packets that come to a rule.
#[derive(Debug)]
pub(super) struct Found {
    /// The built-in chain that they begin in.
    pub(super) root: ChainId,
    /// What they are there.
    pub(super) cube: Cube,
    /// What is written to them on the way, in order, up to the end of the root's table.
    pub(super) writes: Vec<Written>,
    hop: Option<u32>,
}

/// A row of calls that a packet is to come back from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Frame {
    /// The rule that calls.
    rule: RuleId,
    parent: Option<u32>,
}

/// How a packet got from where it is looked at to the rule: what was written last comes first.
#[derive(Clone, Copy, Debug)]
struct Path {
    rule: RuleId,
    /// What came after it.
    then: Option<u32>,
}

/// Where a packet is, but for its chain.
#[derive(Clone, Copy, Debug)]
struct Way {
    frame: Option<u32>,
    path: Option<u32>,
    is_rough: bool,
    /// The built-in chain that it has to begin in, if not any will do.
    root: Option<ChainId>,
    /// How it went on from there.
    hop: Option<u32>,
}

/// How a packet got from one built-in chain to the next.
#[derive(Clone, Copy, Debug)]
struct Hop {
    to: ChainId,
    kept: Kept,
    then: Option<u32>,
}

/// All that matters of a place in the search.
#[derive(Debug, PartialEq, Eq, Hash)]
struct State {
    chain: ChainId,
    to: u32,
    frame: Option<u32>,
    is_rough: bool,
    root: Option<ChainId>,
    cube: Cube,
}

#[derive(Debug)]
enum Node {
    /// What gets through a row of rules of a chain.
    Row { chain: ChainId, cube: Cube, from: u32, survivors: Survivors, is_taken: bool, way: Way },
    /// What gets to the beginning of a chain: from where is it called?
    Callers { chain: ChainId, cube: Cube, next: usize, way: Way },
    /// What comes back from a chain: by which of its exits? The first is its end.
    Exits { chain: ChainId, cube: Cube, next: usize, way: Way },
    /// What goes on from a built-in chain to the next table: by which of its exits? The first is its policy.
    Leaving { root: ChainId, cube: Cube, next: usize, way: Way },
}

/// One search.
#[derive(Debug)]
pub(super) struct Search<'e> {
    maps: Maps<'e>,
    /// Rules that are taken not to be there, in order.
    disabled: &'e [u32],
    learns: bool,
    /// Packets that are to come to the rule.
    within: Cube,
    nodes: Vec<Node>,
    frames: Vec<Frame>,
    frame_numbers: FxHashMap<Frame, u32>,
    paths: Vec<Path>,
    hops: Vec<Hop>,
    seen: FxHashSet<State>,
    used: Vec<u32>,
    policies: Vec<ChainId>,
    found_roughly: bool,
}

impl Callers {
    /// Finds them for all chains.
    pub(super) fn new(ruleset: &Ruleset<'_>, program: &Program) -> Self {
        let target = |then| match then {
            Then::Jump(to) | Then::Goto(to) => Some(to),
            _ => None,
        };
        let calls = || program.rules.iter().filter_map(|(rule, code)| Some((target(code.then)?, rule)));
        let mut ends: Arena<ChainId, u32> = ruleset.chains.ids().map(|_| 0).collect();
        calls().for_each(|(to, _)| ends[to] += 1);
        let mut next = 0;
        let mut chains = Arena::default();
        for chain in ruleset.chains.ids() {
            let start = next;
            next += ends[chain];
            chains.push((start, next));
            // From here on, where the next call is put.
            ends[chain] = start;
        }
        let mut rules = vec![RuleId::from_index(0); next as usize];
        for (to, rule) in calls() {
            if let Some(place) = rules.get_mut(ends[to] as usize) {
                *place = rule;
            }
            ends[to] += 1;
        }
        Self { rules, chains }
    }

    pub(super) fn of(&self, chain: ChainId) -> &[RuleId] {
        let (start, end) = self.chains[chain];
        self.rules.get(start as usize..end as usize).unwrap_or_default()
    }
}

impl Found {
    /// Whether they begin in the table that the goal is in.
    pub(super) fn is_in_own_table(&self) -> bool {
        self.hop.is_none()
    }
}

impl<'e> Search<'e> {
    /// A search that takes some rules not to be there. It learns only if there are none such.
    pub(super) fn new(maps: Maps<'e>, disabled: &'e [u32], learns: bool) -> Self {
        Self {
            maps,
            disabled,
            learns: learns && disabled.is_empty(),
            within: Cube::all(),
            nodes: Vec::new(),
            frames: Vec::new(),
            frame_numbers: FxHashMap::default(),
            paths: Vec::new(),
            hops: Vec::new(),
            seen: FxHashSet::default(),
            used: Vec::new(),
            policies: Vec::new(),
            found_roughly: false,
        }
    }

    /// The same for some packets: of others it is not asked whether they come to the rule.
    pub(super) fn within(self, packets: Cube) -> Self {
        Self { within: packets, ..self }
    }

    /// Looks for a packet that comes to the goal.
    pub(super) fn run(&mut self, goal: Goal, lemmas: &mut Lemmas, budget: &mut Budget) -> Outcome {
        let way = Way { frame: None, path: None, is_rough: false, root: None, hop: None };
        let found = match goal {
            Goal::Rule(rule) => {
                self.open_rule(rule, way, lemmas, budget);
                None
            }
            Goal::Chain(root) => self.arrive(root, Cube::all(), way, lemmas, budget),
        };
        if let Some(found) = found {
            return Outcome::Found(Box::new(found));
        }
        self.resume(lemmas, budget)
    }

    /// Looks for another one.
    pub(super) fn resume(&mut self, lemmas: &mut Lemmas, budget: &mut Budget) -> Outcome {
        while let Some(node) = self.nodes.pop() {
            if budget.is_spent() {
                return Outcome::Spent;
            }
            if let Some(found) = self.step(node, lemmas, budget) {
                return Outcome::Found(Box::new(found));
            }
        }
        if budget.is_spent() {
            return Outcome::Spent;
        }
        if self.found_roughly {
            return Outcome::Rough;
        }
        self.used.sort_unstable();
        self.used.dedup();
        self.policies.sort_unstable();
        self.policies.dedup();
        Outcome::Nothing(std::mem::take(&mut self.used), std::mem::take(&mut self.policies))
    }

    /// In front of a rule, with the packets that may match it.
    fn open_rule(&mut self, rule: RuleId, way: Way, lemmas: &mut Lemmas, budget: &mut Budget) {
        let program = self.maps.program;
        let code = &program.rules[rule];
        let way = Way { is_rough: code.is_rough, ..way };
        // The last to be put there is looked at first.
        let cubes: Vec<_> =
            program.cubes(code.may).filter_map(|cube| intersect(cube, &self.within)).collect();
        for cube in cubes.iter().rev() {
            self.open_row(code.chain, number(rule), cube, way, lemmas, budget);
        }
    }

    fn step(&mut self, node: Node, lemmas: &mut Lemmas, budget: &mut Budget) -> Option<Found> {
        let Maps { program, consumers, callers, .. } = self.maps;
        match node {
            Node::Row { chain, cube, from, mut survivors, is_taken, way } => {
                let piece = survivors.next(consumers, self.disabled, budget);
                let Some(piece) = piece else {
                    self.used.extend_from_slice(&survivors.used);
                    if self.learns && is_taken && survivors.used.len() >= LEARNT_FROM && !budget.is_spent() {
                        lemmas.learn(chain, Lemma::new(consumers, &cube, survivors.used));
                    }
                    return None;
                };
                self.nodes.push(Node::Row { chain, cube, from, survivors, is_taken: false, way });
                let start = program.rules_of(chain).start;
                if from == start {
                    return self.arrive(chain, piece, way, lemmas, budget);
                }
                self.cross(chain, RuleId::from_index(from as usize - 1), &piece, way, lemmas, budget);
                None
            }
            Node::Callers { chain, cube, next, way } => {
                let &rule = callers.of(chain).get(next)?;
                self.nodes.push(Node::Callers { chain, cube: cube.clone(), next: next + 1, way });
                let from = program.rules[rule].chain;
                if program.chains[from].is_hooked && !self.is_disabled(rule) {
                    budget.spend(1);
                    self.open_matching(rule, &cube, way, lemmas, budget);
                }
                None
            }
            Node::Exits { chain, cube, next, way } => {
                let rules = program.rules_of(chain);
                if next == 0 {
                    self.nodes.push(Node::Exits { chain, cube: cube.clone(), next: 1, way });
                    if program.returns(chain) {
                        self.open_row(chain, rules.end, &cube, way, lemmas, budget);
                    }
                    return None;
                }
                let is_exit =
                    |rule: &RuleId| matches!(program.rules[*rule].then, Then::Return | Then::Goto(_));
                let mut exits = rules.clone().skip(next - 1).map(|rule| RuleId::from_index(rule as usize));
                let rule = exits.find(is_exit)?;
                let passed = rule.index() - rules.start as usize;
                budget.spend((passed + 2 - next) as u64);
                self.nodes.push(Node::Exits { chain, cube: cube.clone(), next: passed + 2, way });
                if self.is_disabled(rule) {
                    return None;
                }
                self.open_exit(rule, cube, way, lemmas, budget);
                None
            }
            Node::Leaving { root, cube, next, way } => {
                self.leave(root, cube, next, way, lemmas, budget);
                None
            }
        }
    }

    /// Goes on in front of a rule by which packets leave a chain.
    fn open_exit(&mut self, rule: RuleId, cube: Cube, way: Way, lemmas: &mut Lemmas, budget: &mut Budget) {
        match self.maps.program.rules[rule].then {
            Then::Goto(to) => {
                let frame = self.frame(Frame { rule, parent: way.frame });
                let way = Way { frame: Some(frame), ..way };
                self.nodes.push(Node::Exits { chain: to, cube, next: 0, way });
            }
            _ => self.open_matching(rule, &cube, way, lemmas, budget),
        }
    }

    /// Goes on with one of the ways by which packets go on from a built-in chain.
    fn leave(
        &mut self,
        root: ChainId,
        cube: Cube,
        next: usize,
        way: Way,
        lemmas: &mut Lemmas,
        budget: &mut Budget,
    ) {
        let Maps { program, stations, .. } = self.maps;
        let Some(exits) = stations.and_then(|stations| stations.exits(root)) else {
            debug_assert!(false, "the exits of what is in front of a guarded chain are known");
            self.found_roughly = true;
            return;
        };
        if next == 0 {
            self.nodes.push(Node::Leaving { root, cube: cube.clone(), next: 1, way });
            if exits.drops_by_policy {
                self.policies.push(root);
            } else {
                self.open_row(root, program.rules_of(root).end, &cube, way, lemmas, budget);
            }
            return;
        }
        let mut rules =
            exits.rules.iter().enumerate().skip(next - 1).filter(|(_, rule)| !self.is_disabled(**rule));
        let before = |(at, &rule): (usize, &RuleId)| {
            budget.spend(1);
            Some((at, rule, stations?.untranslated(rule, &cube)?))
        };
        let Some((at, rule, before)) = rules.find_map(before) else { return };
        self.nodes.push(Node::Leaving { root, cube, next: at + 2, way });
        if program.rules[rule].then == Then::End(Verdict::Queue) {
            // The program may give back another packet.
            let hop = self.hop(Hop { to: root, kept: Kept::NOTHING, then: way.hop });
            return self.open_exit(rule, Cube::all(), Way { hop, ..way }, lemmas, budget);
        }
        self.open_exit(rule, before, way, lemmas, budget);
    }

    /// At the beginning of a built-in chain, where tables before it may have kept packets away.
    fn go_back(&mut self, root: ChainId, cube: &Cube, way: Way, lemmas: &Lemmas) -> Option<Found> {
        let mut known = lemmas.let_through(root).iter();
        let through = known.find_map(|known| intersect(known, cube));
        let stations = self.maps.stations.filter(|stations| stations.is_guarded(root));
        if through.is_some() || stations.is_none() {
            if way.is_rough {
                self.found_roughly = true;
                return None;
            }
            let cube = through.unwrap_or_else(|| cube.clone());
            return Some(Found { root, cube, writes: self.writes(way.path), hop: way.hop });
        }
        for origin in stations.map_or(&[][..], |stations| stations.origins(root)) {
            let hop = self.hop(Hop { to: root, kept: origin.kept, then: way.hop });
            let Some(cube) = origin.before(cube) else { continue };
            match origin.from {
                Some(from) => {
                    let way = Way { frame: None, path: None, is_rough: way.is_rough, root: Some(from), hop };
                    self.nodes.push(Node::Leaving { root: from, cube, next: 0, way });
                }
                None if way.is_rough => self.found_roughly = true,
                None => return Some(Found { root, cube, writes: Vec::new(), hop }),
            }
        }
        None
    }

    /// The packets that are known to come to a built-in chain, because those that were found come to it: all that are like
    /// them in what is not changed on the way.
    pub(super) fn remember(&self, found: &Found, lemmas: &mut Lemmas) {
        let (mut kept, mut hop, mut to) = (Kept::ALL, found.hop, None);
        while let Some(&Hop { to: next, kept: own, then }) = hop.and_then(|hop| self.hops.get(hop as usize)) {
            kept = kept.and(own);
            to = Some(next);
            hop = then;
        }
        let Some(to) = to else { return };
        let known = lemmas.let_through.entry(to).or_default();
        let through = kept.of(&found.cube);
        if known.len() < MAX_LET_THROUGH && !known.iter().any(|known| contains(known, &through)) {
            known.push(through);
        }
    }

    fn hop(&mut self, hop: Hop) -> Option<u32> {
        self.hops.push(hop);
        u32::try_from(self.hops.len() - 1).ok()
    }

    /// At the beginning of a chain.
    fn arrive(
        &mut self,
        chain: ChainId,
        cube: Cube,
        way: Way,
        lemmas: &mut Lemmas,
        budget: &mut Budget,
    ) -> Option<Found> {
        if let Some(frame) = way.frame {
            let Frame { rule, parent } = *self.frames.get(frame as usize)?;
            self.open_matching(rule, &cube, Way { frame: parent, ..way }, lemmas, budget);
            return None;
        }
        let is_end = way.root.is_none_or(|root| root == chain);
        let entry = self.maps.entries[chain].as_ref().filter(|_| is_end);
        let entered = entry.and_then(|entry| intersect(entry, &cube));
        if !self.maps.callers.of(chain).is_empty() {
            self.nodes.push(Node::Callers { chain, cube, next: 0, way });
        }
        let cube = entered?;
        if self.maps.stations.is_some() {
            return self.go_back(chain, &cube, way, lemmas);
        }
        if way.is_rough {
            self.found_roughly = true;
            return None;
        }
        Some(Found { root: chain, cube, writes: self.writes(way.path), hop: None })
    }

    /// All that is written on the way to the end of a table, in order.
    fn writes(&self, mut path: Option<u32>) -> Vec<Written> {
        let mut writes = Vec::new();
        while let Some(step) = path.and_then(|path| self.paths.get(path as usize)) {
            writes.extend_from_slice(self.maps.program.writes_of(step.rule));
            path = step.then;
        }
        writes
    }

    /// Behind a boundary: what was the packet before, and where?
    fn cross(
        &mut self,
        chain: ChainId,
        rule: RuleId,
        cube: &Cube,
        way: Way,
        lemmas: &mut Lemmas,
        budget: &mut Budget,
    ) {
        let program = self.maps.program;
        let code = &program.rules[rule];
        if self.is_disabled(rule) {
            return self.open_row(chain, number(rule), cube, way, lemmas, budget);
        }
        if let Then::Jump(to) = code.then {
            let frame = self.frame(Frame { rule, parent: way.frame });
            let way = Way { frame: Some(frame), ..way };
            self.nodes.push(Node::Exits { chain: to, cube: cube.clone(), next: 0, way });
        } else {
            let before = before(program.writes_of(rule), cube);
            let path = u32::try_from(self.paths.len()).ok();
            self.paths.push(Path { rule, then: way.path });
            let way = Way { path, is_rough: way.is_rough || before.is_rough, ..way };
            for cube in before.cubes {
                self.open_matching(rule, &cube, way, lemmas, budget);
            }
        }
        let mut rest = vec![cube.clone()];
        for matching in program.cubes(code.must) {
            let mut next = Vec::with_capacity(rest.len());
            for cube in &rest {
                subtract(cube, matching, |piece| next.push(piece));
            }
            rest = next;
        }
        for cube in rest {
            self.open_row(chain, number(rule), &cube, way, lemmas, budget);
        }
    }

    /// Goes on in front of a rule with those packets that may match it.
    fn open_matching(
        &mut self,
        rule: RuleId,
        cube: &Cube,
        way: Way,
        lemmas: &mut Lemmas,
        budget: &mut Budget,
    ) {
        let program = self.maps.program;
        let code = &program.rules[rule];
        let chain = program.rules[rule].chain;
        let way = Way { is_rough: way.is_rough || code.is_rough, ..way };
        let cubes: Vec<_> =
            program.cubes(code.may).filter_map(|matching| intersect(cube, matching)).collect();
        for cube in cubes {
            self.open_row(chain, number(rule), &cube, way, lemmas, budget);
        }
    }

    /// Goes on with what comes through the rules of a chain in front of one.
    fn open_row(
        &mut self,
        chain: ChainId,
        to: u32,
        cube: &Cube,
        way: Way,
        lemmas: &mut Lemmas,
        budget: &mut Budget,
    ) {
        let Maps { program, consumers, domains, .. } = self.maps;
        // What comes to none of the hooks would be looked at all the way to them.
        let Some(cube) = intersect(cube, domains.of(chain)) else { return };
        let Way { frame, is_rough, root, .. } = way;
        let state = || State { chain, to, frame, is_rough, root, cube: cube.clone() };
        if self.seen.len() < MAX_SEEN && !self.seen.insert(state()) {
            return;
        }
        let start = program.rules_of(chain).start;
        let from = consumers.last_boundary(start, to).map_or(start, |boundary| boundary + 1);
        if self.learns
            && let Some(lemma) = lemmas.find(consumers, chain, &cube, from, to)
        {
            self.used.extend_from_slice(&lemma.used);
            return;
        }
        let survivors = Survivors::new(consumers, chain, from, to, cube.clone(), budget);
        self.nodes.push(Node::Row { chain, cube, from, survivors, is_taken: true, way });
    }

    fn frame(&mut self, frame: Frame) -> u32 {
        *self.frame_numbers.entry(frame).or_insert_with(|| {
            self.frames.push(frame);
            u32::try_from(self.frames.len() - 1).unwrap_or(u32::MAX)
        })
    }

    fn is_disabled(&self, rule: RuleId) -> bool {
        self.disabled.binary_search(&number(rule)).is_ok()
    }
}

impl Lemmas {
    /// Packets that are known to come to a built-in chain through the tables before.
    pub(super) fn let_through(&self, root: ChainId) -> &[Cube] {
        self.let_through.get(&root).map_or(&[], Vec::as_slice)
    }

    pub(super) fn learn(&mut self, chain: ChainId, lemma: Lemma) {
        let lemmas = self.of_chains.entry(chain).or_default();
        if lemmas.len() == MAX_LEMMAS {
            lemmas.remove(0);
        }
        lemmas.push(lemma);
    }

    /// One by which all of a cube is taken away by the rules of a chain from one on and in front of another.
    pub(super) fn find(
        &self,
        consumers: &Consumers,
        chain: ChainId,
        cube: &Cube,
        from: u32,
        to: u32,
    ) -> Option<&Lemma> {
        let lemmas = self.of_chains.get(&chain)?;
        lemmas.iter().rev().find(|lemma| lemma.takes(consumers, cube, from, to))
    }
}

fn number(rule: RuleId) -> u32 {
    u32::try_from(rule.index()).unwrap_or(u32::MAX)
}
