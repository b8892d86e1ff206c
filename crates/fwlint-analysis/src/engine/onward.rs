//! Where do packets go from a place on, if a rule is not there, and does the same become of all of them?

use std::rc::Rc;

use fwlint_model::{Arena, ChainId, Policy, RuleId};
use fwlint_packet::{Cube, intersect, overlap, subtract};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Budget, Reach,
    effects::{Deed, Fate, Trace},
    index::Index,
    number,
    program::{Code, Program},
    rule_of,
    search::Maps,
};
use crate::meaning::Then;

/// From how many rules on a chain has an index.
const INDEXED: u32 = 32;

/// From how many rules packets may come back to a chain that is left.
const MAX_CALLERS: usize = 16;

/// What is to become of all packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Goal {
    /// This.
    Fate(Fate),
    /// They come to the end of the chain that they begin in, and nothing was done to them.
    Back,
}

/// How far all is well.
#[derive(Debug)]
pub(super) enum Progress {
    /// The same becomes of all packets.
    Alike,
    /// Something else may become of these. The others have still to be followed.
    Otherwise(Cube),
    /// It takes too long.
    Spent,
}

/// Packets at a place.
#[derive(Clone, Debug)]
struct Place {
    chain: ChainId,
    /// The number of the rule that comes next.
    at: u32,
    cube: Cube,
    /// Where they come back to; `None`: to whatever calls the home chain.
    frame: Option<u32>,
    home: ChainId,
    /// The rules of a long chain that may have anything in common with the cube.
    candidates: Option<Rc<[u32]>>,
}

/// A row of calls that packets come back from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Frame {
    caller: RuleId,
    parent: Option<u32>,
}

/// Where packets were sent on: to a rule of a chain.
type Sent = (ChainId, u32, Option<u32>, ChainId, Cube);

/// The rules of long chains by what they may match.
#[derive(Debug, Default)]
pub(super) struct Indexes(FxHashMap<ChainId, Index>);

/// What is given besides where packets are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Situation<'e> {
    pub(super) maps: Maps<'e>,
    pub(super) reach: &'e Arena<RuleId, Reach>,
    /// The rule that is not there.
    pub(super) gone: RuleId,
    pub(super) goal: Goal,
}

/// Follows packets.
#[derive(Debug)]
pub(super) struct Onward<'e, 'i> {
    given: Situation<'e>,
    /// Rules that may be there or not.
    optional: &'i FxHashSet<RuleId>,
    indexes: &'i mut Indexes,
    open: Vec<Place>,
    otherwise: Vec<Cube>,
    frames: Vec<Frame>,
    frame_numbers: FxHashMap<Frame, u32>,
    sent: FxHashSet<Sent>,
    /// The rules that do what is to be done.
    pub(super) deciding: Vec<RuleId>,
    /// Those, and all that send packets there.
    pub(super) met: Vec<RuleId>,
    /// Some packets get to the end of the chain, or to the policy.
    pub(super) meets_end: bool,
    is_too_much: bool,
}

impl Indexes {
    /// The rules of a chain from one on that may have anything in common with a cube, in order.
    fn overlapping(
        &mut self,
        program: &Program,
        chain: ChainId,
        at: u32,
        cube: &Cube,
        budget: &mut Budget,
    ) -> Rc<[u32]> {
        let index = self.0.entry(chain).or_insert_with(|| {
            let rules = program.rules_of(chain).filter(|&rule| does_anything(&program.rules[rule_of(rule)]));
            let cubes = rules.flat_map(|rule| {
                let code = &program.rules[rule_of(rule)];
                let all: Option<&[_]> = (code.trace != Trace::Nothing).then_some(&[]);
                let own = program.cubes(if all.is_some() { (0, 0) } else { code.may });
                all.into_iter().chain(own).map(move |cube| (rule as usize, cube))
            });
            Index::new(cubes.collect())
        });
        let mut found = Vec::new();
        index.overlapping(cube, budget, |rule| {
            found.extend(u32::try_from(rule).ok().filter(|&rule| rule >= at));
        });
        found.sort_unstable();
        found.dedup();
        found.into()
    }
}

