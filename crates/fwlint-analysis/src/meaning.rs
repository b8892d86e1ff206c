//! What a rule means: which packets pass each of its tests, and what happens to those that pass all.
//!
//! One room for each match and target, or for a few that are alike. A test that no room knows may pass any packet or none,
//! and a target that no room knows may do anything.

mod addresses;
mod addrtype;
mod bare;
mod bridge;
mod bridge_ip;
mod conntrack;
mod core_options;
mod headers;
mod icmp;
mod ipsec;
mod mark;
mod opaque;
mod owner;
mod physdev;
mod pkttype;
mod ports;
mod ports_beside;
mod set;
mod target;
mod varying;

#[cfg(test)]
mod tests;

use fwlint_model::{
    Fields, Rule, RuleId,
    syntax::{
        Arg, Family, Value,
        extensions::{self, Extension, ExtensionId, Families, Role, core},
        value,
    },
};
use fwlint_packet::{Cube, Field, Region, Term, Values};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

pub use target::{Action, NOT_LOOKED_INTO, Nat, Then, Verdict, Write};

use crate::world::World;

/// What a rule means.
#[derive(Debug, Default)]
pub struct Meaning {
    /// Its tests, in the order of its words. A packet matches if it passes all of them.
    pub tests: Vec<Test>,
    /// What happens to a packet that matches.
    pub action: Action,
}

/// A test that a rule makes of a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    /// Which of the rule's options it is made by: an index into
    /// [`Dump::args_of`](fwlint_model::syntax::Dump::args_of).
    pub arg: u16,
    /// Which packets pass.
    pub passes: Passes,
}

/// Which packets pass a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Passes {
    /// Those whose field has one of these values.
    Term(Term),
    /// Those of the region.
    Exactly(Region),
    /// Those of the first region, and none that is not in the second. What is in the second only may pass and may not, and
    /// not the same each time.
    Between(Region, Region),
}

/// Says of one rule after the other what it means.
#[derive(Debug)]
pub struct Meanings<'w, 'a, 'd> {
    /// What is given.
    pub world: &'w World<'a, 'd>,
    /// The rooms of all extensions, by their numbers.
    rooms: Vec<Option<Room>>,
    /// The answers of tests that are not looked into, by what tells such a test from others.
    opaque: FxHashMap<Vec<u8>, Field>,
}

/// One use of a match in a rule.
#[derive(Debug)]
struct Use<'r, 'd> {
    extension: &'static Extension,
    /// Its options, each with its number in the rule.
    args: &'r [(u16, &'d Arg)],
    source: &'d [u8],
}

/// Where a room puts what it says of a match.
#[derive(Debug)]
struct Tests<'t, 'w, 'a, 'd> {
    out: &'t mut Vec<Test>,
    /// Which option is spoken of.
    arg: u16,
    rule: &'t Rule,
    /// All options of the rule.
    args: &'t [Arg],
    meanings: &'t mut Meanings<'w, 'a, 'd>,
}

/// Of how many cubes a region may be before a test is rather not looked into.
const MOST_CUBES: usize = 64;

/// The states of packets that belong to a connection.
const CONNECTED: Values = Values::OneOf(1 << Field::NEW | 1 << Field::ESTABLISHED | 1 << Field::RELATED);

/// The fragments that hold the header behind that of IP.
const HOLDS_HEADER: Values = Values::OneOf(1 << Field::WHOLE | 1 << Field::FIRST);

/// Says what one use of a match tests.
type Room = fn(&Use<'_, '_>, &mut Tests<'_, '_, '_, '_>);

/// How much is told of the packets that pass a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// Fields of the packet say it. An option that asks for something else has one unknown answer for a packet.
    Clear,
    /// A test has one unknown answer for a packet, and its opposite the other.
    Opaque,
    /// The answer may be another one each time.
    Varying,
    /// Nothing is known of it.
    Unknown,
}

/// How much is told of the packets that pass a match.
pub fn sight(extension: &Extension) -> Sight {
    room(extension).map_or(Sight::Unknown, |(sight, _)| sight)
}

