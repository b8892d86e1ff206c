//! Where a packet's way through a chain ends.

use fwlint_syntax::{Family, Value, extensions::Role};

use crate::{
    graph::ChainGraph,
    ids::{Arena, ChainId, RuleId},
    passes,
    ruleset::{Policy, Ruleset, Target},
};

/// What is certain of every rule and chain of a rule set, whatever the packet.
#[derive(Debug)]
pub struct Flow {
    rules: Arena<RuleId, Passage>,
    never_returns: Arena<ChainId, bool>,
}

#[derive(Clone, Copy, Debug)]
struct Passage {
    unconditional: bool,
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
    /// It goes on in another chain, which never returns.
    Chain(ChainId),
}

impl Flow {
    /// Finds the ends.
    pub fn new(ruleset: &Ruleset<'_>, graph: &ChainGraph) -> Self {
        let unknown = Passage { unconditional: false, end: None };
        let mut flow = Self {
            rules: ruleset.rules.ids().map(|_| unknown).collect(),
            never_returns: ruleset.chains.ids().map(|_| false).collect(),
        };
        for &chain in graph.bottom_up() {
            let mut returns = None;
            for rule in ruleset.rules_of(chain) {
                let unconditional = is_unconditional(ruleset, rule);
                let end = flow.end_of(ruleset, rule);
                flow.rules[rule] = Passage { unconditional, end };
                returns = returns.or_else(|| flow.may_return(ruleset, rule));
            }
            let returns = returns.unwrap_or_else(|| returns_at_its_end(ruleset, chain));
            flow.never_returns[chain] = !returns && graph.loop_of(chain).is_none();
        }
        flow
    }

    /// Whether every packet that gets to the rule matches: it tests nothing, or only what is true of all packets.
    /// Comments do not count. A rule that is broken or not wholly understood is never unconditional.
    pub fn is_unconditional(&self, rule: RuleId) -> bool {
        self.rules[rule].unconditional
    }

    /// How the rule's target ends a matching packet's way through the chain; `None` if the packet may go on to the
    /// next rule.
    pub fn end(&self, rule: RuleId) -> Option<End> {
        self.rules[rule].end
    }

    /// Whether no packet comes back from the chain to the rule that jumped there; for a built-in chain, whether none
    /// gets to its policy. Never claimed of a chain in a loop.
    pub fn never_returns(&self, chain: ChainId) -> bool {
        self.never_returns[chain]
    }

    fn end_of(&self, ruleset: &Ruleset<'_>, rule: RuleId) -> Option<End> {
        if ruleset.line(rule).broken {
            return None;
        }
        match ruleset.rules[rule].target {
            Target::None | Target::Continue | Target::Undefined => None,
            Target::Accept | Target::Drop | Target::Queue => Some(End::Verdict),
            Target::Return => Some(End::Return),
            Target::Goto(_) => Some(End::Goto),
            Target::Jump(chain) => self.never_returns[chain].then_some(End::Chain(chain)),
            Target::Extension(id) => match ruleset.family {
                Family::Ipv4 | Family::Ipv6 => is_final(id.extension().name).then_some(End::Verdict),
                Family::Bridge => end_of_bridge_target(ruleset, rule, id.extension().name),
                Family::Arp => end_of_mangle(ruleset, rule, id.extension().name),
            },
        }
    }

    /// Whether packets that are at the rule may return from the chain here; `None` if those that do not get stuck for
    /// good go on to the next rule.
    fn may_return(&self, ruleset: &Ruleset<'_>, rule: RuleId) -> Option<bool> {
        let Passage { unconditional, end } = self.rules[rule];
        let target = ruleset.rules[rule].target;
        if ruleset.line(rule).broken {
            return Some(true);
        }
        match (end, target) {
            (_, Target::Undefined) | (Some(End::Return), _) => Some(true),
            (Some(End::Goto), Target::Goto(chain)) if !self.never_returns[chain] => Some(true),
            (Some(_), _) if unconditional => Some(false),
            _ => None,
        }
    }
}

fn is_unconditional(ruleset: &Ruleset<'_>, rule: RuleId) -> bool {
    let line = ruleset.line(rule);
    let mut args = ruleset.dump.args_of(line).iter();
    !line.broken && args.all(|arg| passes::every_packet(ruleset.dump, ruleset.family, arg))
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
