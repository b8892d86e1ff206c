//! Rules as the save programs write them: options in the programs' own order, values in their one spelling.
//!
//! Sources: `save_rule` of iptables' `nft-ipv4.c`, `nft-bridge.c` and `nft-arp.c`, `print_rule4` of `iptables.c`.

mod part;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use crate::{
    Value,
    extensions::{ExtensionId, Given, OptionId, Saved, core},
    tree::{Arg, Command, Dump, Family, Rule, Run, Version},
    unquote,
    value::{self, Kind, Net},
    words::{apart, whole},
};
use part::Part;

/// What the save programs were asked for, and where their versions differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// With `-c`: every rule has its counters in front.
    pub counters: bool,
    /// As up to 1.8.9: ebtables wrote `-i ! eth0` for what is `! -i eth0` now, and arptables a blank behind a
    /// chain's name even if nothing follows.
    pub before_1_8_10: bool,
}

impl Style {
    /// As the program wrote that printed the run.
    pub fn of(run: &Run, counters: bool) -> Self {
        Self { counters, before_1_8_10: run.version.is_some_and(|version| version < Version(1, 8, 10)) }
    }
}

/// The names of a rule's chains, where they are not those that stand in it: `-E` renames chains.
#[derive(Clone, Copy, Debug, Default)]
pub struct Names<'n> {
    /// The chain that it is in.
    pub chain: Option<&'n [u8]>,
    /// The chain that it leads to.
    pub target: Option<&'n [u8]>,
}

/// Writes a rule as a save program does, each line with its line end: more than one where it lists several
/// addresses. A rule that could not be read whole is written as it stands.
pub fn rule(dump: &Dump<'_>, rule: &Rule, style: Style, out: &mut Vec<u8>) {
    renamed(dump, rule, Names::default(), style, out);
}

/// Writes a rule under other names of its chains.
pub fn renamed(dump: &Dump<'_>, rule: &Rule, names: Names<'_>, style: Style, out: &mut Vec<u8>) {
    if rule.broken {
        out.extend_from_slice(rule.span.of(dump.source));
        out.push(b'\n');
        return;
    }
    let chain = names.chain.map_or_else(|| unquote(rule.chain.of(dump.source)), Cow::Borrowed);
    let printer = Printer { source: dump.source, family: rule.family, chain: &chain, style };
    let args = dump.args_of(rule);
    let mut parts = part::parts(dump.source, rule, args);
    if let Some(target) = names.target
        && let Some(part) = parts.last_mut().filter(|part| part.is_target())
    {
        part.name = Cow::Borrowed(target);
    }
    let (sources, destinations) =
        (printer.addresses(args, core::SOURCE), printer.addresses(args, core::DESTINATION));
    let pairs =
        sources.iter().flat_map(|&source| destinations.iter().map(move |&destination| (source, destination)));
    let mut pairs: Vec<_> = pairs.collect();
    // `-I` puts each in front of the one before.
    if matches!(rule.command, Command::Insert(_)) {
        pairs.reverse();
    }
    for addresses in pairs {
        printer.line(rule, args, &parts, addresses, out);
    }
}

/// Source and destination of one line, where the rule says any.
type Addresses<'s> = (Option<Net<'s>>, Option<Net<'s>>);

#[derive(Clone, Copy)]
struct Printer<'s> {
    source: &'s [u8],
    family: Family,
    chain: &'s [u8],
    style: Style,
}