/// The room of a match; `None` if there is none. Those of many rules stand first.
fn room(extension: &Extension) -> Option<(Sight, Room)> {
    use Sight::{Clear, Opaque, Varying};
    let is_only = |families| extension.families == families;
    Some(match extension.name {
        "comment" => (Clear, bare::all_pass),
        "tcp" | "udp" => (Clear, ports::tests),
        "conntrack" | "state" => (Clear, conntrack::tests),
        "mark" | "mark_m" | "connmark" => (Clear, mark::tests),
        "multiport" => (Clear, ports_beside::multiport),
        "set" => (Clear, set::tests),
        "addrtype" => (Clear, addrtype::tests),
        "icmp" | "icmp6" => (Clear, icmp::tests),
        "limit" | "connlimit" | "cpu" | "hashlimit" | "ipvs" | "nfacct" | "quota" | "rateest" | "recent"
        | "socket" | "time" => (Varying, varying::any),
        "statistic" => (Varying, varying::statistic),
        "connbytes" | "cluster" => (Varying, varying::of_connections),
        "connlabel" => (Varying, varying::connlabel),
        "osf" => (Varying, varying::osf),
        "dccp" => (Clear, ports_beside::dccp),
        "sctp" => (Clear, ports_beside::sctp),
        "iprange" => (Clear, addresses::iprange),
        "mac" => (Clear, addresses::mac),
        "among" => (Clear, addresses::among),
        "pkttype" if is_only(Families::BRIDGE) => (Clear, pkttype::of_frames),
        "pkttype" => (Clear, pkttype::tests),
        "owner" => (Clear, owner::tests),
        "physdev" => (Clear, physdev::tests),
        "dscp" | "tos" => (Clear, headers::tos),
        "ecn" => (Clear, headers::ecn),
        "hl" | "ttl" => (Clear, headers::ttl),
        "length" => (Clear, headers::length),
        "realm" => (Clear, headers::realm),
        "ah" if is_only(Families::V6) => (Opaque, opaque::of_headers),
        "ah" | "esp" | "ipcomp" => (Clear, ipsec::index),
        "policy" => (Opaque, ipsec::policy),
        "cgroup" => (Opaque, owner::cgroup),
        "bpf" => (Opaque, opaque::bpf),
        "devgroup" | "helper" | "tcpmss" | "u32" => (Opaque, opaque::each_option),
        "dst" | "eui64" | "frag" | "hbh" | "ipv6header" | "rt" | "srh" | "802_3" | "stp" => {
            (Opaque, opaque::of_headers)
        }
        "mh" => (Opaque, opaque::mobility),
        "rpfilter" => (Opaque, opaque::rpfilter),
        "string" => (Opaque, opaque::string),
        "arp" => (Clear, bridge::arp),
        "vlan" => (Clear, bridge::vlan),
        "ip" => (Clear, bridge_ip::tests),
        "ip6" => (Clear, bridge_ip::tests6),
        "log" | "nflog" | "ulog" => (Clear, bare::all_pass),
        _ => return None,
    })
}

impl<'w, 'a, 'd> Meanings<'w, 'a, 'd> {
    /// Nothing said yet.
    pub fn new(world: &'w World<'a, 'd>) -> Self {
        let rooms = extensions::all().map(|extension| room(extension).map(|(_, room)| room)).collect();
        Self { world, rooms, opaque: FxHashMap::default() }
    }

    /// Says what a rule means, in place of what was said before. Where its line stands for several rules, of which a
    /// packet may meet any, this is what one of them means, if `copy` says which, counted from
    /// [`Rule::first`](fwlint_model::Rule::first); else what they mean together.
    pub fn of(&mut self, rule: RuleId, copy: Option<u32>, meaning: &mut Meaning) {
        let ruleset = self.world.ruleset;
        let content = &ruleset.rules[rule];
        let line = ruleset.line(rule);
        let args = ruleset.dump.args_of(line);
        meaning.tests.clear();
        meaning.action = target::action(self.world, rule, copy);
        let mut tests = Tests { out: &mut meaning.tests, arg: 0, rule: content, args, meanings: self };
        if line.broken || (content.is_part && copy.is_none()) {
            tests.either();
        }
        core_options::tests(args, copy.map(|copy| content.first + copy), &mut tests);
        let mut options = uses(ruleset.family, ruleset.dump.source, args);
        // Stable, so that the options of each use keep their order.
        options.sort_by_key(|option| option.first);
        for group in options.chunk_by(|one, two| one.first == two.first) {
            let Some(&Given { extension, first, .. }) = group.first() else { continue };
            let own = group.iter().filter(|option| option.arg.id() != core::MATCH);
            let own: SmallVec<[(u16, &Arg); 6]> = own.map(|option| (option.number, option.arg)).collect();
            let room = tests.meanings.rooms.get(extension.index()).copied().flatten();
            let this = Use { extension: extension.extension(), args: &own, source: ruleset.dump.source };
            tests.arg = first;
            match room {
                Some(room) => room(&this, &mut tests),
                None => tests.either(),
            }
        }
    }
}