impl<'e, 'i> Onward<'e, 'i> {
    pub(super) fn new(
        given: Situation<'e>,
        optional: &'i FxHashSet<RuleId>,
        indexes: &'i mut Indexes,
    ) -> Self {
        Self {
            given,
            optional,
            indexes,
            open: Vec::new(),
            otherwise: Vec::new(),
            frames: Vec::new(),
            frame_numbers: FxHashMap::default(),
            sent: FxHashSet::default(),
            deciding: Vec::new(),
            met: Vec::new(),
            meets_end: false,
            is_too_much: false,
        }
    }

    /// Begins with packets in front of a rule, as if the rest of its chain were a chain of its own.
    pub(super) fn begin(&mut self, chain: ChainId, at: u32, cube: Cube) {
        self.send(Place { chain, at, cube, frame: None, home: chain, candidates: None });
    }

    /// Follows packets until something else becomes of some, or all are done.
    pub(super) fn progress(&mut self, budget: &mut Budget) -> Progress {
        loop {
            if self.is_too_much || budget.is_spent() {
                return Progress::Spent;
            }
            if let Some(cube) = self.otherwise.pop() {
                return Progress::Otherwise(cube);
            }
            let Some(mut place) = self.open.pop() else { return Progress::Alike };
            budget.spend(1);
            match self.next_rule(&mut place, budget) {
                Some(rule) => self.meet(rule, place),
                None => self.end(place),
            }
        }
    }

    /// The next rule that may do anything with packets of the cube.
    fn next_rule(&mut self, place: &mut Place, budget: &mut Budget) -> Option<RuleId> {
        let program = self.given.maps.program;
        let end = program.rules_of(place.chain).end;
        let does = |rule: u32| {
            let code = &program.rules[rule_of(rule)];
            rule_of(rule) != self.given.gone
                && does_anything(code)
                && (code.trace != Trace::Nothing
                    || program.cubes(code.may).any(|cube| overlap(cube, &place.cube)))
        };
        if place.candidates.is_none() && end.saturating_sub(place.at) > INDEXED {
            let (chain, at) = (place.chain, place.at);
            place.candidates = Some(self.indexes.overlapping(program, chain, at, &place.cube, budget));
        }
        let found = if let Some(candidates) = &place.candidates {
            let from = candidates.partition_point(|&rule| rule < place.at);
            let mut rules = candidates.iter().copied().skip(from);
            let found = rules.find(|&rule| does(rule));
            budget.spend((candidates.len() - from - rules.len()) as u64);
            found
        } else {
            let found = (place.at..end).find(|&rule| does(rule));
            budget.spend(u64::from(found.unwrap_or(end).saturating_sub(place.at)));
            found
        };
        found.map(rule_of)
    }

    fn meet(&mut self, rule: RuleId, place: Place) {
        let program = self.given.maps.program;
        let code = &program.rules[rule];
        if code.trace != Trace::Nothing {
            // It may be seen there that they were looked at.
            self.otherwise.push(place.cube);
            return;
        }
        let is_optional = self.optional.contains(&rule) || self.given.reach[rule] == Reach::None;
        for cube in program.cubes(code.may).filter_map(|matching| intersect(&place.cube, matching)) {
            self.matched(rule, is_optional, cube, &place);
        }
        let mut rest = vec![place.cube.clone()];
        if !is_optional && !code.is_rough && code.may == code.must {
            for matching in program.cubes(code.must) {
                let mut next = Vec::with_capacity(rest.len());
                for cube in &rest {
                    subtract(cube, matching, |piece| next.push(piece));
                }
                rest = next;
            }
        }
        let at = number(rule) + 1;
        self.open.extend(rest.into_iter().map(|cube| Place { at, cube, ..place.clone() }));
    }

