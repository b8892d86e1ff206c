//! What new connections have been before their destination was translated.

use fwlint_model::{
    ChainGraph, Hook, RuleId, Target,
    syntax::{
        Family, Value,
        extensions::Role,
        value::{Net, PortRange},
    },
};
use fwlint_packet::{Cube, Field, Term, Values};
use rustc_hash::FxHashMap;

use super::{Kept, Origin, Stations, Walk, chains_below};
use crate::{
    engine::program::Program,
    meaning::{Nat, Then, Verdict},
    path::{base_chain, stations},
    world::World,
};

/// What a rule makes of the destination.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Translation {
    /// The address in its parts. `None`: any.
    address: Option<Vec<Term>>,
    /// `None`: any.
    port: Option<Values>,
    keeps_address: bool,
    keeps_port: bool,
}

/// What a packet of a new connection keeps from the table `nat` on, but for what rules write.
const OF_PACKET: &[Field] = &[
    Field::PROTOCOL,
    Field::SPORT,
    Field::DPORT,
    Field::ICMP,
    Field::TCP_FLAGS,
    Field::FRAGMENT,
    Field::IN_DEVICE,
    Field::CT_STATE,
    Field::SRC_TYPE,
    Field::DST_TYPE,
];

impl Stations {
    /// For new connections only: each comes to the tables behind `nat` through the chain of `nat` that translates
    /// destinations. `None` if no rule translates any.
    ///
    /// What this host sends to itself comes back by lo and is translated when it is sent.
    pub(in crate::engine) fn translated(
        world: &World<'_, '_>,
        graph: &ChainGraph,
        program: &Program,
    ) -> Option<Self> {
        let ruleset = world.ruleset;
        if !ruleset.family.is_ip() {
            return None;
        }
        let translates = |then| matches!(then, Then::End(Verdict::Translate(Nat::Destination | Nat::ByHook)));
        let mut translating = program.rules.iter().filter(|(_, code)| translates(code.then)).peekable();
        translating.peek()?;
        let translations: FxHashMap<RuleId, Translation> =
            translating.map(|(rule, _)| (rule, translation(world, rule))).collect();
        let kept = Kept::only(OF_PACKET)
            .with_address(Field::SRC)
            .with_address(Field::DST)
            .without(program.written());
        let nat = |hook| {
            let mut all = stations(ruleset.family, hook, world.backend).into_iter();
            let from = all.find(|station| station.table == "nat").and_then(|nat| base_chain(ruleset, &nat));
            from.filter(|&from| !program.chains[from].is_in_loop)
        };
        let incoming = Origin { from: nat(Hook::Prerouting), kept, only: None };
        let sent = Origin { from: nat(Hook::Output), kept: kept.without(&[Field::IN_DEVICE]), only: None };
        let on_lo = Term { field: Field::IN_DEVICE, values: Values::exactly(world.devices.number(b"lo")) };
        let mut all = Self {
            origins: FxHashMap::default(),
            exits: FxHashMap::default(),
            guarded: ruleset.chains.ids().map(|_| false).collect(),
            translations,
        };
        for (root, chain) in ruleset.chains.iter() {
            let table = ruleset.tables[chain.table].name;
            let origins = match (chain.hook, table.0) {
                (Some(Hook::Input), b"mangle" | b"filter" | b"security") => {
                    vec![incoming, Origin { only: Some(on_lo), ..sent }]
                }
                (Some(Hook::Forward), b"mangle" | b"filter" | b"security") => vec![incoming],
                (Some(Hook::Output), b"filter" | b"security") => vec![sent],
                _ => continue,
            };
            all.guarded[root] = true;
            all.origins.insert(root, origins);
        }
        let walk = Walk { world, program };
        for root in [incoming.from, sent.from].into_iter().flatten() {
            all.exits.insert(root, walk.exits(root, graph));
        }
        all.guarded = chains_below(world, graph, &all.guarded);
        Some(all)
    }

    /// What packets have been that a rule translates to some of a cube; `None` if there are none such.
    pub(in crate::engine) fn untranslated(&self, rule: RuleId, cube: &Cube) -> Option<Cube> {
        let Some(translation) = self.translations.get(&rule) else { return Some(cube.clone()) };
        let has_any = |term: &Term| cube.get(term.field).overlaps(term.values);
        let Translation { address, port, keeps_address, keeps_port } = translation;
        let is_possible = address.iter().flatten().all(has_any)
            && port.is_none_or(|values| has_any(&Term { field: Field::DPORT, values }));
        if !is_possible {
            return None;
        }
        let mut before = cube.clone();
        if !keeps_address {
            Field::DST.parts().into_iter().for_each(|part| before.forget(part));
            before.forget(Field::DST_TYPE);
        }
        if !keeps_port {
            before.forget(Field::DPORT);
        }
        Some(before)
    }
}

fn translation(world: &World<'_, '_>, rule: RuleId) -> Translation {
    let ruleset = world.ruleset;
    let name = match ruleset.rules[rule].target {
        Target::Extension(id) => id.extension().name,
        _ => "",
    };
    let line = ruleset.line(rule);
    if line.broken || !matches!(name, "DNAT" | "REDIRECT") {
        return Translation::default();
    }
    let mut all = Translation { keeps_port: true, ..Translation::default() };
    let mut ranges = 0;
    for arg in ruleset.dump.args_of(line).iter().filter(|arg| arg.extension().role == Role::Target) {
        match arg.value(ruleset.dump.source) {
            Value::NatRange { addresses, ports, .. } => {
                ranges += 1;
                all.keeps_address = addresses.is_none();
                all.address = addresses.and_then(|(first, last)| terms(ruleset.family, first, last));
                (all.port, all.keeps_port) = (ports.and_then(values), ports.is_none());
            }
            Value::Ports(range) => (all.port, all.keeps_port) = (values(range), false),
            // Which port it is then is for the kernel to choose.
            _ => return Translation::default(),
        }
    }
    if ranges > 1 { Translation::default() } else { all }
}

fn values(range: PortRange) -> Option<Values> {
    Values::range(range.low.into(), range.high.into())
}

/// The addresses from one to another; of IPv6 only where they are one.
fn terms(family: Family, first: Net<'_>, last: Net<'_>) -> Option<Vec<Term>> {
    match (first, last) {
        (Net::V4(low, _), Net::V4(high, _)) if family == Family::Ipv4 => {
            Some(vec![Term { field: Field::DST, values: Values::range(low, high)? }])
        }
        (Net::V6(one, _), Net::V6(same, _)) if one == same => {
            let part = |(field, shift): (Field, u32)| {
                let value = u32::try_from(one >> shift & u128::from(u32::MAX)).ok()?;
                Some(Term { field, values: Values::exactly(value) })
            };
            Field::DST.parts().into_iter().zip([96, 64, 32, 0]).map(part).collect()
        }
        _ => None,
    }
}