/// An option of a match, or the `-m` that names it.
struct Given<'d> {
    /// Which of the rule's options it is.
    number: u16,
    arg: &'d Arg,
    extension: ExtensionId,
    /// The option that begins this use of the match: the `-m` that names it, or where there is none, the first option.
    first: u16,
}

/// The options of matches, in their order.
fn uses<'d>(family: Family, source: &[u8], args: &'d [Arg]) -> SmallVec<[Given<'d>; 12]> {
    struct Open {
        extension: ExtensionId,
        first: u16,
        is_named: bool,
    }
    let mut open: SmallVec<[Open; 4]> = SmallVec::new();
    let mut options = SmallVec::new();
    let mut rest = args.iter().peekable();
    for number in 0.. {
        let Some(arg) = rest.next() else { break };
        let (extension, is_named) = match arg.extension().role {
            Role::Core if arg.id() == core::MATCH => {
                // Mostly an option of the match follows, which says at once which match it is.
                let name = arg.value_span().of(source);
                let next = rest.peek().map(|next| (next.extension(), next.id().extension_id()));
                let told = next.filter(|(next, _)| next.role == Role::Match && next.name.as_bytes() == name);
                (told.map_or_else(|| extensions::match_named(name, family), |(_, id)| id), true)
            }
            Role::Match => (arg.id().extension_id(), false),
            Role::Core | Role::Target => continue,
        };
        let last = open.iter_mut().rfind(|open| open.extension == extension);
        let first = match last {
            Some(last) if !(is_named && last.is_named) => {
                last.is_named |= is_named;
                last.first
            }
            _ => {
                open.push(Open { extension, first: number, is_named });
                number
            }
        };
        options.push(Given { number, arg, extension, first });
    }
    options
}

impl<'d> Use<'_, 'd> {
    /// The options by name, each with its value, and whether it is negated.
    fn options(&self) -> impl Iterator<Item = (u16, &'static str, Value<'d>, bool)> {
        self.args.iter().filter_map(|&(number, arg)| {
            Some((number, arg.spec()?.name, arg.value(self.source), arg.negated()))
        })
    }

    /// The option of this name.
    fn option(&self, name: &str) -> Option<(u16, Value<'d>, bool)> {
        let mut options = self.options().filter(|(_, own, ..)| *own == name);
        options.next().map(|(number, _, value, negated)| (number, value, negated))
    }

    /// Whether an option of this name is given.
    fn has(&self, name: &str) -> bool {
        self.option(name).is_some()
    }

    /// What tells this use of the match from others: all its options, in an order of their own unless some may stand
    /// several times.
    fn key(&self) -> Vec<u8> {
        let mut args: SmallVec<[&Arg; 6]> = self.args.iter().map(|&(_, arg)| arg).collect();
        if !args.iter().any(|arg| arg.spec().is_some_and(|spec| spec.repeats)) {
            args.sort_by_key(|arg| arg.id());
        }
        let mut key = self.extension.name.as_bytes().to_vec();
        for arg in args {
            key.push(if arg.negated() { b'!' } else { 0 });
            self.write_option(arg, &mut key);
        }
        key
    }

    /// What tells an option from others of its match, negated or not.
    fn option_key(&self, number: u16) -> Vec<u8> {
        let mut key = self.extension.name.as_bytes().to_vec();
        for (_, arg) in self.args.iter().filter(|(own, _)| *own == number) {
            key.push(0);
            self.write_option(arg, &mut key);
        }
        key
    }

    fn write_option(&self, arg: &Arg, out: &mut Vec<u8>) {
        match arg.spec() {
            Some(spec) => {
                out.extend_from_slice(spec.name.as_bytes());
                out.push(0);
                value::print(spec.kind, &arg.value(self.source), out);
            }
            None => out.extend_from_slice(arg.span().of(self.source)),
        }
    }
}

