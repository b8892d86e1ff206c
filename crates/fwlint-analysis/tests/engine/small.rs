//! Small rule sets that nearly collide, and all packets that they tell apart.

use std::{fmt::Write, ops::Range};

use fwlint_analysis::{
    World,
    packet::{Field, Packet},
};

/// How many ways through one chain are tried for one packet.
pub(crate) const MAX_WAYS: usize = 4_096;

/// Which fields the tests of a rule set look at, with values that stand for all others.
pub(crate) struct Space {
    axes: Vec<(Field, Vec<u32>)>,
}

impl Space {
    /// All packets.
    pub(crate) fn packets(&self) -> Vec<Packet> {
        self.axes.iter().fold(vec![Packet::new()], |packets, (field, values)| {
            let with = |packet: &Packet| {
                values.iter().map(|&value| packet.clone().with(*field, value)).collect::<Vec<_>>()
            };
            packets.iter().flat_map(with).collect()
        })
    }
}

/// Numbers that look random and are the same for each seed.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed >> 33) as usize % limit
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn one<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.below(of.len())]
    }
}

/// What rules of a rule set may test.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Axis {
    Source,
    Port,
    Mark,
    Connmark,
    Device,
    State,
    Opaque,
}

const AXES: [Axis; 7] =
    [Axis::Source, Axis::Port, Axis::Mark, Axis::Connmark, Axis::Device, Axis::State, Axis::Opaque];

impl Axis {
    /// A test. No `-m` is written twice for one rule, since each rule has at most one test of an axis.
    fn test(self, random: &mut Random) -> String {
        let not = if random.chance(25) { "! " } else { "" };
        match self {
            Self::Source => {
                let net = random.one(&[
                    "10.0.0.0/30",
                    "10.0.0.0/31",
                    "10.0.0.2/31",
                    "10.0.0.0",
                    "10.0.0.1",
                    "10.0.0.2",
                    "10.0.0.3",
                    "0.0.0.1/0.0.0.1",
                    "10.0.0.1/255.0.0.3",
                    "0.0.0.0/1",
                ]);
                format!("{not}-s {net}")
            }
            Self::Port => {
                let protocol = random.one(&["-p tcp", "-p tcp", "-p udp"]);
                let ports = random.one(&["80", "81", "80:81", "81:82", ":81", "82:", "0:79"]);
                match random.below(5) {
                    0 => protocol.to_owned(),
                    1 => format!("{protocol} -m multiport {not}--dports 80,82:83"),
                    _ => format!("{protocol} {not}--dport {ports}"),
                }
            }
            Self::Mark => format!(
                "-m mark {not}--mark {}",
                random.one(&["1/1", "0/1", "2/2", "0/2", "3/3", "1/3", "0/3", "1", "2"])
            ),
            Self::Connmark => {
                format!("-m connmark {not}--mark {}", random.one(&["1/1", "0/1", "2/3", "0/3", "1"]))
            }
            Self::Device => format!("{not}-i {}", random.one(&["eth0", "eth1", "eth+"])),
            Self::State => format!(
                "-m conntrack {not}--ctstate {}",
                random.one(&["NEW", "ESTABLISHED", "NEW,ESTABLISHED", "INVALID,DNAT", "RELATED"])
            ),
            Self::Opaque => format!("-m string --algo bm {not}--string {}", random.one(&["one", "two"])),
        }
    }

    fn space(self) -> Vec<(Field, Vec<u32>)> {
        let address = |last: u32| 0x0a00_0000 | last;
        match self {
            // Of each kind of address that rules tell apart, one.
            Self::Source => {
                let near = (0..6).map(address);
                vec![(Field::SRC, near.chain([0x0100_0000, 0x0100_0001, 0xc000_0200, 0xc000_0201]).collect())]
            }
            Self::Port => vec![
                (Field::DPORT, vec![1, 80, 81, 82, 83, 90]),
                (Field::PROTOCOL, vec![6, 17, 1]),
                (Field::FRAGMENT, vec![Field::WHOLE, Field::LATER]),
            ],
            // 4 stands for all marks with a bit that no rule asks for.
            Self::Mark => vec![(Field::MARK, (0..8).collect())],
            Self::Connmark => vec![(Field::CONNMARK, (0..8).collect())],
            Self::Device => vec![(Field::IN_DEVICE, Vec::new())],
            Self::State => {
                vec![(Field::CT_STATE, (0..5).collect()), (Field::CT_STATUS, vec![0, Field::STATUS_DST_NAT])]
            }
            Self::Opaque => Vec::new(),
        }
    }
}

const CHAINS: [&str; 4] = ["A", "B", "C", "D"];

