//! What a rule's tests depend on and what its target does.

use fwlint_syntax::{
    Arg,
    extensions::{self, Role, core},
};

use crate::{
    flow::Flow,
    graph::ChainGraph,
    ids::{Arena, ChainId, RuleId},
    ruleset::{Ruleset, Target},
};

/// What a rule depends on and what it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nature {
    /// Whether the same packet gets the same answer each time, as long as nothing of [`reads`](Self::reads) is
    /// written in between. Never so where the rule is broken or a test is kept word for word.
    pub pure: bool,
    /// What its tests look at that a rule may write.
    pub reads: Fields,
    /// What it writes itself: not what is written in a chain it calls.
    pub writes: Fields,
    /// What its target does.
    pub effect: Effect,
}

/// What a target does with a packet that matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: it only counts.
    Nothing,
    /// It decides where the packet goes, and does nothing else.
    Verdict,
    /// The packet goes through another chain.
    Call,
    /// It writes, and the packet goes on.
    Write,
    /// Something happens outside of the packet (a line in the log, a reply, a set's new member, a program that is
    /// asked), or it is not known what.
    Other,
}

/// Things that rules may write and other rules may read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Fields(u8);

impl Fields {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// Everything: what is not understood may write anything.
    pub const ALL: Self = Self(u8::MAX);
    /// The packet's mark.
    pub const MARK: Self = Self(1);
    /// The connection's mark.
    pub const CONNMARK: Self = Self(1 << 1);
    /// What connection tracking knows of the packet.
    pub const CONNTRACK: Self = Self(1 << 2);
    /// The members of ipsets.
    pub const SETS: Self = Self(1 << 3);
    /// Addresses of any kind, and the port numbers beside them.
    pub const ADDRESSES: Self = Self(1 << 4);
    /// What else stands in the packet's headers: TTL, TOS, TCP options.
    pub const HEADERS: Self = Self(1 << 5);

    /// One by one.
    pub const EACH: [Self; 6] =
        [Self::MARK, Self::CONNMARK, Self::CONNTRACK, Self::SETS, Self::ADDRESSES, Self::HEADERS];

