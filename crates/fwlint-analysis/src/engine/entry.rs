//! Which packets come to a built-in chain at all.

use fwlint_model::{
    Arena, ChainGraph, ChainId, Hook, HookSet, TableId,
    syntax::{Backend, Family},
};
use fwlint_packet::{Cube, Field, Term, Values};
use rustc_hash::FxHashMap;

use crate::world::{Tracking, World};

/// The packets that may come to a built-in chain, whatever other tables did before: more than do, but never fewer.
///
/// Source: the kernel gives a chain of `INPUT` no output device and one of `OUTPUT` no input device; `nat` is asked for the
/// first packet of a connection only; fragments of IPv4 are put together before a local process gets them, and before `raw`
/// where connections are tracked, but for those that a raw socket sends, and those of packets that are not to be tracked and
/// come back over `lo`. Those of IPv6 that come back so are not put together even before `INPUT`.
pub(super) fn entry(world: &World<'_, '_>, chain: ChainId) -> Cube {
    let ruleset = world.ruleset;
    let mut cube = Cube::all();
    let Some(hook) = ruleset.chains[chain].hook.filter(|_| ruleset.family.is_ip()) else { return cube };
    let mut keep = |field, values| {
        // No field is narrowed twice, so something is always left.
        let _ = cube.narrow(field, values);
    };
    let (none, some) = (Values::exactly(0), Values::Range { low: 1, high: u32::MAX });
    let devices = match hook {
        Hook::Prerouting | Hook::Input => Some((some, none)),
        Hook::Forward => Some((some, some)),
        Hook::Output => Some((none, some)),
        // A forwarded packet has the device that it came in by, one of this host has none.
        Hook::Postrouting => {
            keep(Field::OUT_DEVICE, some);
            None
        }
        Hook::Brouting => None,
    };
    if let Some((input, output)) = devices {
        keep(Field::IN_DEVICE, input);
        keep(Field::OUT_DEVICE, output);
    }
    let mut fragments = 1 << Field::WHOLE | 1 << Field::FIRST | Field::ALL_LATER;
    let is_whole = match hook {
        Hook::Prerouting => world.tracking == Tracking::On && !world.has_untracked,
        Hook::Forward => world.tracking == Tracking::On,
        Hook::Input => true,
        Hook::Output | Hook::Postrouting | Hook::Brouting => false,
    };
    if is_whole && ruleset.family == Family::Ipv4 {
        fragments = 1 << Field::WHOLE | 1 << Field::FIRST;
    }
    // Legacy drops it at the first look at its ports, so where others are covered it does not get through either; but `ecn`
    // looks and drops nothing.
    if world.backend == Backend::Nft || world.has_flags_of_ecn {
        fragments |= Field::ALL_SHORT;
    }
    if world.backend == Backend::Nft && ruleset.family == Family::Ipv6 {
        fragments |= 1 << Field::BROKEN;
    }
    keep(Field::FRAGMENT, Values::OneOf(fragments));
    if ruleset.table_name(chain).0 == b"nat" {
        keep(Field::CT_STATE, Values::OneOf(1 << Field::NEW | 1 << Field::RELATED));
    }
    cube
}

/// What is common to all packets that come to a chain from any hook: for each chain a cube that has them all, as long as
/// no rule writes what it speaks of.
#[derive(Debug)]
pub(super) struct Domains {
    cubes: Vec<Cube>,
    of_chains: Arena<ChainId, u32>,
}

impl Domains {
    /// Finds them from what comes to the built-in chains. `written` are the fields that rules write.
    pub(super) fn new(
        world: &World<'_, '_>,
        graph: &ChainGraph,
        entries: &Arena<ChainId, Option<Cube>>,
        written: &[Field],
    ) -> Self {
        let ruleset = world.ruleset;
        let mut cubes = Vec::new();
        let mut known: FxHashMap<(TableId, HookSet), u32> = FxHashMap::default();
        let of_chains = ruleset.chains.iter().map(|(id, chain)| {
            let hooks = graph.hooks(id);
            *known.entry((chain.table, hooks)).or_insert_with(|| {
                let roots = ruleset.chains_of(chain.table).filter_map(|root| {
                    ruleset.chains[root].hook.filter(|&hook| hooks.has(hook)).and(entries[root].as_ref())
                });
                let mut all = roots
                    .fold(None, |all: Option<Cube>, entry| {
                        Some(all.map_or_else(|| entry.clone(), |all| hull(&all, entry)))
                    })
                    .unwrap_or_default();
                for &field in written {
                    all.forget(field);
                }
                cubes.push(all);
                u32::try_from(cubes.len() - 1).unwrap_or(u32::MAX)
            })
        });
        let of_chains = of_chains.collect();
        Self { cubes, of_chains }
    }

    /// The cube of a chain.
    pub(super) fn of(&self, chain: ChainId) -> &[Term] {
        self.cubes.get(self.of_chains[chain] as usize).map_or(&[], |cube| cube)
    }
}

/// A cube that has both.
fn hull(one: &Cube, two: &Cube) -> Cube {
    let mut all = Cube::all();
    for term in one.iter() {
        let values = match (term.values, two.get(term.field)) {
            (Values::OneOf(bits), Values::OneOf(more)) => Values::OneOf(bits | more),
            (values, other) => Values::Range {
                low: values.lowest().min(other.lowest()),
                high: values.highest().max(other.highest()),
            },
        };
        // No field is narrowed twice, so something is always left.
        let _ = all.narrow(term.field, values);
    }
    all
}
