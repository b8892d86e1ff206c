//! What a match or target demands beyond its single options, as data.

use std::ptr;

use super::{Extension, core};
use crate::{
    span::Span,
    tree::{Arg, Dump, Family, Problem, Rule},
    value::{Expected, Names, Value},
    words::unquote,
};

/// A demand on the options of one match or target, and on the rule around it.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// At least one of the options with these numbers; what is missing, to stand behind "expected".
    AnyOf(u64, &'static str),
    /// At most one of the options with these numbers; what to say else.
    OneOf(u64, &'static str),
    /// Who gives one of the first options gives one of the second as well; what is missing else.
    Needs(u64, u64, &'static str),
    /// The value of the option of this name passes; what was expected else.
    Value(&'static str, fn(&Value<'_>) -> bool, &'static str),
    /// The option of this name says one of these names, or several, as they are spelled here.
    Spelled(&'static str, &'static Names),
    /// This does not hold of its options together; what to say else.
    Conflict(fn(&Given<'_>) -> bool, &'static str),
    /// The rule's protocol is one of these, or a negated one of these; what to say else.
    Protocol(&'static [u16], &'static str),
    /// Anything else: the argument at fault and what was expected.
    Other(fn(&Given<'_>) -> Option<&'static str>),
}

/// All options.
pub(super) const ANY: u64 = u64::MAX;

/// The options with these numbers in their table.
pub(super) const fn options(numbers: &[u32]) -> u64 {
    let mut bits = 0;
    let mut rest = numbers;
    while let [first, tail @ ..] = rest {
        bits |= 1 << *first;
        rest = tail;
    }
    bits
}

/// The protocols that have ports where NAT may change them: tcp, udp, dccp, sctp, udplite.
pub(super) const WITH_PORTS: &[u16] = &[6, 17, 33, 132, 136];

/// What to say of ports without a protocol.
pub(super) const PORTS: &str = "`-p` tcp, udp, sctp, dccp or udplite in the same rule, which ports need";

/// The rule is for TCP alone.
pub(super) const TCP: Check =
    Check::Other(|given| (!given.is_for(&[6])).then_some("`-p tcp` in the same rule"));

/// What a rule gives to one of its matches or targets.
#[derive(Debug)]
pub struct Given<'r> {
    /// The source.
    pub(crate) source: &'r [u8],
    /// The rule's arguments from the first that may be the extension's own.
    pub(crate) args: &'r [Arg],
    /// The options given, a bit for each number.
    pub(crate) seen: u64,
    /// The rule's protocol, or Ethernet type for ebtables; `None` if there is none or it is negated.
    pub(crate) protocol: Option<u16>,
    /// The rule's protocol, if it is negated.
    pub(crate) negated_protocol: Option<u16>,
}

impl<'r> Given<'r> {
    /// What a whole rule gives to one of its matches or its target.
    pub(super) fn of<'d: 'r>(dump: &'d Dump<'_>, rule: &Rule, extension: &Extension) -> Given<'r> {
        let args = dump.args_of(rule);
        let own = args.iter().filter(|arg| ptr::eq(arg.extension(), extension));
        let protocol = args.iter().find(|arg| arg.id() == core::PROTOCOL);
        let number = protocol.and_then(|arg| match arg.value(dump.source) {
            Value::Protocol(number) => Some(number.into()),
            Value::EtherType(number) => Some(number),
            _ => None,
        });
        let is_negated = protocol.is_some_and(Arg::negated);
        Given {
            source: dump.source,
            args,
            seen: own.fold(0, |seen, arg| seen | 1 << arg.id().index()),
            protocol: number.filter(|_| !is_negated),
            negated_protocol: number.filter(|_| is_negated),
        }
    }

    /// The values of the options of this name.
    pub(super) fn values(&self, name: &'static str) -> impl Iterator<Item = Value<'r>> {
        self.named(name).map(|arg| arg.value(self.source))
    }

    /// The words of the options of this name.
    pub(super) fn words(&self, name: &'static str) -> impl Iterator<Item = &'r [u8]> {
        self.named(name).map(|arg| arg.value_span().of(self.source))
    }

    /// Whose rule it is.
    pub(super) fn family(&self) -> Family {
        self.args.first().map_or(Family::Ipv4, |arg| arg.family)
    }

    /// Whether the option of this name is given.
    pub(super) fn has(&self, name: &'static str) -> bool {
        self.named(name).next().is_some()
    }

    /// The options of this name, as they stand.
    pub(crate) fn named(&self, name: &'static str) -> impl Iterator<Item = &'r Arg> + use<'r> {
        self.args.iter().filter(move |arg| arg.spec().is_some_and(|spec| spec.name == name))
    }

    /// Likewise, without those behind a `!`.
    pub(super) fn affirmed(&self, name: &'static str) -> impl Iterator<Item = Value<'r>> {
        let named = move |arg: &&Arg| !arg.negated() && arg.spec().is_some_and(|spec| spec.name == name);
        self.args.iter().filter(named).map(|arg| arg.value(self.source))
    }

    /// Whether the rule is for one of these protocols.
    pub(super) fn is_for(&self, protocols: &[u16]) -> bool {
        self.protocol.is_some_and(|protocol| protocols.contains(&protocol))
    }

    /// Whether a value of the option of this name begins so.
    pub(super) fn says(&self, name: &'static str, start: &[u8]) -> bool {
        self.words(name).any(|words| words.starts_with(start))
    }

    /// Whether some value of the option of this name says ports.
    pub(super) fn has_ports(&self, name: &'static str) -> bool {
        let has =
            |value: Value<'_>| matches!(value, Value::Ports(_) | Value::NatRange { ports: Some(_), .. });
        self.values(name).any(has)
    }

    /// What a check finds wrong, and where, if that is not the extension's name.
    pub(crate) fn problem(&self, check: &Check) -> Option<(Problem, Option<Span>)> {
        let problem = match *check {
            Check::AnyOf(options, what) => (self.seen & options == 0).then_some(Problem::Lacks(what)),
            Check::OneOf(options, what) => {
                ((self.seen & options).count_ones() > 1).then_some(Problem::Conflict(what))
            }
            Check::Needs(options, others, what) => {
                (self.seen & options != 0 && self.seen & others == 0).then_some(Problem::Lacks(what))
            }
            Check::Conflict(conflict, what) => conflict(self).then_some(Problem::Conflict(what)),
            Check::Value(option, passes, what) => {
                let arg = self.named(option).find(|arg| !passes(&arg.value(self.source)))?;
                return Some((Problem::BadValue(Expected::Words(what)), Some(arg.value_span())));
            }
            Check::Spelled(option, names) => {
                let spelled = |word: &[u8]| names.list.iter().any(|(name, _)| name.as_bytes() == word);
                let all_spelled = |words: &[u8]| words.split(|&byte| byte == b',').all(spelled);
                let arg = self
                    .named(option)
                    .find(|arg| !all_spelled(&unquote(arg.value_span().of(self.source))))?;
                let expected = arg.spec()?.kind.expected(arg.family);
                return Some((Problem::BadValue(expected), Some(arg.value_span())));
            }
            Check::Protocol(protocols, what) => {
                // Who refuses the negation of the right protocol depends on the backend and the options.
                let is_negated = self.negated_protocol.is_some_and(|protocol| protocols.contains(&protocol));
                (!self.is_for(protocols) && !is_negated).then_some(Problem::NeedsProtocol(what))
            }
            Check::Other(check) => check(self).map(Problem::NeedsProtocol),
        };
        problem.map(|problem| (problem, None))
    }
}

/// The match that `-p` brings along in this family, by the protocol's number.
pub(crate) fn implied_match(protocol: u16, family: Family) -> Option<&'static [u8]> {
    Some(match protocol {
        6 => b"tcp",
        17 => b"udp",
        1 if family == Family::Ipv4 => b"icmp",
        58 if family == Family::Ipv6 => b"icmp6",
        33 => b"dccp",
        50 => b"esp",
        51 => b"ah",
        108 => b"ipcomp",
        132 => b"sctp",
        135 if family == Family::Ipv6 => b"mh",
        136 => b"udplite",
        _ => return None,
    })
}

/// Devices that packets do not have yet, or no longer, in a built-in chain; what to say of them.
pub(crate) fn missing_device(chain: &[u8], is_in: bool) -> Option<&'static str> {
    Some(match (chain, is_in) {
        (b"INPUT", false) => "no `-o` here: packets in INPUT have no output interface",
        (b"PREROUTING" | b"BROUTING", false) => "no `-o` here: it is not known before routing",
        (b"OUTPUT", true) => "no `-i` here: packets in OUTPUT have no input interface",
        (b"POSTROUTING", true) => "no `-i` here: iptables does not take it in POSTROUTING",
        _ => return None,
    })
}

/// A span that covers nothing at this one's end.
pub(crate) fn behind(span: Span) -> Span {
    Span { start: span.end, end: span.end }
}
