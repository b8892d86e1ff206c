//! Random rule sets that nearly collide: few values, several tables and chains, jumps, gotos and returns.

use crate::{
    dump::{Chain, Dump, Table},
    feature::Feature,
    packet::Packet,
    place::{Hooks, Place, TABLES},
    random::Random,
    words::Words,
};

/// A rule that makes the kernel track connections, and does nothing else.
pub const TRACKS: &str = "-m conntrack --ctstate INVALID";

/// What a sample is to be like.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Whose rules.
    pub family: Family,
    /// Whether packets pass a bridge; only with IPv4.
    pub bridged: bool,
    /// What it may not hold.
    pub without: Vec<Feature>,
    /// About how many rules each table may have at most.
    pub rules: u32,
    /// How many packets.
    pub packets: u32,
}

/// Whose rules a sample has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// `iptables`.
    Ipv4,
    /// `ip6tables`.
    Ipv6,
    /// `ebtables`.
    Bridge,
}

/// A rule set, and packets that are likely to meet its rules.
#[derive(Clone, Debug)]
pub struct Sample {
    /// The rules.
    pub dump: Dump,
    /// The sets that they ask, as `ipset save` prints them.
    pub sets: String,
    /// The packets.
    pub packets: Vec<Packet>,
}

impl Sample {
    /// The sample of a seed.
    pub fn new(seed: u64, shape: &Shape) -> Self {
        let mut random = Random::new(seed);
        let words = Words::new(&mut random, shape.family == Family::Ipv6);
        // Where nothing is tracked, fragments reach the rules as they are.
        let is_bridge = shape.family == Family::Bridge;
        let tracked = !is_bridge && !shape.without.contains(&Feature::Conntrack) && random.chance(80);
        let loops = random.chance(50);
        let (bridged, without) = (shape.bridged, &shape.without);
        let mut maker = Maker { random, words, tracked, loops, bridged, without };
        let sets = if is_bridge { String::new() } else { maker.sets() };
        let dump = if is_bridge { maker.bridge_dump(shape.rules) } else { maker.dump(shape.rules) };
        let packet = match (is_bridge, bridged) {
            (true, _) => Maker::frame,
            (false, true) => Maker::bridged_packet,
            (false, false) => Maker::packet,
        };
        let packets = (0..shape.packets).map(|_| packet(&mut maker)).collect();
        Self { dump, sets, packets }
    }
}

/// Makes the parts of one sample.
#[derive(Debug)]
pub(crate) struct Maker<'s> {
    pub(crate) random: Random,
    pub(crate) words: Words,
    /// Whether connections are tracked.
    pub(crate) tracked: bool,
    /// Whether packets go from the host to itself. Then none of this host's gets another destination, of which only the
    /// host would know whether it is its own.
    pub(crate) loops: bool,
    /// Whether packets pass a bridge.
    pub(crate) bridged: bool,
    without: &'s [Feature],
}

