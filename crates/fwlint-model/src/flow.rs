//! Where a packet's way through a chain ends.

use fwlint_syntax::{
    Family, Value,
    extensions::{Role, core},
};

use crate::{
    graph::ChainGraph,
    ids::{Arena, ChainId, RuleId},
    passes,
    protocols::Protocols,
    ruleset::{Policy, Ruleset, Target},
};

/// What is certain of every rule and chain of a rule set, whatever the packet.
#[derive(Debug)]
pub struct Flow {
    rules: Arena<RuleId, Passage>,
    /// The protocols none of whose packets come back from the chain.
    never_return: Arena<ChainId, Protocols>,
}

#[derive(Clone, Copy, Debug)]
struct Passage {
    /// The protocols all of whose packets match.
    unconditional: Protocols,
    end: Option<End>,
}

/// How a rule keeps a packet from the next rule of its chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The packet's way through the table ends: `ACCEPT`, `DROP`, `REJECT`, `DNAT`, ….
    Verdict,
    /// It goes back to the caller, or to the policy.
    Return,
    /// It goes on in another chain and does not come back here.
    Goto,
    /// It goes on in another chain, from which no packet returns that this rule sends there.
    Chain(ChainId),
}

impl Flow {
    /// Finds the ends.
    pub fn new(ruleset: &Ruleset<'_>, graph: &ChainGraph) -> Self {
        let unknown = Passage { unconditional: Protocols::NONE, end: None };
        let mut flow = Self {
            rules: ruleset.rules.ids().map(|_| unknown).collect(),
            never_return: ruleset.chains.ids().map(|_| Protocols::NONE).collect(),
        };
        for &chain in graph.bottom_up() {
            let returning = flow.returning(ruleset, chain);
            if graph.loop_of(chain).is_none() {
                flow.never_return[chain] = Protocols::ALL.without(returning);
            }
        }
        flow
    }

    /// Whether every packet that gets to the rule matches: it tests nothing, or only what is true of all packets.
    /// Comments do not count. A rule that is broken or not wholly understood is never unconditional.
    pub fn is_unconditional(&self, rule: RuleId) -> bool {
        self.rules[rule].unconditional == Protocols::ALL
    }

    /// How the rule's target ends a matching packet's way through the chain; `None` if the packet may go on to the
    /// next rule.
    pub fn end(&self, rule: RuleId) -> Option<End> {
        self.rules[rule].end
    }

    /// Whether no packet comes back from the chain to the rule that jumped there; for a built-in chain, whether none
    /// gets to its policy. Never claimed of a chain in a loop.
    pub fn never_returns(&self, chain: ChainId) -> bool {
        self.never_return[chain] == Protocols::ALL
    }

    /// Follows the packets through a chain: what its rules do with them, and the protocols of which some return.
    fn returning(&mut self, ruleset: &Ruleset<'_>, chain: ChainId) -> Protocols {
        let mut here = Protocols::ALL;
        let mut returning = Protocols::NONE;
        for rule in ruleset.rules_of(chain) {
            let matching = matching(ruleset, rule);
            let unconditional = unconditional(ruleset, rule);
            let end = self.end_of(ruleset, rule, matching);
            self.rules[rule] = Passage { unconditional, end };
            returning = returning.or(self.returning_at(ruleset, rule, matching).and(here));
            here = here.without(unconditional.and(self.stopped(ruleset, rule)));
        }
        if returns_at_its_end(ruleset, chain) { returning.or(here) } else { returning }
    }

    fn end_of(&self, ruleset: &Ruleset<'_>, rule: RuleId, matching: Protocols) -> Option<End> {
        if ruleset.line(rule).broken {
            return None;
        }
        match ruleset.rules[rule].target {
            Target::None | Target::Continue | Target::Undefined => None,
            Target::Accept | Target::Drop | Target::Queue => Some(End::Verdict),
            Target::Return => Some(End::Return),
            Target::Goto(_) => Some(End::Goto),
            Target::Jump(chain) => matching.is_in(self.never_return[chain]).then_some(End::Chain(chain)),
            Target::Extension(id) => match ruleset.family {
                Family::Ipv4 | Family::Ipv6 => is_final(id.extension().name).then_some(End::Verdict),
                Family::Bridge => end_of_bridge_target(ruleset, rule, id.extension().name),
                Family::Arp => end_of_mangle(ruleset, rule, id.extension().name),
            },
        }
    }

