//! Dumps of shapes that are easy or hard for whoever wants to know which rules no packet reaches.

use std::fmt::Write as _;

/// A shape, and how many rules it usually has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    /// What it is called.
    pub(crate) name: &'static str,
    /// How many rules are measured.
    pub(crate) rules: usize,
    write: fn(usize, &mut Random, &mut String),
}

/// All shapes.
pub(crate) const SHAPES: &[Shape] = &[
    Shape { name: "classical", rules: 5_000, write: classical },
    Shape { name: "overlapping", rules: 100_000, write: classical },
    Shape { name: "disjoint", rules: 50_000, write: disjoint },
    Shape { name: "interleaved", rules: 20_000, write: interleaved },
    Shape { name: "enumerated", rules: 70_000, write: enumerated },
    Shape { name: "broad", rules: 5_000, write: broad },
    Shape { name: "diamond", rules: 82, write: diamond },
    Shape { name: "satisfiable", rules: 256, write: satisfiable },
    Shape { name: "mutual", rules: 300_000, write: mutual },
];

impl Shape {
    /// A dump of this shape with about so many rules.
    pub(crate) fn dump(self, rules: usize) -> String {
        let mut text = "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\n".to_owned();
        (self.write)(rules, &mut Random(7), &mut text);
        text.push_str("COMMIT\n");
        text
    }
}

/// Numbers that look random and are the same each time. Source: Vigna's splitmix64.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ mixed >> 31) % limit
    }

    fn address(&mut self) -> String {
        format!("10.{}.{}.{}", self.below(256), self.below(256), self.below(256))
    }

    /// One of several; 0 if there are none.
    fn one(&mut self, of: &[u64]) -> u64 {
        let turn = usize::try_from(self.below(of.len() as u64)).unwrap_or_default();
        of.get(turn).copied().unwrap_or_default()
    }

    fn net(&mut self, lengths: &[u64]) -> String {
        let length = self.one(lengths);
        format!("{}/{length}", self.address())
    }
}

fn line(text: &mut String, rule: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{rule}");
}

/// The filter of a company: the state first, then networks, devices, ports and ranges of them.
fn classical(rules: usize, random: &mut Random, text: &mut String) {
    line(text, format_args!("-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"));
    for _ in 1..rules {
        let mut rule = "-A FORWARD".to_owned();
        let has_source = random.below(100) < 80;
        if has_source {
            let _ = write!(rule, " -s {}", random.net(&[16, 20, 24, 24, 28, 32, 32]));
        }
        if !has_source || random.below(100) < 97 {
            let _ = write!(rule, " -d {}", random.net(&[20, 24, 24, 28, 32, 32, 32]));
        }
        if random.below(100) < 20 {
            let _ = write!(rule, " -i eth{}", random.below(6));
        }
        match random.below(10) {
            0 if has_source => {}
            1 => rule.push_str(" -p icmp -m icmp --icmp-type 8"),
            2 | 3 => {
                let low = 1024 + random.below(60_000);
                let _ = write!(rule, " -p udp -m udp --dport {low}:{}", low + random.below(2000));
            }
            4 => {
                let low = 1024 + random.below(60_000);
                let _ = write!(rule, " -p tcp -m tcp --dport {low}:{}", low + random.below(4000));
            }
            _ => {
                let port = random.one(&[22, 25, 53, 80, 110, 143, 389, 443, 3306, 5432, 8080, 8443]);
                let _ = write!(rule, " -p tcp -m tcp --dport {port}");
            }
        }
        line(text, format_args!("{rule} -j {}", if random.below(3) == 0 { "DROP" } else { "ACCEPT" }));
    }
}

/// One address and port a rule, and at the end a rule for all.
fn disjoint(rules: usize, _: &mut Random, text: &mut String) {
    for number in 1..rules {
        let (a, b, c) = (number >> 16 & 255, number >> 8 & 255, number & 255);
        line(text, format_args!("-A FORWARD -d 10.{a}.{b}.{c}/32 -p tcp -m tcp --dport 80 -j ACCEPT"));
    }
    line(text, format_args!("-A FORWARD -d 10.0.0.0/8 -j ACCEPT"));
}