impl<'w, 'a, 'd> Tests<'_, 'w, 'a, 'd> {
    /// What is given besides the rules.
    fn world(&self) -> &'w World<'a, 'd> {
        self.meanings.world
    }

    /// Speaks of this option from now on.
    fn at(&mut self, arg: u16) -> &mut Self {
        self.arg = arg;
        self
    }

    /// Only packets pass whose field has one of these values.
    fn term(&mut self, field: Field, values: Values) {
        match field.all().and(values) {
            Some(all) if all == field.all() => {}
            Some(values) => self.push(Passes::Term(Term { field, values })),
            None => self.never(),
        }
    }

    /// Only packets pass whose field has one of these values, or if it is negated, another one. No packet passes without a
    /// value.
    fn values(&mut self, field: Field, values: Option<Values>, negated: bool) {
        match (values, negated) {
            (Some(values), false) => self.term(field, values),
            (Some(values), true) => {
                let others = field.all().without(values);
                match *others {
                    [only] => self.term(field, only),
                    _ => self.region(others.iter().filter_map(|&values| Cube::of(field, values)).collect()),
                }
            }
            (None, false) => self.never(),
            (None, true) => {}
        }
    }

    /// Only packets of the region pass.
    fn region(&mut self, region: Region) {
        match region.cubes() {
            [cube] => cube.iter().for_each(|&term| self.push(Passes::Term(term))),
            _ => self.push(Passes::Exactly(region)),
        }
    }

    /// Only packets of the region pass, or if it is negated, only others.
    fn region_or_not(&mut self, region: Region, negated: bool) {
        self.region(if negated { region.complement() } else { region });
    }

    /// Packets of the first region pass, those outside of the second do not, and others may.
    fn between(&mut self, surely: Region, maybe: Region) {
        self.push(Passes::Between(surely, maybe));
    }

    /// Packets of the region may pass and may not, others do not.
    fn at_most(&mut self, maybe: Region) {
        self.between(Region::none(), maybe);
    }

    /// Any packet may pass and may not.
    fn either(&mut self) {
        self.between(Region::none(), Region::all());
    }

    /// No packet passes.
    fn never(&mut self) {
        self.region(Region::none());
    }

    /// The same packet passes each time or never, but nothing more is known; with `negated` the opposite of the same test
    /// without it. Tests of the same `key` are the same. `reads` is what a target may write that the answer depends on.
    fn opaque(&mut self, key: &[u8], reads: Fields, negated: bool) {
        match self.opaque_term(key, reads, negated) {
            Some(Term { field, values }) => self.term(field, values),
            None => self.either(),
        }
    }

    /// Likewise, as a region; `None` if the answer may change on the way.
    fn opaque_region(&mut self, key: &[u8], reads: Fields, negated: bool) -> Option<Region> {
        let Term { field, values } = self.opaque_term(key, reads, negated)?;
        Some(Region::of(field, values))
    }

    fn opaque_term(&mut self, key: &[u8], reads: Fields, negated: bool) -> Option<Term> {
        let table = self.world().ruleset.chains[self.rule.chain].table;
        if self.world().written_in(table).overlaps(reads) {
            return None;
        }
        let opaque = &mut self.meanings.opaque;
        let field = if let Some(&field) = opaque.get(key) {
            field
        } else {
            let field = u16::try_from(opaque.len()).ok().and_then(Field::opaque)?;
            opaque.insert(key.to_vec(), field);
            field
        };
        Some(Term { field, values: Values::OneOf(if negated { 1 } else { 2 }) })
    }

    /// Only packets of tracked connections pass.
    fn connected(&mut self) {
        self.term(Field::CT_STATE, CONNECTED);
    }

    /// Only packets pass that hold the header behind that of IP. A later fragment holds none, and one that is too short for
    /// it is thrown away by a match that looks.
    fn holds_header(&mut self) {
        self.term(Field::FRAGMENT, HOLDS_HEADER);
    }

    /// Only packets pass whose headers of IP, or of what else they are, can be read to the last.
    fn not_broken(&mut self) {
        let Values::OneOf(all) = Field::FRAGMENT.all() else { return };
        self.term(Field::FRAGMENT, Values::OneOf(all & !(1 << Field::BROKEN)));
    }

    /// Whether the rule is for all protocols but one. `nf_tables` takes such a rule even where its options read the header
    /// of that one protocol, and then they read the bytes that stand in its place.
    fn protocol_is_inverted(&self) -> bool {
        self.args.iter().any(|arg| arg.id() == core::PROTOCOL && arg.negated())
    }

    fn push(&mut self, passes: Passes) {
        let is_open = self.world().touches_any() && self.reads_touched(&passes);
        let passes = if is_open { Passes::Between(Region::none(), Region::all()) } else { passes };
        self.out.push(Test { arg: self.arg, passes });
    }

    fn reads_touched(&self, passes: &Passes) -> bool {
        let is_touched = |term: &Term| self.world().is_touched(term.field);
        match passes {
            Passes::Term(term) => is_touched(term),
            Passes::Exactly(region) | Passes::Between(_, region) => {
                region.cubes().iter().any(|cube| cube.iter().any(is_touched))
            }
        }
    }
}