    /// Goes on with packets that match a rule.
    fn matched(&mut self, rule: RuleId, is_optional: bool, cube: Cube, place: &Place) {
        let Code { deed, then, .. } = self.given.maps.program.rules[rule];
        if !is_optional {
            self.met.push(rule);
        }
        let Place { frame, home, .. } = *place;
        match (deed, then) {
            (Deed::Decides(fate), _) if self.given.goal == Goal::Fate(fate) => {
                self.deciding.extend((!is_optional).then_some(rule));
            }
            (Deed::Sends, Then::Jump(to)) => {
                let frame = self.frame(Frame { caller: rule, parent: frame });
                self.enter(to, cube, Some(frame), home);
            }
            (Deed::Sends, Then::Goto(to)) => self.enter(to, cube, frame, home),
            (Deed::Sends, Then::Return) if frame.is_none() && self.given.goal == Goal::Back => {
                self.deciding.extend((!is_optional).then_some(rule));
            }
            (Deed::Sends, Then::Return) => self.back(cube, frame, home),
            (Deed::Sends, Then::Next) => {}
            _ => self.otherwise.push(cube),
        }
    }

    fn enter(&mut self, chain: ChainId, cube: Cube, frame: Option<u32>, home: ChainId) {
        let at = self.given.maps.program.rules_of(chain).start;
        self.send(Place { chain, at, cube, frame, home, candidates: None });
    }

    /// At the end of a chain.
    fn end(&mut self, place: Place) {
        if self.given.maps.program.chains[place.chain].returns || self.is_built_in(place.chain) {
            self.back(place.cube, place.frame, place.home);
        } else {
            self.by_policy(place.chain, place.cube);
        }
    }

    /// Back to where packets were sent from.
    fn back(&mut self, cube: Cube, frame: Option<u32>, home: ChainId) {
        let program = self.given.maps.program;
        if let Some(frame) = frame {
            let Some(&Frame { caller, parent }) = self.frames.get(frame as usize) else { return };
            let (chain, at) = (program.rules[caller].chain, number(caller) + 1);
            self.send(Place { chain, at, cube, frame: parent, home, candidates: None });
        } else if self.given.goal == Goal::Back {
            self.meets_end = true;
        } else if self.is_built_in(home) {
            self.by_policy(home, cube);
        } else {
            self.back_to_callers(home, &cube);
        }
    }

    fn by_policy(&mut self, chain: ChainId, cube: Cube) {
        let fate = match self.given.maps.program.chains[chain].policy {
            Some(Policy::Accept) => Some(Goal::Fate(Fate::Accept)),
            Some(Policy::Drop) => Some(Goal::Fate(Fate::Drop)),
            _ => None,
        };
        if fate == Some(self.given.goal) {
            self.meets_end = true;
        } else {
            self.otherwise.push(cube);
        }
    }

    /// To all rules that may have called the chain. What is written on the way from there is known only here.
    fn back_to_callers(&mut self, chain: ChainId, cube: &Cube) {
        let Maps { program, callers, domains, .. } = self.given.maps;
        let is_met = |rule: &RuleId| {
            program.chains[program.rules[*rule].chain].is_hooked && self.given.reach[*rule] != Reach::None
        };
        let mut met = callers.of(chain).iter().copied().filter(is_met);
        let rules: Vec<RuleId> = met.by_ref().take(MAX_CALLERS).collect();
        if met.next().is_some() {
            self.is_too_much = true;
            return;
        }
        for rule in rules {
            let code = &program.rules[rule];
            let end = program.rules_of(code.chain).end;
            let at = if matches!(code.then, Then::Jump(_)) { number(rule) + 1 } else { end };
            for matching in program.cubes(code.may) {
                let mut sent = Cube::from(matching);
                program.written().iter().for_each(|&field| sent.forget(field));
                let both = intersect(&sent, cube).and_then(|both| intersect(&both, domains.of(code.chain)));
                if let Some(both) = both {
                    self.begin(code.chain, at, both);
                }
            }
        }
    }

    /// Whether packets begin in the chain.
    fn is_built_in(&self, chain: ChainId) -> bool {
        self.given.maps.entries[chain].is_some()
    }

    fn send(&mut self, place: Place) {
        let sent = (place.chain, place.at, place.frame, place.home, place.cube.clone());
        if self.sent.insert(sent) {
            self.open.push(place);
        }
    }

    fn frame(&mut self, frame: Frame) -> u32 {
        *self.frame_numbers.entry(frame).or_insert_with(|| {
            self.frames.push(frame);
            u32::try_from(self.frames.len() - 1).unwrap_or(u32::MAX)
        })
    }
}

fn does_anything(code: &Code) -> bool {
    code.trace != Trace::Nothing || code.deed != Deed::Sends || code.then != Then::Next
}