    /// Both together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether they have anything in common.
    pub const fn overlaps(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// What a rule's tests depend on and what its target does.
pub fn nature(ruleset: &Ruleset<'_>, rule: RuleId) -> Nature {
    let line = ruleset.line(rule);
    let mut args = ruleset.dump.args_of(line).iter();
    let reads = args.try_fold(Fields::NONE, |reads, arg| Some(reads.and(option_reads(ruleset, arg)?)));
    let reads = reads.filter(|_| !line.broken);
    Nature {
        pure: reads.is_some(),
        reads: reads.unwrap_or(Fields::ALL),
        writes: writes(ruleset, rule),
        effect: effect(ruleset, rule),
    }
}

/// What is written where packets go through a rule or a chain, by all the chains that are called from there as well.
/// What is done to packets that never come back does not count.
#[derive(Debug)]
pub struct Writes {
    rules: Arena<RuleId, Fields>,
    chains: Arena<ChainId, Fields>,
}

impl Writes {
    /// Finds what is written.
    pub fn new(ruleset: &Ruleset<'_>, graph: &ChainGraph, flow: &Flow) -> Self {
        let ends = |rule| flow.end(rule).is_some();
        let own = |rule| if ends(rule) { writes_by_matches(ruleset, rule) } else { writes(ruleset, rule) };
        let mut rules: Arena<_, _> = ruleset.rules.ids().map(own).collect();
        let mut chains: Arena<ChainId, _> = ruleset.chains.ids().map(|_| Fields::NONE).collect();
        for &chain in graph.bottom_up() {
            // From where a goto leads packets return as well, to this chain's caller.
            let coming_back = graph.calls_from(chain).filter(|call| call.goto || !ends(call.rule));
            let called = coming_back.map(|call| chains[call.to]);
            let own = ruleset.rules_of(chain).map(|rule| rules[rule]);
            chains[chain] = called.chain(own).fold(Fields::NONE, Fields::and);
            // The chains of a loop stand together; with the last of them all are known.
            if let Some(circle) = graph.loop_of(chain).filter(|circle| circle.chains.last() == Some(&chain)) {
                let all = circle.chains.iter().fold(Fields::NONE, |all, &chain| all.and(chains[chain]));
                for &chain in &circle.chains {
                    chains[chain] = all;
                }
            }
        }
        for (rule, content) in ruleset.rules.iter() {
            if let Target::Jump(chain) = content.target
                && !ends(rule)
            {
                rules[rule] = rules[rule].and(chains[chain]);
            }
        }
        Self { rules, chains }
    }

    /// What may have changed when a packet gets from the rule to the next one.
    pub fn of(&self, rule: RuleId) -> Fields {
        self.rules[rule]
    }

    /// What may have changed when a packet comes back from the chain.
    pub fn below(&self, chain: ChainId) -> Fields {
        self.chains[chain]
    }
}

/// What a test looks at; `None` if the same packet may get another answer the next time.
fn option_reads(ruleset: &Ruleset<'_>, arg: &Arg) -> Option<Fields> {
    let extension = arg.extension();
    match extension.role {
        Role::Target => Some(Fields::NONE),
        Role::Match => match_reads(extension.name, arg.spec()?.name),
        Role::Core => match arg.id() {
            core::MATCH => {
                let name = arg.value_span().of(ruleset.dump.source);
                let id = extensions::by_name(Role::Match, name, ruleset.family)?;
                let name = id.extension().name;
                is_pure(name.as_bytes()).then_some(bare_match_reads(name))
            }
            core::SOURCE | core::DESTINATION => Some(Fields::ADDRESSES),
            _ if arg.spec()?.name.ends_with("-mac") => Some(Fields::ADDRESSES),
            _ => Some(Fields::NONE),
        },
    }
}

/// Whether a match is a function of the packet and of [`Fields`]. Only those that are known to be so are.
pub fn is_pure(name: &[u8]) -> bool {
    matches!(
        name,
        b"802_3"
            | b"addrtype"
            | b"ah"
            | b"among"
            | b"arp"
            | b"cgroup"
            | b"comment"
            | b"connmark"
            | b"conntrack"
            | b"dccp"
            | b"devgroup"
            | b"dscp"
            | b"dst"
            | b"ecn"
            | b"esp"
            | b"eui64"
            | b"frag"
            | b"hbh"
            | b"helper"
            | b"hl"
            | b"icmp"
            | b"icmp6"
            | b"ip"
            | b"ip6"
            | b"ipcomp"
            | b"iprange"
            | b"ipv6header"
            | b"length"
            | b"mac"
            | b"mark"
            | b"mark_m"
            | b"mh"
            | b"multiport"
            | b"owner"
            | b"physdev"
            | b"pkttype"
            | b"policy"
            | b"realm"
            | b"rpfilter"
            | b"rt"
            | b"sctp"
            | b"set"
            | b"srh"
            | b"state"
            | b"stp"
            | b"string"
            | b"tcp"
            | b"tcpmss"
            | b"tos"
            | b"ttl"
            | b"u32"
            | b"udp"
            | b"vlan"
    )
}

/// What a match looks at even without any option.
fn bare_match_reads(name: &str) -> Fields {
    match name {
        "eui64" => Fields::ADDRESSES,
        // A route is looked up for the packet's type of service.
        "rpfilter" => Fields::ADDRESSES.and(Fields::HEADERS),
        _ => Fields::NONE,
    }
}

/// What an option of a match looks at; `None` if the same packet may get another answer the next time.
pub fn match_reads(name: &str, option: &str) -> Option<Fields> {
    match (name, option) {
        ("mark" | "mark_m", _) => Some(Fields::MARK),
        ("connmark", _) => Some(Fields::CONNMARK),
        ("set", "match-set") => Some(Fields::SETS.and(Fields::ADDRESSES)),
        ("set", "return-nomatch") => Some(Fields::NONE),
        // A lifetime that runs out, and counters that the match itself may raise.
        ("conntrack", "ctexpire") | ("set", _) => None,
        ("conntrack" | "helper" | "state", _) => Some(Fields::CONNTRACK),
        ("tcp", "tcp-option") | ("ip", "ip-tos") | ("ip6", "ip6-tclass") => Some(Fields::HEADERS),
        // TCPMSS may lengthen the packet.
        ("dscp" | "ecn" | "hl" | "length" | "tcpmss" | "tos" | "ttl", _) => Some(Fields::HEADERS),
        ("rpfilter", "validmark") => Some(Fields::MARK),
        // Any byte of the packet.
        ("string" | "u32", _) => Some(Fields::ADDRESSES.and(Fields::HEADERS)),
        // For what comes over lo, the type of a packet is told from its address.
        (
            "addrtype" | "among" | "arp" | "dccp" | "icmp" | "icmp6" | "ip" | "ip6" | "iprange" | "mac"
            | "multiport" | "pkttype" | "sctp" | "tcp" | "udp",
            _,
        ) => Some(Fields::ADDRESSES),
        _ => is_pure(name.as_bytes()).then_some(Fields::NONE),
    }
}

fn writes(ruleset: &Ruleset<'_>, rule: RuleId) -> Fields {
    let line = ruleset.line(rule);
    if line.broken {
        return Fields::ALL;
    }
    let by_target = match ruleset.rules[rule].target {
        Target::Undefined => Fields::ALL,
        Target::Extension(id) => target_writes(id.extension().name),
        _ => Fields::NONE,
    };
    by_target.and(writes_by_matches(ruleset, rule))
}

/// What a rule's matches write, whether or not the packet matches in the end: those that are modelled nothing, but for
/// two.
fn writes_by_matches(ruleset: &Ruleset<'_>, rule: RuleId) -> Fields {
    let line = ruleset.line(rule);
    let args = ruleset.dump.args_of(line);
    if line.verbatim && args.iter().any(|arg| is_of_unmodelled_match(ruleset, arg)) {
        return Fields::ALL;
    }
    let written = args.iter().map(match_writes);
    written.fold(Fields::NONE, Fields::and)
}

/// What a match writes that has this option, whether or not the packet passes. Those of the kernel get the packet to read
/// only, and two write nonetheless.
pub fn match_writes(arg: &Arg) -> Fields {
    let extension = arg.extension();
    match extension.name {
        _ if extension.role != Role::Match => Fields::NONE,
        "socket" if arg.spec().is_some_and(|spec| spec.name == "restore-skmark") => Fields::MARK,
        // Where several nodes are sent the same frame, it makes it look as if it were for this one alone.
        "cluster" => Fields::ADDRESSES,
        _ => Fields::NONE,
    }
}

fn is_of_unmodelled_match(ruleset: &Ruleset<'_>, arg: &Arg) -> bool {
    match arg.extension().role {
        Role::Match => arg.extension().verbatim,
        Role::Core if arg.id() == core::MATCH => {
            let name = arg.value_span().of(ruleset.dump.source);
            let id = extensions::by_name(Role::Match, name, ruleset.family);
            id.is_none_or(|id| id.extension().verbatim)
        }
        Role::Core | Role::Target => false,
    }
}

/// What a target writes. Names in lower case are those of ebtables and arptables.
pub fn target_writes(name: &str) -> Fields {
    match name {
        "HMARK" | "MARK" | "TPROXY" | "mark" => Fields::MARK,
        // `--restore-mark` writes the packet's.
        "CONNMARK" => Fields::MARK.and(Fields::CONNMARK),
        "CT" | "NOTRACK" => Fields::CONNTRACK.and(Fields::CONNMARK),
        // `--map-mark` writes the mark that the set holds.
        "SET" => Fields::SETS.and(Fields::MARK),
        "DNPT" | "SNPT" | "dnat" | "mangle" | "redirect" | "snat" => Fields::ADDRESSES,
        "DNAT" | "MASQUERADE" | "NETMAP" | "REDIRECT" | "SAME" | "SNAT" => {
            Fields::ADDRESSES.and(Fields::CONNTRACK)
        }
        "CHECKSUM" | "DSCP" | "ECN" | "HL" | "TCPMSS" | "TCPOPTSTRIP" | "TOS" | "TTL" => Fields::HEADERS,
        "AUDIT" | "CLASSIFY" | "CONNSECMARK" | "IDLETIMER" | "LED" | "LOG" | "MIRROR" | "NFLOG"
        | "NFQUEUE" | "RATEEST" | "REJECT" | "SECMARK" | "SYNPROXY" | "TEE" | "TRACE" | "ULOG"
        | "arpreply" => Fields::NONE,
        _ => Fields::ALL,
    }
}

fn effect(ruleset: &Ruleset<'_>, rule: RuleId) -> Effect {
    if ruleset.line(rule).broken {
        return Effect::Other;
    }
    match ruleset.rules[rule].target {
        Target::None | Target::Continue => Effect::Nothing,
        Target::Accept | Target::Drop | Target::Return => Effect::Verdict,
        Target::Jump(_) | Target::Goto(_) => Effect::Call,
        Target::Queue | Target::Undefined => Effect::Other,
        Target::Extension(id) => match target_writes(id.extension().name) {
            Fields::NONE | Fields::ALL => Effect::Other,
            _ => Effect::Write,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{filter, load};

    fn nature_of(rule: &str) -> Nature {
        let ruleset = filter(&format!(":CHAIN -\n:A -\n-A A {rule}"));
        nature(&ruleset, ruleset.rule("A", 1))
    }

    #[test]
    fn pure_tests_say_what_they_read() {
        let reads = |tests: &str| {
            let nature = nature_of(tests);
            nature.pure.then_some(nature.reads)
        };
        assert_eq!(reads("-i lo -p tcp -m comment --comment x"), Some(Fields::NONE));
        assert_eq!(reads("-p tcp --dport 80"), Some(Fields::ADDRESSES));
        assert_eq!(reads("-m mark --mark 1 -m connmark --mark 1"), Some(Fields::MARK.and(Fields::CONNMARK)));
        assert_eq!(reads("-m conntrack --ctstate NEW"), Some(Fields::CONNTRACK));
        assert_eq!(reads("-m state --state NEW"), Some(Fields::CONNTRACK));
        assert!(reads("-m set --match-set a src").is_some_and(|reads| reads.overlaps(Fields::SETS)));
        assert_eq!(reads("-m iprange --src-range 10.0.0.1-10.0.0.9"), Some(Fields::ADDRESSES));
        assert_eq!(reads("-p sctp --chunk-types any INIT --dport 80"), Some(Fields::ADDRESSES));
        assert_eq!(reads("-m ttl --ttl-eq 64 -m length --length 64 -m dscp --dscp 0"), Some(Fields::HEADERS));
        assert_eq!(reads("-m helper --helper ftp"), Some(Fields::CONNTRACK));
        assert_eq!(reads("-m policy --dir in --pol ipsec -m owner --uid-owner 0"), Some(Fields::NONE));
        assert_eq!(reads("-m rpfilter"), Some(Fields::ADDRESSES.and(Fields::HEADERS)));
        assert!(reads("-m rpfilter --validmark").is_some_and(|reads| reads.overlaps(Fields::MARK)));
        assert_eq!(reads("-m u32 --u32 6=1"), Some(Fields::ADDRESSES.and(Fields::HEADERS)));
        for tests in [
            "-m limit --limit 1/sec",
            "-m limit",
            "-m statistic --mode random --probability 0.5",
            "-m recent --name x --rcheck",
            "-m hashlimit --hashlimit-upto 1/sec --hashlimit-name x",
            "-m time --timestart 08:00",
            "-m connbytes --connbytes 1 --connbytes-mode bytes --connbytes-dir both",
            "-m socket",
            "-m conntrack --ctexpire 10",
            "-m set --match-set a src --packets-gt 5",
            "-m geoip --source-country XX",
            "-p tcp --dport nonsense",
        ] {
            assert_eq!(reads(tests), None, "{tests}");
        }
    }

    #[test]
    fn pure_tests_of_frames_say_what_they_read() {
        let reads = |tests: &str| {
            let text = format!(
                "# Generated by ebtables-save v1.8.9 (nf_tables) on Mon\n*filter\n:A ACCEPT\n-A A {tests}\n"
            );
            let ruleset = load(&text);
            let nature = nature(&ruleset, ruleset.rule("A", 1));
            nature.pure.then_some(nature.reads)
        };
        assert_eq!(reads("-p IPv6 --ip6-tclass 0x10"), Some(Fields::HEADERS));
        assert_eq!(reads("-p IPv6 --ip6-src fe80::1"), Some(Fields::ADDRESSES));
        assert_eq!(reads("--among-src 52:54:0:0:0:1"), Some(Fields::ADDRESSES));
        for tests in ["-p 802_1Q --vlan-id 1", "-p Length --802_3-sap 0x42", "--stp-type tcn"] {
            assert_eq!(reads(tests), Some(Fields::NONE), "{tests}");
        }
        // `redirect` writes the type of a packet with its address.
        assert_eq!(reads("--pkttype-type host"), Some(Fields::ADDRESSES));
        for tests in ["--log", "--nflog-group 5", "--limit 1/sec"] {
            assert_eq!(reads(tests), None, "{tests}");
        }
    }

    #[test]
    fn targets_say_what_they_do() {
        let does = |target: &str| {
            let nature = nature_of(target);
            (nature.effect, nature.writes)
        };
        assert_eq!(does(""), (Effect::Nothing, Fields::NONE));
        assert_eq!(does("-j DROP"), (Effect::Verdict, Fields::NONE));
        assert_eq!(does("-j CHAIN"), (Effect::Call, Fields::NONE));
        assert_eq!(does("-j LOG"), (Effect::Other, Fields::NONE));
        assert_eq!(does("-j MARK --set-mark 1"), (Effect::Write, Fields::MARK));
        assert_eq!(does("-j TTL --ttl-dec 1"), (Effect::Write, Fields::HEADERS));
        assert_eq!(does("-j TOS --set-tos 0x10"), (Effect::Write, Fields::HEADERS));
        assert_eq!(
            does("-j HMARK --hmark-tuple src --hmark-mod 9 --hmark-rnd 1"),
            (Effect::Write, Fields::MARK)
        );
        assert_eq!(does("-j CT --notrack"), (Effect::Write, Fields::CONNTRACK.and(Fields::CONNMARK)));
        assert_eq!(does("-j SET --add-set x src"), (Effect::Write, Fields::SETS.and(Fields::MARK)));
        for target in ["NFQUEUE", "NFLOG", "TEE --gateway 192.0.2.1", "CLASSIFY --set-class 1:1", "TRACE"] {
            assert_eq!(does(&format!("-j {target}")), (Effect::Other, Fields::NONE), "{target}");
        }
        assert_eq!(does("-p tcp -j SYNPROXY"), (Effect::Other, Fields::NONE));
        assert_eq!(does("-j CLUSTERIP"), (Effect::Other, Fields::ALL));
        assert_eq!(does("-j NONE"), (Effect::Other, Fields::ALL));
        assert_eq!(does("-j TARPIT"), (Effect::Other, Fields::ALL));
        assert_eq!(does("-m geoip --source-country XX -j DROP"), (Effect::Verdict, Fields::ALL));
        assert_eq!(does("-m recent --name x --set -j DROP"), (Effect::Verdict, Fields::NONE));
        assert_eq!(does("-m socket --restore-skmark -j DROP"), (Effect::Verdict, Fields::MARK));
        assert_eq!(does("-m socket --transparent -j DROP"), (Effect::Verdict, Fields::NONE));
        assert_eq!(does("-m recent --name x --set -j TARPIT"), (Effect::Other, Fields::ALL));
    }

    #[test]
    fn what_is_written_to_packets_that_do_not_come_back_does_not_count() {
        let ruleset = load(
            "*nat\n:PREROUTING ACCEPT\n:SOME -\n:ALL -\n:GONE -\n\
             -A PREROUTING -i lo -j SOME\n-A PREROUTING -j GONE\n-A PREROUTING -j ALL\n\
             -A SOME -p udp -j DNAT --to-destination 10.0.0.1\n-A SOME -p tcp -j MARK --set-mark 1\n\
             -A GONE -g SOME\n-A ALL -j MARK --set-mark 1\n-A ALL -j ACCEPT\nCOMMIT\n",
        );
        let graph = ChainGraph::new(&ruleset);
        let writes = Writes::new(&ruleset, &graph, &Flow::new(&ruleset, &graph));
        assert_eq!(writes.of(ruleset.rule("PREROUTING", 1)), Fields::MARK);
        assert_eq!(writes.of(ruleset.rule("PREROUTING", 2)), Fields::MARK);
        assert_eq!(writes.of(ruleset.rule("PREROUTING", 3)), Fields::NONE);
        assert_eq!(writes.of(ruleset.rule("GONE", 1)), Fields::NONE);
    }

    #[test]
    fn what_chains_write_is_found_through_calls_and_loops() {
        let ruleset = filter(concat!(
            ":TOP -\n:A -\n:B -\n:ALONE -\n",
            "-A TOP -i lo -j A\n-A TOP -j ALONE\n-A A -j B\n-A B -g A\n",
            "-A A -j MARK --set-mark 1\n-A B -j SET --add-set x src\n-A ALONE -j LOG\n"
        ));
        let writes = {
            let graph = ChainGraph::new(&ruleset);
            Writes::new(&ruleset, &graph, &Flow::new(&ruleset, &graph))
        };
        let all = Fields::MARK.and(Fields::SETS);
        for chain in ["TOP", "A", "B"] {
            assert_eq!(writes.below(ruleset.chain(chain)), all, "{chain}");
        }
        assert_eq!(writes.of(ruleset.rule("TOP", 1)), all);
        assert_eq!(writes.of(ruleset.rule("TOP", 2)), Fields::NONE);
    }
}