impl<'s> Printer<'s> {
    fn line(
        self,
        rule: &Rule,
        args: &[Arg],
        parts: &[Part<'_>],
        addresses: Addresses<'s>,
        out: &mut Vec<u8>,
    ) {
        let given = rule.counters.of(self.source);
        // ebtables may write them behind, as it reads them.
        let behind = self.family == Family::Bridge && given.first().is_some_and(u8::is_ascii_digit);
        if self.style.counters && !behind {
            counters(given, out);
            out.push(b' ');
        }
        out.extend_from_slice(b"-A ");
        whole(self.chain, out);
        let empty = out.len();
        let (matches, target) = parts.split_at(parts.iter().take_while(|part| !part.is_target()).count());
        let target = target.first();
        match self.family {
            Family::Ipv4 | Family::Ipv6 => {
                self.core(IP_ORDER, args, addresses, out);
                for part in matches {
                    self.part(part, out);
                }
                if let Some(part) = target {
                    self.part(part, out);
                }
            }
            Family::Bridge => {
                self.core(BRIDGE_ORDER, args, addresses, out);
                for part in matches {
                    self.options(part, out);
                }
                match target {
                    Some(part) => self.part(part, out),
                    None => out.extend_from_slice(b" -j CONTINUE"),
                }
                if self.style.counters && behind {
                    out.extend_from_slice(b" -c ");
                    out.extend_from_slice(given);
                }
            }
            Family::Arp => {
                // The target's name stands in front, its options behind everything else.
                if let Some(part) = target {
                    head(part, out);
                }
                self.core(ARP_ORDER, args, addresses, out);
                for part in matches {
                    self.part(part, out);
                }
                if let Some(part) = target {
                    self.options(part, out);
                }
                if out.len() == empty && self.style.before_1_8_10 {
                    out.push(b' ');
                }
            }
        }
        out.push(b'\n');
    }

    /// The addresses of `-s` or `-d`, one line for each; one line without any where there are none to list.
    fn addresses(self, args: &[Arg], option: OptionId) -> Vec<Option<Net<'s>>> {
        let given = args.iter().find(|arg| arg.id() == option).map(|arg| arg.value(self.source));
        match given {
            Some(Value::Nets(nets)) => nets.iter().map(Some).collect(),
            _ => vec![None],
        }
    }

    fn core(self, order: &[OptionId], args: &[Arg], addresses: Addresses<'s>, out: &mut Vec<u8>) {
        for &option in order {
            let Some(arg) = args.iter().find(|arg| arg.id() == option) else { continue };
            let address = match option {
                core::SOURCE => addresses.0,
                core::DESTINATION => addresses.1,
                _ => None,
            };
            if let Some(address) = address {
                self.address(arg, address, out);
            } else if !is_any(arg, &arg.value(self.source)) {
                self.option(arg, out);
            }
        }
    }

    fn address(self, arg: &Arg, address: Net<'s>, out: &mut Vec<u8>) {
        if matches!(address, Net::V4(_, 0) | Net::V6(_, 0)) && !arg.negated() {
            return;
        }
        self.named(arg, out, |out| value::print_net(address, self.family != Family::Arp, out));
    }

    /// ` -m NAME` or ` -j NAME`, and the options.
    fn part(self, part: &Part<'_>, out: &mut Vec<u8>) {
        head(part, out);
        self.options(part, out);
    }

    fn options(self, part: &Part<'_>, out: &mut Vec<u8>) {
        let extension = part.extension.map(ExtensionId::extension);
        if let Some(write) = extension.and_then(|extension| extension.saved) {
            return write(&self.given(&part.args), out);
        }
        let options = extension.map_or(&[][..], |extension| extension.options);
        let mut given = part.args.iter().peekable();
        for (index, spec) in options.iter().enumerate() {
            let before = given.len();
            while let Some(arg) = given.next_if(|arg| arg.id().index() == index) {
                self.option(arg, out);
            }
            if let Some(value) = spec.always
                && given.len() == before
                && spec.families.has(self.family)
            {
                out.extend_from_slice(b" --");
                out.extend_from_slice(spec.name.as_bytes());
                out.push(b' ');
                out.extend_from_slice(value.as_bytes());
            }
        }
        // What nobody knows stands at the end.
        given.for_each(|arg| self.option(arg, out));
    }