    /// The protocols none of whose packets go on to the next rule if they match.
    fn stopped(&self, ruleset: &Ruleset<'_>, rule: RuleId) -> Protocols {
        match (self.rules[rule].end, ruleset.rules[rule].target) {
            (Some(_), _) => Protocols::ALL,
            (None, Target::Jump(chain)) => self.never_return[chain],
            (None, _) => Protocols::NONE,
        }
    }

    /// The protocols of which packets may return from the chain at this rule.
    fn returning_at(&self, ruleset: &Ruleset<'_>, rule: RuleId, matching: Protocols) -> Protocols {
        if ruleset.line(rule).broken {
            return Protocols::ALL;
        }
        match ruleset.rules[rule].target {
            Target::Undefined | Target::Return => matching,
            Target::Goto(chain) => matching.without(self.never_return[chain]),
            _ if self.rules[rule].end == Some(End::Return) => matching,
            _ => Protocols::NONE,
        }
    }
}

/// The protocols of which packets can match at all.
fn matching(ruleset: &Ruleset<'_>, rule: RuleId) -> Protocols {
    let mut args = ruleset.dump.args_of(ruleset.line(rule)).iter();
    let tested = args.find(|arg| arg.id() == core::PROTOCOL && !arg.negated());
    match tested.map(|arg| arg.value(ruleset.dump.source)) {
        Some(Value::Protocol(protocol)) if ruleset.family.is_ip() => Protocols::at_most(protocol),
        _ => Protocols::ALL,
    }
}

/// The protocols of which all packets match.
fn unconditional(ruleset: &Ruleset<'_>, rule: RuleId) -> Protocols {
    let line = ruleset.line(rule);
    if line.broken || ruleset.rules[rule].is_part {
        return Protocols::NONE;
    }
    let tracked = ruleset.table_name(ruleset.rules[rule].chain).0 == b"nat";
    let mut args = ruleset.dump.args_of(line).iter();
    let all = args.try_fold(Protocols::ALL, |all, arg| {
        let all = all.and(passes::every_packet_of(ruleset.dump, ruleset.family, tracked, arg));
        (all != Protocols::NONE).then_some(all)
    });
    all.unwrap_or(Protocols::NONE)
}

/// A user chain of ebtables may have a policy, which ends the packet's way.
fn returns_at_its_end(ruleset: &Ruleset<'_>, chain: ChainId) -> bool {
    let chain = &ruleset.chains[chain];
    let decides = matches!(chain.policy, Some(Policy::Accept | Policy::Drop));
    chain.hook.is_some() || !decides
}

/// Targets of iptables and ip6tables that never let a packet go on to the next rule, whatever their options. Source:
/// what their functions in the kernel return: `NF_ACCEPT`, `NF_DROP`, `NF_QUEUE`, but never `XT_CONTINUE`.
pub fn is_final(target: &str) -> bool {
    matches!(
        target,
        "DNAT"
            | "MASQUERADE"
            | "MIRROR"
            | "NETMAP"
            | "NFQUEUE"
            | "REDIRECT"
            | "REJECT"
            | "SAME"
            | "SNAT"
            | "TPROXY"
    )
}

/// The targets of ebtables are told what to do with the frame when their own work is done. Source: ebtables(8).
fn end_of_bridge_target(ruleset: &Ruleset<'_>, rule: RuleId, target: &str) -> Option<End> {
    // arpreply lets everything through that is no ARP request for an IPv4 address on Ethernet.
    if !matches!(target, "dnat" | "mark" | "redirect" | "snat") {
        return None;
    }
    let args = ruleset.dump.args_of(ruleset.line(rule)).iter();
    let mut told = args.filter(|arg| {
        let is_about_frame = |name: &str| name.ends_with("-target");
        arg.extension().role == Role::Target && arg.spec().is_some_and(|spec| is_about_frame(spec.name))
    });
    match told.next().map(|arg| arg.value(ruleset.dump.source)) {
        None | Some(Value::Choice(0 | 1)) => Some(End::Verdict),
        Some(Value::Choice(3)) => Some(End::Return),
        Some(_) => None,
    }
}

