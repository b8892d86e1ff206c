//! Where a packet has been before it comes to a built-in chain, and what of it is still the same since.

mod translated;

use fwlint_model::{Arena, ChainGraph, ChainId, Hook, Policy, RuleId, TableId};
use fwlint_packet::{Cube, Field, Term};
use rustc_hash::{FxHashMap, FxHashSet};

use super::program::Program;
use crate::{
    meaning::{Then, Verdict},
    path::{CONNTRACK, base_chain, stations},
    world::{Tracking, World},
};

/// Where packets come to each built-in chain from. It is known of IPv4 and IPv6; all others may come from anywhere.
#[derive(Debug)]
pub(super) struct Stations {
    origins: FxHashMap<ChainId, Vec<Origin>>,
    exits: FxHashMap<ChainId, Exits>,
    /// The chains to which some packet may not come because of built-in chains before.
    guarded: Arena<ChainId, bool>,
    /// Rules by which packets go on as others.
    translations: FxHashMap<RuleId, translated::Translation>,
}

/// Where packets come to a built-in chain from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    /// The built-in chain that they were in last. `None`: nothing has looked at them yet.
    pub(super) from: Option<ChainId>,
    /// What has not changed since they came to that one.
    pub(super) kept: Kept,
    /// Only these come from there.
    pub(super) only: Option<Term>,
}

/// Fields that stay as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kept(u128);

/// How a packet goes on from a built-in chain to the next table.
#[derive(Debug, Default)]
pub(super) struct Exits {
    /// It drops what comes to its end.
    pub(super) drops_by_policy: bool,
    /// Its rules that send packets there, if that is a way on, and all rules below it that end with one.
    pub(super) rules: Vec<RuleId>,
}

/// What tracking finds.
const TRACKED: &[Field] = &[Field::CT_STATE, Field::CT_DIRECTION, Field::CT_PROTOCOL];

/// What other packets of the connection may change at any time.
const SHARED: &[Field] = &[Field::CT_STATUS, Field::CONNMARK];

/// Both ends of a connection, as it began and as replies have them: each the first part of an address.
const CONNECTION_ENDS: &[Field] =
    &[Field::CT_ORIG_SRC, Field::CT_ORIG_DST, Field::CT_REPLY_SRC, Field::CT_REPLY_DST];

const CONNECTION_PORTS: &[Field] =
    &[Field::CT_ORIG_SPORT, Field::CT_ORIG_DPORT, Field::CT_REPLY_SPORT, Field::CT_REPLY_DPORT];

/// What routing may change, or what is another thing behind it.
const ROUTED: &[Field] = &[
    Field::OUT_DEVICE,
    Field::OUT_PORT,
    Field::OUT_BRIDGE,
    Field::BRIDGED,
    Field::REALM,
    Field::PRIORITY,
    Field::PACKET_TYPE,
];

/// What is another thing, or may be, at the next hook, besides what routing changes.
const OF_HOOK: &[Field] = &[
    Field::TTL,
    Field::LENGTH,
    Field::IN_PORT,
    Field::IN_BRIDGE,
    Field::MAC_SRC,
    Field::MAC_SRC1,
    Field::MAC_DST,
    Field::MAC_DST1,
    Field::HAS_MAC,
    Field::HAS_SOCKET,
    Field::UID,
    Field::GID,
];

/// What is another thing in the whole packet than in its fragments.
const OF_FRAGMENT: &[Field] = &[Field::FRAGMENT, Field::TCP_FLAGS, Field::ICMP, Field::SPI];

impl Origin {
    /// What packets of a cube have been where they come from; `None` if none of them do.
    pub(super) fn before(&self, cube: &Cube) -> Option<Cube> {
        let cube = match self.only {
            Some(only) => &cube.and(&[only])?,
            None => cube,
        };
        Some(self.kept.of(cube))
    }
}

impl Kept {
    /// All but the answers of tests that are not looked into: what they read may change.
    pub(super) const ALL: Self = Self((1 << Field::KNOWN) - 1);
    /// Nothing.
    pub(super) const NOTHING: Self = Self(0);

    fn without(self, fields: &[Field]) -> Self {
        fields.iter().fold(self, |kept, field| match field.opaque_number() {
            Some(_) => kept,
            None => Self(kept.0 & !(1 << field.index())),
        })
    }

    fn without_address(self, field: Field) -> Self {
        self.without(&field.parts())
    }

    fn only(fields: &[Field]) -> Self {
        let all = fields.iter().filter(|field| field.opaque_number().is_none());
        Self(all.fold(0, |kept, field| kept | 1 << field.index()))
    }

    fn with_address(self, field: Field) -> Self {
        Self(self.0 | Self::only(&field.parts()).0)
    }