/// A rule set in which chains call only those behind them, and what its tests look at.
pub(crate) fn dump(random: &mut Random) -> (String, Vec<Axis>) {
    let mut axes: Vec<_> = AXES.into_iter().filter(|_| random.chance(40)).collect();
    axes.truncate(3);
    let mut text = "*mangle\n:PREROUTING ACCEPT\n:INPUT DROP\n".to_owned();
    let user_chains = random.below(5);
    for chain in &CHAINS[..user_chains] {
        writeln!(text, ":{chain} -").unwrap();
    }
    let chains: Vec<_> =
        ["PREROUTING", "INPUT"].into_iter().chain(CHAINS[..user_chains].iter().copied()).collect();
    for (number, chain) in chains.iter().enumerate() {
        // Long chains have indexes. There is nothing to choose in them, or there would be too many ways.
        let is_long = random.chance(5);
        for _ in 0..if is_long { 30 + random.below(20) } else { random.below(7) } {
            let mut line = format!("-A {chain}");
            let mut has_test = false;
            for axis in &axes {
                if random.chance(if is_long { 80 } else { 45 }) {
                    write!(line, " {}", axis.test(random)).unwrap();
                    has_test = true;
                }
            }
            if !is_long && (random.chance(12) || (!has_test && random.chance(30))) {
                write!(
                    line,
                    " {}",
                    random.one(&["-m limit --limit 1/s", "-m statistic --mode random --probability 0.5"])
                )
                .unwrap();
            }
            let callable = &chains[(number + 1).max(2).min(chains.len())..];
            let target = match random.below(12) {
                0..=2 => random.one(&["-j ACCEPT", "-j DROP"]).to_owned(),
                3 => "-j RETURN".to_owned(),
                4 | 5 if axes.contains(&Axis::Mark) || axes.contains(&Axis::Connmark) => {
                    let mark = random.one(&["1/1", "0/1", "1/0", "2/2", "3/3", "0/3", "2/0", "1/3", "0x1"]);
                    // What is copied must be known in full.
                    match random.below(6) {
                        0 if axes.contains(&Axis::Mark) => {
                            "-j CONNMARK --save-mark --nfmask 0x1 --ctmask 0x3".to_owned()
                        }
                        1 if axes.contains(&Axis::Connmark) => {
                            "-j CONNMARK --restore-mark --nfmask 0x3 --ctmask 0x3".to_owned()
                        }
                        2 => format!("-j CONNMARK --set-xmark {mark}"),
                        3 => format!("-j MARK --or-mark {}", random.one(&["1", "2"])),
                        _ => format!("-j MARK --set-xmark {mark}"),
                    }
                }
                6 => "-j LOG".to_owned(),
                _ if !callable.is_empty() => {
                    format!("-{} {}", random.one(&["j", "j", "g"]), random.one(callable))
                }
                _ => random.one(&["-j ACCEPT", "-j RETURN", "-j DROP"]).to_owned(),
            };
            writeln!(text, "{line} {target}").unwrap();
        }
    }
    text.push_str("COMMIT\n");
    (text, axes)
}

/// All packets that may come.
pub(crate) fn space(world: &World<'_, '_>, axes: &[Axis]) -> Space {
    let devices =
        || ["eth0", "eth1", "eth7", "wlan0"].map(|name| world.devices.number(name.as_bytes())).to_vec();
    let mut known: Vec<(Field, Vec<u32>)> = vec![
        (Field::SRC, vec![0xc000_0201]),
        (Field::DPORT, vec![443]),
        (Field::PROTOCOL, vec![6]),
        (Field::MARK, vec![0]),
        (Field::CONNMARK, vec![0]),
        (Field::IN_DEVICE, vec![world.devices.number(b"eth9")]),
        (Field::OUT_DEVICE, vec![0]),
        // Marks of connections are written only where there is one.
        (Field::CT_STATE, vec![Field::NEW, Field::UNTRACKED]),
        (Field::CT_STATUS, vec![0]),
        (Field::FRAGMENT, vec![Field::WHOLE]),
    ];
    for (field, values) in axes.iter().flat_map(|axis| axis.space()) {
        let values = if field == Field::IN_DEVICE { devices() } else { values };
        known.iter_mut().filter(|(own, _)| *own == field).for_each(|(_, own)| own.clone_from(&values));
    }
    Space { axes: known }
}

/// Which rule sets to try: those of `FWLINT_SEEDS`, as in `0..10000`, or these.
pub(crate) fn seeds(usual: Range<u64>) -> Range<u64> {
    let range = std::env::var("FWLINT_SEEDS").ok();
    let ends = range.as_deref().and_then(|range| range.split_once(".."));
    ends.map_or(usual, |(start, end)| start.parse().unwrap()..end.parse().unwrap())
}
