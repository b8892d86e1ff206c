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
    if line.broken {
        return Protocols::NONE;
    }
    let tracked = ruleset.table_name(ruleset.rules[rule].chain).0 == b"nat";
    let args = ruleset.dump.args_of(line).iter();
    args.map(|arg| passes::every_packet_of(ruleset.dump, ruleset.family, tracked, arg))
        .fold(Protocols::ALL, Protocols::and)
}

/// A user chain of ebtables may have a policy, which ends the packet's way.
fn returns_at_its_end(ruleset: &Ruleset<'_>, chain: ChainId) -> bool {
    let chain = &ruleset.chains[chain];
    let decides = matches!(chain.policy, Some(Policy::Accept | Policy::Drop));
    chain.hook.is_some() || !decides
}

/// Targets of iptables and ip6tables that never let a packet go on to the next rule, whatever their options. Source:
/// what their functions in the kernel return: `NF_ACCEPT`, `NF_DROP`, `NF_QUEUE`, but never `XT_CONTINUE`.
fn is_final(target: &str) -> bool {
    matches!(target, "DNAT" | "MASQUERADE" | "NETMAP" | "NFQUEUE" | "REDIRECT" | "REJECT" | "SNAT" | "TPROXY")
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