    /// What both keep.
    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The packets that differ from those of a cube only in what is not kept.
    pub(super) fn of(self, cube: &Cube) -> Cube {
        let is_kept = |field: Field| field.opaque_number().is_none() && self.0 & 1 << field.index() != 0;
        let mut all = cube.clone();
        cube.iter().filter(|term| !is_kept(term.field)).for_each(|term| all.forget(term.field));
        all
    }
}

impl Stations {
    /// Finds them from the order in which the kernel calls the tables.
    pub(super) fn new(world: &World<'_, '_>, graph: &ChainGraph, program: &Program) -> Self {
        let ruleset = world.ruleset;
        let roots: Vec<ChainId> = ruleset
            .chains
            .iter()
            .filter(|(_, chain)| chain.hook.is_some() && ruleset.family.is_ip())
            .map(|(root, _)| root)
            .collect();
        let place = |chain: ChainId| (ruleset.chains[chain].table, ruleset.chains[chain].hook);
        let places_of = |is_meant: fn(Verdict) -> bool| -> FxHashSet<(TableId, Option<Hook>)> {
            let ends = |then| matches!(then, Then::End(verdict) if is_meant(verdict));
            let rules = program.rules.iter().filter(|(_, code)| ends(code.then));
            let hooks = rules.flat_map(|(_, code)| {
                graph.hooks(code.chain).iter().map(|hook| (place(code.chain).0, Some(hook)))
            });
            hooks.collect()
        };
        let drops = places_of(|verdict| matches!(verdict, Verdict::Drop | Verdict::Reject));
        // A program may give back another packet, and let it begin anew in the table.
        let repeats = places_of(|verdict| verdict == Verdict::Queue);
        let may_drop = |root: ChainId| has_drop_policy(world, root) || drops.contains(&place(root));
        let walk = Walk { world, program };
        let origins: FxHashMap<_, _> = roots.iter().map(|&root| (root, walk.origins(root))).collect();
        let origins_of = |root: ChainId| origins.get(&root).map_or(&[][..], Vec::as_slice);
        let mut guarded: Arena<ChainId, bool> = ruleset.chains.ids().map(|_| false).collect();
        // No chain has more than all others in front of it.
        for _ in 0..roots.len() {
            for root in &roots {
                let is_guarded =
                    |origin: &Origin| origin.from.is_some_and(|from| guarded[from] || may_drop(from));
                guarded[*root] = !repeats.contains(&place(*root)) && origins_of(*root).iter().all(is_guarded);
            }
        }
        let mut exits: FxHashMap<ChainId, Exits> = FxHashMap::default();
        for root in roots.iter().filter(|&&root| guarded[root]) {
            for from in origins_of(*root).iter().filter_map(|origin| origin.from) {
                exits.entry(from).or_insert_with(|| walk.exits(from, graph));
            }
        }
        let guarded = chains_below(world, graph, &guarded);
        Self { origins, exits, guarded, translations: FxHashMap::default() }
    }

    /// Where packets come to a built-in chain from.
    pub(super) fn origins(&self, root: ChainId) -> &[Origin] {
        self.origins.get(&root).map_or(&[], Vec::as_slice)
    }

    /// How packets go on from a built-in chain.
    pub(super) fn exits(&self, root: ChainId) -> Option<&Exits> {
        self.exits.get(&root)
    }

    /// Whether some hook that leads to a chain has other tables before it that may drop packets, on every way there.
    pub(super) fn is_guarded(&self, chain: ChainId) -> bool {
        self.guarded[chain]
    }
}

/// For every chain, whether a built-in chain that leads there is guarded.
fn chains_below(
    world: &World<'_, '_>,
    graph: &ChainGraph,
    guarded: &Arena<ChainId, bool>,
) -> Arena<ChainId, bool> {
    let ruleset = world.ruleset;
    let mut of_places: FxHashMap<(TableId, Hook), bool> = FxHashMap::default();
    for (root, chain) in ruleset.chains.iter() {
        if let Some(hook) = chain.hook {
            of_places.insert((chain.table, hook), guarded[root]);
        }
    }
    if !of_places.values().any(|&is_guarded| is_guarded) {
        return ruleset.chains.ids().map(|_| false).collect();
    }
    let below = |(id, chain): (ChainId, &fwlint_model::Chain<'_>)| {
        graph.hooks(id).iter().any(|hook| of_places.get(&(chain.table, hook)) == Some(&true))
    };
    ruleset.chains.iter().map(below).collect()
}

fn has_drop_policy(world: &World<'_, '_>, root: ChainId) -> bool {
    world.ruleset.chains[root].policy == Some(Policy::Drop)
}

struct Walk<'r, 'a, 'd> {
    world: &'r World<'a, 'd>,
    program: &'r Program,
}