/// arptables' mangle accepts the packet unless it is told otherwise. Source: arptables(8).
fn end_of_mangle(ruleset: &Ruleset<'_>, rule: RuleId, target: &str) -> Option<End> {
    let dump = ruleset.dump;
    let args = dump.args_of(ruleset.line(rule)).iter();
    let mut words = args
        .filter(|arg| arg.extension().role == Role::Target)
        .flat_map(|arg| arg.span().of(dump.source).split(u8::is_ascii_whitespace));
    let goes_on = words.any(|word| word.ends_with(b"CONTINUE"));
    (target == "mangle" && !goes_on).then_some(End::Verdict)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{filter, load};

    fn flow(ruleset: &Ruleset<'static>) -> Flow {
        Flow::new(ruleset, &ChainGraph::new(ruleset))
    }

    /// Whether each rule of the chain is unconditional, and its end.
    fn passages(ruleset: &Ruleset<'static>, chain: &str) -> Vec<(bool, Option<End>)> {
        let flow = flow(ruleset);
        let rules = ruleset.rules_of(ruleset.chain(chain));
        rules.map(|rule| (flow.is_unconditional(rule), flow.end(rule))).collect()
    }

    #[test]
    fn tests_that_all_packets_pass_are_no_conditions() {
        let unconditional = [
            "",
            "-p all",
            "-p 0",
            "-s 0.0.0.0/0 -d 0/0",
            "-s 10.0.0.0/8,0.0.0.0/0",
            "-i + -o +",
            "-m comment --comment \"all of them\"",
            "-m mark --mark 0x0/0x0",
            "-c 5 300",
        ];
        let conditional = [
            "-p tcp",
            "-s 10.0.0.0/8",
            "! -s 0.0.0.0/0",
            "-i eth+",
            "! -i +",
            "-m limit --limit 10/sec",
            "-m limit",
            "-m statistic --mode random --probability 0.5",
            "-m mark --mark 0x0",
            "-m mark ! --mark 0x0/0x0",
            "-m conntrack --ctstate NEW,ESTABLISHED,RELATED,INVALID,UNTRACKED",
            "-m geoip --source-country XX",
            "-f",
            "-p tcp --dport nonsense",
        ];
        let is_unconditional =
            |tests: &str| passages(&filter(&format!(":A -\n-A A {tests} -j DROP")), "A")[0].0;
        for tests in unconditional {
            assert!(is_unconditional(tests), "{tests}");
        }
        for tests in conditional {
            assert!(!is_unconditional(tests), "{tests}");
        }
        let ip6 = load("# Generated by ip6tables-save v1.8.9\n*filter\n-A INPUT -s ::/0 -j DROP\nCOMMIT\n");
        assert_eq!(passages(&ip6, "INPUT"), [(true, Some(End::Verdict))]);
        let bridge =
            load("# Generated by ebtables-save v1.8.9\n*filter\n:INPUT ACCEPT\n-A INPUT -i + -j DROP\n");
        assert_eq!(passages(&bridge, "INPUT"), [(false, Some(End::Verdict))]);
    }

    #[test]
    fn targets_end_the_way_or_do_not() {
        let end = |target: &str| passages(&filter(&format!(":A -\n:OTHER -\n-A A {target}")), "A")[0].1;
        for target in [
            "ACCEPT",
            "DROP",
            "QUEUE",
            "REJECT --reject-with icmp-host-prohibited",
            "DNAT --to-destination 10.0.0.1",
            "MASQUERADE",
            "MIRROR",
            "NETMAP --to 192.0.2.0/24",
            "NFQUEUE --queue-num 1 --queue-bypass",
            "SAME --to 192.0.2.1-192.0.2.9",
        ] {
            assert_eq!(end(&format!("-j {target}")), Some(End::Verdict), "{target}");
        }
        for target in [
            "",
            "-j LOG",
            "-j TEE --gateway 192.0.2.1",
            "-j SET --add-set x src",
            "-j CLUSTERIP",
            "-j MARK --set-mark 1",
            "-j CT --notrack",
            "-j NFLOG",
            "-j OTHER",
            "-j NONE",
        ] {
            assert_eq!(end(target), None, "{target}");
        }
        assert_eq!(end("-j RETURN"), Some(End::Return));
        assert_eq!(end("-g OTHER"), Some(End::Goto));
        assert_eq!(end("-g NONE"), None);
        assert_eq!(end("-p tcp --dport nonsense -j DROP"), None);
    }

    #[test]
    fn targets_of_ebtables_and_arptables_do_as_they_are_told() {
        let end = |program: &str, target: &str| {
            let text = format!(
                "# Generated by {program}-save v1.8.9\n*filter\n:INPUT ACCEPT\n-A INPUT -j {target}\n"
            );
            passages(&load(&text), "INPUT")[0].1
        };
        assert_eq!(end("ebtables", "mark --mark-set 0x1"), Some(End::Verdict));
        assert_eq!(end("ebtables", "mark --mark-set 0x1 --mark-target CONTINUE"), None);
        assert_eq!(end("ebtables", "mark --mark-set 0x1 --mark-target RETURN"), Some(End::Return));
        assert_eq!(
            end("ebtables", "snat --to-source 00:11:22:33:44:55 --snat-target DROP"),
            Some(End::Verdict)
        );
        assert_eq!(end("ebtables", "arpreply --arpreply-mac 00:11:22:33:44:55"), None);
        assert_eq!(end("ebtables", "CONTINUE"), None);
        assert_eq!(end("arptables", "mangle --mangle-ip-s 192.0.2.2"), Some(End::Verdict));
        assert_eq!(end("arptables", "mangle --mangle-ip-s 192.0.2.2 --mangle-target CONTINUE"), None);
    }

    #[test]
    fn chains_return_unless_something_stops_every_packet() {
        let never_returns = |rules: &str| {
            let ruleset =
                filter(&format!(":A -\n:STOP -\n:MAYBE -\n-A STOP -j DROP\n-A MAYBE -i lo -j DROP\n{rules}"));
            flow(&ruleset).never_returns(ruleset.chain("A"))
        };
        for rules in [
            "-A A -p tcp -j ACCEPT\n-A A -j DROP",
            "-A A -j STOP\n-A A -j RETURN",
            "-A A -g STOP",
            "-A A -p tcp -g STOP\n-A A -j LOG\n-A A -j MAYBE\n-A A -j REJECT",
        ] {
            assert!(never_returns(rules), "{rules}");
        }
        for rules in [
            "",
            "-A A -p tcp -j RETURN\n-A A -j DROP",
            "-A A -p tcp -g MAYBE\n-A A -j DROP",
            "-A A -p tcp -j STOP",
            "-A A -g MAYBE",
            "-A A -p tcp -j NONE\n-A A -j DROP",
            "-A A -p tcp --dport nonsense -j ACCEPT\n-A A -j DROP",
            "-A A -j A\n-A A -j DROP",
        ] {
            assert!(!never_returns(rules), "{rules}");
        }
    }

    #[test]
    fn jumps_to_chains_that_never_return_are_ends() {
        let text = include_str!("../../../corpus/handwritten/graph/after-unconditional-chain.rules");
        let ruleset = load(text);
        let (deep, never) = (ruleset.chain("DEEP"), ruleset.chain("NEVER"));
        assert_eq!(passages(&ruleset, "INPUT")[1..3], [(false, None), (true, Some(End::Chain(deep)))]);
        assert_eq!(passages(&ruleset, "DEEP")[1], (true, Some(End::Chain(never))));
    }

    #[test]
    fn a_chain_may_let_one_protocol_return_and_not_another() {
        let end = |table: &str, protocol: &str| {
            let ruleset = load(&format!(
                "*{table}\n:PREROUTING ACCEPT\n:SVC -\n:SEP -\n-A PREROUTING {protocol} -j SVC\n\
                 -A SVC -m statistic --mode random --probability 0.5 -j SEP\n-A SVC -j SEP\n\
                 -A SEP -s 10.0.0.5/32 -j MARK --set-mark 1\n-A SEP -p tcp -m tcp -j ACCEPT\nCOMMIT\n"
            ));
            let svc = ruleset.chain("SVC");
            assert!(!flow(&ruleset).never_returns(svc));
            passages(&ruleset, "PREROUTING")[0].1 == Some(End::Chain(svc))
        };
        assert!(end("nat", "-p tcp -m tcp --dport 80"));
        assert!(!end("nat", "-p udp"));
        assert!(!end("nat", ""));
        assert!(!end("nat", "! -p tcp"));
        // Later fragments pass `-p tcp` and fail `-m tcp`.
        assert!(!end("mangle", "-p tcp"));
    }

    #[test]
    fn the_policy_of_a_user_chain_ends_the_way_of_a_frame() {
        let ruleset = load(concat!(
            "# Generated by ebtables-save v1.8.9\n*filter\n:INPUT ACCEPT\n:DROPS DROP\n:RETURNS RETURN\n",
            "-A INPUT -j RETURNS\n-A INPUT -j DROPS\n"
        ));
        let drops = ruleset.chain("DROPS");
        assert_eq!(passages(&ruleset, "INPUT"), [(true, None), (true, Some(End::Chain(drops)))]);
    }
}