    fn given<'r>(self, args: &'r [Arg]) -> Given<'r>
    where
        's: 'r,
    {
        let seen = args.iter().fold(0, |seen, arg| seen | 1 << arg.id().index());
        Given { source: self.source, args, seen, protocol: None, negated_protocol: None }
    }

    /// ` ! --name value`, or what the option is saved as.
    fn option(self, arg: &Arg, out: &mut Vec<u8>) {
        let Some(spec) = arg.spec() else {
            out.push(b' ');
            return apart(arg.span().of(self.source), out);
        };
        let value = arg.value(self.source);
        match spec.saved {
            Saved::Unless(is_default) if !arg.negated() && is_default(&value) => {}
            Saved::As(write) => {
                let before = out.len();
                out.extend_from_slice(if arg.negated() { b" ! " } else { b" " });
                let empty = out.len();
                write(&value, out);
                if out.len() == empty {
                    out.truncate(before);
                }
            }
            Saved::Value(write) => self.named(arg, out, |out| write(&value, out)),
            Saved::AsRead | Saved::Unless(_) => {
                self.named(arg, out, |out| value::print(self.kind(spec.kind), &value, out));
            }
        }
    }

    /// The option's name and `!`, with the value that the closure writes behind it.
    fn named(self, arg: &Arg, out: &mut Vec<u8>, value: impl FnOnce(&mut Vec<u8>)) {
        let Some(spec) = arg.spec() else { return };
        let takes_value = !matches!(spec.kind, Kind::Flag);
        let negates_behind = self.style.before_1_8_10 && self.family == Family::Bridge && takes_value;
        if arg.negated() && !negates_behind {
            out.extend_from_slice(b" !");
        }
        match spec.short {
            Some(letter) if arg.id() != core::LENGTH => out.extend_from_slice(&[b' ', b'-', letter]),
            _ => {
                out.extend_from_slice(b" --");
                out.extend_from_slice(spec.name.as_bytes());
            }
        }
        if arg.negated() && negates_behind {
            out.extend_from_slice(b" !");
        }
        out.push(b' ');
        let empty = out.len();
        value(out);
        if out.len() == empty {
            out.pop();
        }
    }

    /// The core's addresses of ARP have no prefix length if they are single ones.
    fn kind(self, kind: Kind) -> Kind {
        match kind {
            Kind::Nets if self.family == Family::Arp => Kind::Net,
            kind => kind,
        }
    }
}

impl Given<'_> {
    /// Writes the option of this name as `-save` does, if it is given.
    pub(crate) fn print(&self, name: &'static str, out: &mut Vec<u8>) {
        for arg in self.named(name) {
            self.print_option(arg, out);
        }
    }

    /// Writes one option as `-save` does.
    pub(crate) fn print_option(&self, arg: &Arg, out: &mut Vec<u8>) {
        let (source, family) = (self.source, arg.family);
        Printer { source, family, chain: b"", style: Style::default() }.option(arg, out);
    }

    /// Writes what an option says.
    pub(crate) fn print_value(&self, arg: &Arg, out: &mut Vec<u8>) {
        if let Some(spec) = arg.spec() {
            value::print(spec.kind, &arg.value(self.source), out);
        }
    }
}

const IP_ORDER: &[OptionId] = &[
    core::SOURCE,
    core::DESTINATION,
    core::IN_INTERFACE,
    core::OUT_INTERFACE,
    core::PROTOCOL,
    core::FRAGMENT,
];

const BRIDGE_ORDER: &[OptionId] = &[
    core::PROTOCOL,
    core::SOURCE,
    core::DESTINATION,
    core::IN_INTERFACE,
    core::LOGICAL_IN,
    core::OUT_INTERFACE,
    core::LOGICAL_OUT,
];

const ARP_ORDER: &[OptionId] = &[
    core::IN_INTERFACE,
    core::OUT_INTERFACE,
    core::SOURCE,
    core::SOURCE_MAC,
    core::DESTINATION,
    core::DESTINATION_MAC,
    core::LENGTH,
    core::OPERATION,
    core::HARDWARE,
    core::PROTOCOL_TYPE,
];

/// Whether every packet has it, so that nothing is written.
fn is_any(arg: &Arg, value: &Value<'_>) -> bool {
    !arg.negated()
        && match value {
            Value::Protocol(0) => true,
            Value::Text(name) => &**name == b"+",
            // arptables is for Ethernet only.
            Value::Masked { value: 6, mask: 0xff } => arg.id() == core::LENGTH,
            Value::Masked { value: 1, mask: 0xffff } => arg.id() == core::HARDWARE,
            _ => false,
        }
}

/// Writes `[12:3456]`, however the counters were written. One that is too large stops at the largest, as for the
/// restore programs.
pub fn counters(text: &[u8], out: &mut Vec<u8>) {
    let mut numbers = text.split(|byte| !byte.is_ascii_digit()).filter(|part| !part.is_empty());
    let mut next = || {
        let digit = |byte: &u8| u64::from(byte - b'0');
        let number = |digits: &[u8]| {
            digits.iter().fold(0_u64, |sum, byte| sum.saturating_mul(10).saturating_add(digit(byte)))
        };
        numbers.next().map_or(0, number)
    };
    let (packets, bytes) = (next(), next());
    out.extend_from_slice(format!("[{packets}:{bytes}]").as_bytes());
}

fn head(part: &Part<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(part.by);
    whole(&part.name, out);
}
