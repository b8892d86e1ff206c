//! fwlint's side: what the interpreter says of a packet that the kernel is sent.

use std::collections::BTreeSet;

use fwlint_analysis::{
    Engine, Fate, Limits, Meanings, Met, Reach, Stop, Way, World, address, explore,
    model::{
        ChainGraph, Node, RuleId, Ruleset,
        node::{Companion, Kind},
        resolve,
    },
    packet::{Field, Packet as Known},
    walk,
};
use fwlint_syntax::{Backend, Family, Options, parse};
use fwlint_testing::Packet;

use super::{
    judge::{Answer, Hit, Left},
    start::start,
};

/// How many ways a packet may have before the rest are not looked at.
const WAYS: usize = 256;

/// What the interpreter says of a packet.
#[derive(Clone, Debug)]
pub(super) struct Ways {
    /// All ways that it may go.
    ways: Vec<Said>,
    /// There are more.
    is_cut: bool,
}

#[derive(Clone, Debug)]
struct Said {
    answer: Answer,
    /// What comes behind the last rule is not known.
    is_open: bool,
}

/// How what the kernel did compares with what the interpreter says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Agreement {
    /// It is the only way.
    Same,
    /// It is one of several ways.
    Possible,
    /// There are too many ways.
    Open,
    /// It is none of the ways.
    Mismatch,
}

/// What fwlint says of a rule set.
#[derive(Debug, Default)]
pub(super) struct Says {
    /// Of each packet.
    pub(super) ways: Vec<Ways>,
    /// The rules that it says no packet comes to.
    pub(super) unreachable: BTreeSet<Hit>,
}

/// What fwlint says of a rule set and of each packet.
pub(super) fn ask(family: Family, backend: Backend, rules: &str, sets: &str, packets: &[Packet]) -> Says {
    let dump = parse(rules.as_bytes(), Options { family: Some(family), ..Options::default() });
    let rulesets = resolve(&dump);
    let Some(ruleset) = rulesets.first() else {
        return Says::default();
    };
    let node = Node::new(Companion::read(sets.as_bytes(), Kind::Sets, Some(family)));
    let world = World::new(ruleset, backend, Some(&node));
    let mut meanings = Meanings::new(&world);
    let ways = packets.iter().map(|packet| {
        let start = start(&world, packet);
        let (ways, is_cut) = explore(WAYS, |choices| said(ruleset, &walk(&mut meanings, &start, choices)));
        Ways { ways, is_cut }
    });
    Says { ways: ways.collect(), unreachable: unreachable(&world) }
}

fn unreachable(world: &World<'_, '_>) -> BTreeSet<Hit> {
    let ruleset = world.ruleset;
    let graph = ChainGraph::new(ruleset);
    let reach = Engine::new(world, &graph, Limits::default()).decide();
    let dead = reach.iter().filter(|(_, reach)| **reach == Reach::None);
    dead.map(|(rule, _)| hit(ruleset, rule)).collect()
}

/// A rule by the names that the kernel's side gives it.
fn hit(ruleset: &Ruleset<'_>, rule: RuleId) -> Hit {
    let kind = if ruleset.family == Family::Bridge { "bridge" } else { "ip" };
    let rule = &ruleset.rules[rule];
    let chain = &ruleset.chains[rule.chain];
    let table = &ruleset.tables[chain.table];
    Hit(kind.to_owned(), table.name.to_string(), chain.name.to_string(), rule.position)
}

impl Says {
    /// Whether the kernel has done what cannot be.
    pub(super) fn is_wrong(&self, ways: &Ways, kernel: &Answer) -> bool {
        ways.compare(kernel) == Agreement::Mismatch || self.unreachable_hit(kernel).is_some()
    }

    /// A rule that no packet comes to, and this one has.
    pub(super) fn unreachable_hit<'k>(&self, kernel: &'k Answer) -> Option<&'k Hit> {
        kernel.rules.iter().find(|hit| self.unreachable.contains(hit))
    }
}

impl Ways {
    /// Whether the kernel's way is among them.
    pub(super) fn compare(&self, kernel: &Answer) -> Agreement {
        match &self.ways[..] {
            [only] if only.agrees(kernel) && !self.is_cut && !only.is_open => Agreement::Same,
            ways if ways.iter().any(|way| way.agrees(kernel)) => Agreement::Possible,
            _ if self.is_cut => Agreement::Open,
            _ => Agreement::Mismatch,
        }
    }

    /// Those that differ from each other, for a person to read.
    pub(super) fn to_text(&self) -> String {
        let texts: BTreeSet<_> = self.ways.iter().map(|way| text(&way.answer)).collect();
        texts.into_iter().collect()
    }
}

/// An answer for a person to read.
pub(super) fn text(answer: &Answer) -> String {
    let rules = answer.rules.iter().map(|hit| format!("    {hit}\n"));
    format!("{} {:?}\n{}", answer.verdict, answer.left, rules.collect::<String>())
}

impl Said {
    fn agrees(&self, kernel: &Answer) -> bool {
        let own = &self.answer;
        if self.is_open {
            return kernel.rules.starts_with(&own.rules);
        }
        own.verdict == kernel.verdict
            && own.rules == kernel.rules
            && (own.verdict != "accept" || own.left.agrees(&kernel.left))
    }
}

impl Left {
    /// Whether nothing that both know differs.
    fn agrees(&self, other: &Self) -> bool {
        fn same<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
            one.is_none() || other.is_none() || one == other
        }
        same(self.mark.as_ref(), other.mark.as_ref())
            && same(self.src.as_ref(), other.src.as_ref())
            && same(self.dst.as_ref(), other.dst.as_ref())
            && same(self.sport.as_ref(), other.sport.as_ref())
            && same(self.dport.as_ref(), other.dport.as_ref())
            && same(self.ttl.as_ref(), other.ttl.as_ref())
            && same(self.tos.as_ref(), other.tos.as_ref())
    }
}

fn said(ruleset: &Ruleset<'_>, way: &Way) -> Said {
    let mut rules = Vec::new();
    for leg in &way.legs {
        let Stop::Chain(_, passage) = &leg.stop else { continue };
        for step in &passage.steps {
            if let Met::Rule { rule, .. } = step.met {
                rules.push(hit(ruleset, rule));
            }
        }
    }
    let by_routing = matches!(way.legs.last().map(|leg| &leg.stop), Some(Stop::Routing(_)));
    let verdict = match way.fate {
        Fate::Accept => "accept",
        Fate::Drop if by_routing => "lost",
        Fate::Drop => "drop",
        Fate::Reject => "reject",
        Fate::Queue => "queue",
        Fate::Stolen => "stolen",
        Fate::Unknown => "unknown",
    };
    // A queue that nobody serves may let everything pass.
    let is_open = matches!(way.fate, Fate::Unknown | Fate::Queue);
    Said {
        answer: Answer { verdict: verdict.to_owned(), rules, left: left(ruleset.family, &way.packet) },
        is_open,
    }
}

fn left(family: Family, packet: &Known) -> Left {
    let address = |field| address(family, packet, field).map(|address| address.to_string());
    let ports = matches!(packet.get(Field::PROTOCOL), Some(6 | 17 | 33 | 132 | 136))
        && packet.get(Field::FRAGMENT) != Some(Field::LATER);
    let port = |field| packet.get(field).filter(|_| ports);
    Left {
        mark: packet.get(Field::MARK),
        src: address(Field::SRC),
        dst: address(Field::DST),
        sport: port(Field::SPORT),
        dport: port(Field::DPORT),
        ttl: packet.get(Field::TTL),
        tos: packet.get(Field::TOS),
    }
}