impl Maker<'_> {
    /// Whether the sample may hold this.
    pub(crate) fn has(&self, feature: Feature) -> bool {
        let needs_tracking =
            matches!(feature, Feature::Conntrack | Feature::Connmark | Feature::Notrack | Feature::Nat);
        // Where a bridge sends a translated packet is known to its own table only.
        let is_apart =
            self.bridged && matches!(feature, Feature::Nat | Feature::Loopback | Feature::Fragments);
        (self.tracked || !needs_tracking) && !is_apart && !self.without.contains(&feature)
    }

    /// Whether the sample may hold this, and in so many of a hundred cases then.
    pub(crate) fn draws(&mut self, feature: Feature, percent: u32) -> bool {
        self.random.chance(percent) && self.has(feature)
    }

    fn dump(&mut self, rules: u32) -> Dump {
        let choices: [&[&str]; 8] = [
            &["filter"],
            &["filter"],
            &["mangle", "filter"],
            &["raw", "filter"],
            &["raw", "mangle", "nat", "filter"],
            &["raw", "mangle", "filter", "security"],
            &["nat", "filter"],
            &["raw", "mangle", "nat", "filter", "security"],
        ];
        let chosen = self.random.pick(&choices);
        let tracked = self.tracked;
        let mut tables: Vec<_> = TABLES
            .iter()
            // Without tracking, nat is evaluated only if something else needs it.
            .filter(|(name, _)| chosen.contains(name) && (tracked || *name != "nat"))
            .map(|&(name, base)| self.table(name, base, rules))
            .collect();
        if self.tracked
            && let Some(chain) = tables.last_mut().and_then(|table| table.chains.first_mut())
        {
            chain.rules.push(TRACKS.to_owned());
        }
        Dump { tables }
    }

    fn table(&mut self, name: &'static str, base: &[(&str, Hooks)], rules: u32) -> Table {
        let users = self.random.below(7) as usize;
        let mut chains: Vec<_> = base
            .iter()
            .map(|&(chain, hooks)| {
                let policy = if name != "nat" && self.random.chance(20) { "DROP" } else { "ACCEPT" };
                (Chain { name: chain.to_owned(), policy, rules: Vec::new() }, hooks)
            })
            .collect();
        chains.extend(
            (0..users)
                .map(|number| (Chain { name: format!("U{number}"), policy: "-", rules: Vec::new() }, 0)),
        );
        let each = (rules / chains.len() as u32).max(1) + 1;
        // Chains call only later ones, so nothing loops, and all callers of a chain are known when its turn comes.
        for index in 0..chains.len() {
            let place = Place { table: name, hooks: chains[index].1, base: index < base.len() };
            let later = (index + 1).max(base.len())..chains.len();
            for _ in 0..self.random.below(each) {
                let (mut rule, protocol) = self.matches(place);
                if !later.is_empty() && self.random.chance(35) {
                    let called = later.start + self.random.below(later.len() as u32) as usize;
                    chains[called].1 |= place.hooks;
                    let how = if self.random.chance(30) { "-g" } else { "-j" };
                    rule.push(format!("{how} {}", chains[called].0.name));
                } else {
                    self.target(place, protocol, &mut rule);
                }
                chains[index].0.rules.push(rule.join(" "));
            }
        }
        Table { name, chains: chains.into_iter().map(|(chain, _)| chain).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(family: Family, without: &[Feature]) -> Shape {
        Shape { family, bridged: false, without: without.to_vec(), rules: 40, packets: 10 }
    }

    #[test]
    fn a_seed_always_makes_the_same() {
        for family in [Family::Ipv4, Family::Ipv6, Family::Bridge] {
            let make = |seed| Sample::new(seed, &shape(family, &[]));
            assert_eq!((make(7).dump, make(7).packets), (make(7).dump, make(7).packets));
            assert_ne!(make(7).dump, make(8).dump);
        }
    }

    #[test]
    fn what_is_left_out_is_not_there() {
        let text = |without: &[Feature]| -> String {
            (0..60).map(|seed| Sample::new(seed, &shape(Family::Ipv4, without)).dump.to_string()).collect()
        };
        for (feature, words) in [
            (Feature::Nat, &["-j DNAT", "-j SNAT", "-j REDIRECT", "-j MASQUERADE", "-j NETMAP"][..]),
            (Feature::Connmark, &["-j CONNMARK", "-m connmark"]),
            (Feature::Rewrites, &["-j TTL", "-j TOS", "-j DSCP", "-j TCPMSS", "-m dscp"]),
            (Feature::Sets, &["-m set", "-j SET"]),
            (Feature::Refusals, &["-j REJECT", "-j NFQUEUE"]),
        ] {
            let (all, rest) = (text(&[]), text(&[feature]));
            for word in words {
                assert!(all.contains(word), "{word}");
                assert!(!rest.contains(word), "{word}");
            }
        }
    }
}