impl Walk<'_, '_, '_> {
    fn origins(&self, root: ChainId) -> Vec<Origin> {
        let mut origins = Vec::new();
        let ruleset = self.world.ruleset;
        if let Some(hook) = ruleset.chains[root].hook {
            self.before(hook, Some(ruleset.table_name(root).0), Kept::ALL, &mut origins);
        }
        origins
    }

    /// Goes back from a table of a hook, or from its end, to the last built-in chains before.
    fn before(&self, hook: Hook, table: Option<&[u8]>, mut kept: Kept, origins: &mut Vec<Origin>) {
        let ruleset = self.world.ruleset;
        kept = kept.without(SHARED);
        let tracks = matches!(hook, Hook::Prerouting | Hook::Output);
        if hook == Hook::Output {
            // Routing looks again at what mangle has changed.
            kept = kept.without(ROUTED);
        }
        let mut is_tracked = tracks;
        let stations = stations(ruleset.family, hook, self.world.backend);
        let is_own = |name: &str| table == Some(name.as_bytes());
        let at = stations.iter().position(|station| is_own(station.table)).unwrap_or(stations.len());
        if let Some(own) = stations.get(at) {
            is_tracked &= own.priority(self.world.backend) > CONNTRACK;
        }
        for station in stations.iter().take(at).rev() {
            if is_tracked && station.priority(self.world.backend) < CONNTRACK {
                kept = untracked(kept);
                is_tracked = false;
            }
            if station.table == "nat" {
                kept = self.untranslated(hook, kept);
                continue;
            }
            let Some(from) = base_chain(ruleset, station) else { continue };
            let table = ruleset.chains[from].table;
            kept = kept.without(self.program.written_in(table));
            // Nobody loads a table with a loop, so nothing is known of what it does.
            let is_loaded = !self.program.chains[from].is_in_loop;
            origins.push(Origin { from: is_loaded.then_some(from), kept, only: None });
            return;
        }
        let next = kept.without(ROUTED).without(OF_HOOK);
        match hook {
            Hook::Prerouting | Hook::Output | Hook::Brouting => {
                origins.push(Origin { from: None, kept: Kept::NOTHING, only: None });
            }
            Hook::Input if self.world.tracking == Tracking::Unknown || self.world.has_untracked => {
                self.before(Hook::Prerouting, None, next.without(OF_FRAGMENT), origins);
            }
            Hook::Input | Hook::Forward => self.before(Hook::Prerouting, None, next, origins),
            Hook::Postrouting => {
                let next = next.without(&[Field::IN_DEVICE]);
                self.before(Hook::Output, None, next, origins);
                self.before(Hook::Forward, None, next, origins);
            }
        }
    }

    /// Without what translation may change: also that of a packet whose connection was translated before, and of its replies.
    ///
    /// Source: `HOOK2MANIP()` of the kernel's `nf_nat_core.c`.
    fn untranslated(&self, hook: Hook, kept: Kept) -> Kept {
        let ruleset = self.world.ruleset;
        let Some((nat, _)) = ruleset.tables.iter().find(|(_, table)| table.name.0 == b"nat") else {
            return kept;
        };
        let kept = kept.without(self.program.written_in(nat));
        let kept = kept.without_address(Field::CT_REPLY_SRC).without_address(Field::CT_REPLY_DST);
        let kept = kept.without(&[Field::CT_REPLY_SPORT, Field::CT_REPLY_DPORT, Field::LENGTH]);
        match hook {
            Hook::Prerouting | Hook::Output => {
                let kept = kept.without_address(Field::DST).without(&[Field::DPORT, Field::DST_TYPE]);
                kept.without(ROUTED)
            }
            _ => kept.without_address(Field::SRC).without(&[Field::SPORT, Field::SRC_TYPE]),
        }
    }

    fn exits(&self, root: ChainId, graph: &ChainGraph) -> Exits {
        let ruleset = self.world.ruleset;
        let drops_by_policy = has_drop_policy(self.world, root);
        let mut rules = Vec::new();
        let then = |rule: &RuleId| self.program.rules[*rule].then;
        if !drops_by_policy {
            let to_end = |rule: &RuleId| matches!(then(rule), Then::Return | Then::Goto(_));
            rules.extend(ruleset.rules_of(root).filter(to_end));
        }
        let (table, hook) = (ruleset.chains[root].table, ruleset.chains[root].hook);
        for chain in ruleset.chains_of(table) {
            if hook.is_some_and(|hook| graph.hooks(chain).has(hook)) {
                let ends = |rule: &RuleId| match then(rule) {
                    Then::End(verdict) => !matches!(verdict, Verdict::Drop | Verdict::Reject),
                    Then::NextOrEnd => true,
                    _ => false,
                };
                rules.extend(ruleset.rules_of(chain).filter(ends));
            }
        }
        Exits { drops_by_policy, rules }
    }
}

/// Without what tracking finds.
fn untracked(kept: Kept) -> Kept {
    let kept = CONNECTION_ENDS.iter().fold(kept, |kept, &end| kept.without_address(end));
    kept.without(CONNECTION_PORTS).without(TRACKED).without(SHARED)
}