/// Rules for one address and rules for large networks, one after the other.
fn interleaved(rules: usize, random: &mut Random, text: &mut String) {
    for number in 0..rules {
        if number % 2 == 0 {
            let (source, target) = (random.address(), random.address());
            line(
                text,
                format_args!(
                    "-A FORWARD -s {source} -d {target} -p tcp -m tcp --dport {} -j ACCEPT",
                    random.below(65536)
                ),
            );
        } else {
            let low = random.below(60_000);
            line(
                text,
                format_args!(
                    "-A FORWARD -s {} -p udp -m udp --dport {low}:{} -j DROP",
                    random.net(&[8, 10, 12]),
                    low + 4000
                ),
            );
        }
    }
}

/// A network of 65,536 addresses one by one, and then rules for parts of it, which no packet reaches.
fn enumerated(rules: usize, random: &mut Random, text: &mut String) {
    for number in 0..rules.min(65_536) {
        line(text, format_args!("-A FORWARD -s 10.1.{}.{} -j DROP", number >> 8, number & 255));
    }
    for _ in 65_536..rules {
        line(
            text,
            format_args!(
                "-A FORWARD -s 10.1.{}.0/24 -p tcp -m tcp --dport {} -j ACCEPT",
                random.below(256),
                random.below(65536)
            ),
        );
    }
}

/// Large networks and ranges, most of them covered by others together.
fn broad(rules: usize, random: &mut Random, text: &mut String) {
    for _ in 0..rules {
        let (low, from) = (random.below(50_000), random.below(50_000));
        line(
            text,
            format_args!(
                "-A FORWARD -s {} -d {} -p tcp -m tcp --sport {from}:{} --dport {low}:{} -j ACCEPT",
                random.net(&[8, 9, 10, 11]),
                random.net(&[8, 9, 10, 11]),
                from + 15_000,
                low + 15_000
            ),
        );
    }
}

/// Two rules that call the next chain in each of a row of chains: with forty of them, 2^40 ways lead to the last, where a rule
/// is to be reached that no packet can reach.
fn diamond(rules: usize, _: &mut Random, text: &mut String) {
    let chains = rules / 2;
    for chain in 1..chains {
        line(text, format_args!(":C{chain} -"));
    }
    for chain in 0..chains.saturating_sub(1) {
        let from = if chain == 0 { "FORWARD".to_owned() } else { format!("C{chain}") };
        line(text, format_args!("-A {from} ! -s 192.0.2.{chain} -j C{}", chain + 1));
        line(text, format_args!("-A {from} ! -d 192.0.2.{chain} -j C{}", chain + 1));
    }
    line(text, format_args!("-A FORWARD -s 192.0.2.0 -d 192.0.2.0 -j LOG"));
    line(text, format_args!("-A C{} -s 192.0.2.0 -d 192.0.2.0 -j DROP", chains - 1));
}

/// A formula in the clothes of a firewall: a packet reaches the last rule if the answers of tests that nobody looks into
/// satisfy all clauses.
fn satisfiable(rules: usize, random: &mut Random, text: &mut String) {
    let variables = (rules * 10 / 43) as u64;
    for _ in 1..rules {
        let mut rule = "-A FORWARD".to_owned();
        let mut used = Vec::new();
        while used.len() < 3 {
            let variable = random.below(variables);
            if used.contains(&variable) {
                continue;
            }
            used.push(variable);
            let not = if random.below(2) == 0 { "! " } else { "" };
            let _ = write!(rule, " -m string --algo bm {not}--string v{variable}");
        }
        line(text, format_args!("{rule} -j DROP"));
    }
    line(text, format_args!("-A FORWARD -j ACCEPT"));
}

/// Every rule has something in common with every other, and none has all of another.
fn mutual(rules: usize, random: &mut Random, text: &mut String) {
    for number in 0..rules {
        let (low, high) = (random.below(30_000), 32_768 + random.below(30_000));
        let mask = 1_u64 << (number % 32) | 1_u64 << (random.below(32));
        line(
            text,
            format_args!(
                "-A FORWARD -p tcp -m tcp --sport {}:{} --dport {low}:{high} -m mark --mark {:#x}/{mask:#x} -j ACCEPT",
                random.below(30_000),
                32_768 + random.below(30_000),
                random.0 & mask & 0xffff_ffff
            ),
        );
    }
}
