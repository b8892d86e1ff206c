//! `ip rule` and `ip -6 rule`: which routing table a packet is looked up in.
//!
//! Source: `print_rule` of iproute2's `ip/iprule.c`.

use super::{
    Misread, Prefix, Reading,
    line::{Line, bare, lines},
    value::{ADDRESS, NUMBER, PREFIX, address, number, pair, prefix},
};
use crate::{Span, value};

/// A rule of the routing policy. What does not matter to it is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoutingRule<'s> {
    /// The line.
    pub span: Span,
    /// The lowest comes first.
    pub priority: u32,
    /// It applies to the packets that its selectors do not match.
    pub not: bool,
    /// The source.
    pub from: Option<Prefix>,
    /// The destination.
    pub to: Option<Prefix>,
    /// The TOS byte, as it stands.
    pub tos: Option<&'s [u8]>,
    /// The packet's mark, and which bits of it are looked at.
    pub mark: Option<(u32, u32)>,
    /// The interface that the packet came in by; `lo` for the host's own.
    pub iif: Option<&'s [u8]>,
    /// The interface that a socket is bound to.
    pub oif: Option<&'s [u8]>,
    /// The users, first and last.
    pub uids: Option<(u32, u32)>,
    /// The protocol's number.
    pub protocol: Option<u8>,
    /// The source ports, first and last.
    pub source_ports: Option<(u16, u16)>,
    /// The destination ports, first and last.
    pub destination_ports: Option<(u16, u16)>,
    /// Selectors that are known by name only: `tun_id`, `dscp`, `flowlabel`.
    pub others: bool,
    /// A route of the table counts only if its prefix is longer than this.
    pub suppress_prefix_length: Option<u32>,
    /// A route of the table does not count if its interface is of this group.
    pub suppress_group: Option<&'s [u8]>,
    /// What is done.
    pub action: RoutingAction<'s>,
}

/// What a [`RoutingRule`] does with a packet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RoutingAction<'s> {
    /// Looks for a route in this table, given by name or number.
    Lookup(&'s [u8]),
    /// Goes on at the rule of this priority; `None` if there is none.
    Goto(Option<u32>),
    /// Drops it.
    Blackhole,
    /// Drops it, and tells the sender that the network is unreachable.
    Unreachable,
    /// Drops it, and tells the sender that it is prohibited.
    Prohibit,
    /// Nothing.
    #[default]
    Nop,
}

/// Reads the rules, in order.
pub fn ip_rule(source: &[u8]) -> Reading<Vec<RoutingRule<'_>>> {
    let mut reading = Reading::<Vec<_>>::default();
    for line in lines(source, b'\\', bare) {
        match rule(line) {
            Ok(rule) => reading.content.push(rule),
            Err(error) => reading.misread(error),
        }
    }
    reading
}

fn rule(mut line: Line<'_>) -> Result<RoutingRule<'_>, Misread> {
    let span = line.span();
    let priority =
        line.value("a rule's priority with `:` behind it", |text| text.strip_suffix(b":").and_then(number))?;
    let mut rule = RoutingRule {
        span,
        priority,
        not: false,
        from: None,
        to: None,
        tos: None,
        mark: None,
        iif: None,
        oif: None,
        uids: None,
        protocol: None,
        source_ports: None,
        destination_ports: None,
        others: false,
        suppress_prefix_length: None,
        suppress_group: None,
        action: RoutingAction::Nop,
    };
    while let Some(word) = line.next() {
        match word.text {
            b"not" => rule.not = true,
            b"from" => rule.from = addresses(&mut line)?,
            b"to" => rule.to = addresses(&mut line)?,
            b"tos" | b"dsfield" => rule.tos = Some(line.word("a TOS byte")?.text),
            b"fwmark" => {
                rule.mark = Some(line.value("a mark, with a mask behind `/` if it likes", |text| {
                    pair(text, b'/', u32::MAX)
                })?);
            }
            b"iif" => rule.iif = Some(line.word(INTERFACE)?.text),
            b"oif" => rule.oif = Some(line.word(INTERFACE)?.text),
            b"uidrange" => {
                rule.uids = Some(line.value("two users as `first-last`", |text| pair(text, b'-', 0))?);
            }
            b"ipproto" => {
                rule.protocol = Some(line.value("an IP protocol", |text| {
                    value::protocol_number(text.strip_prefix(b"ipproto-").unwrap_or(text))
                        .and_then(|number| u8::try_from(number).ok())
                })?);
            }
            b"sport" => rule.source_ports = Some(line.value(PORTS, ports)?),
            b"dport" => rule.destination_ports = Some(line.value(PORTS, ports)?),
            b"tun_id" | b"dscp" | b"flowlabel" => {
                line.word(NUMBER)?;
                rule.others = true;
            }
            b"lookup" | b"table" => rule.action = RoutingAction::Lookup(line.word("a routing table")?.text),
            b"suppress_prefixlength" | b"sup_pl" => {
                rule.suppress_prefix_length = Some(line.value(NUMBER, number)?);
            }
            b"suppress_ifgroup" | b"sup_group" => {
                rule.suppress_group = Some(line.word("a group of interfaces")?.text);
            }
            b"goto" => {
                rule.action = RoutingAction::Goto(line.value(
                    "the priority of a rule, or `none`",
                    |text| match text {
                        b"none" => Some(None),
                        text => number(text).map(Some),
                    },
                )?);
            }
            b"blackhole" => rule.action = RoutingAction::Blackhole,
            b"unreachable" => rule.action = RoutingAction::Unreachable,
            b"prohibit" => rule.action = RoutingAction::Prohibit,
            b"nop" => rule.action = RoutingAction::Nop,
            b"map-to" => drop(line.value(ADDRESS, address)?),
            b"realms" | b"proto" | b"protocol" => drop(line.word("a name or number")?),
            // Flags: notes of the kernel, and how the table was come by.
            b"[detached]" | b"[unresolved]" | b"masquerade" => {}
            _ => return Err(word.misread("a selector or action of a routing rule, as `ip rule` prints it")),
        }
    }
    Ok(rule)
}

const INTERFACE: &str = "the name of an interface";
const PORTS: &str = "a port, or two as `first-last`";

/// `None` is all.
fn addresses(line: &mut Line<'_>) -> Result<Option<Prefix>, Misread> {
    if line.takes(b"all") { Ok(None) } else { line.value(PREFIX, prefix).map(Some) }
}

fn ports(text: &[u8]) -> Option<(u16, u16)> {
    value::port_range(text, b'-').map(|range| (range.low, range.high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_as_they_are_printed() {
        let reading = ip_rule(
            b"0:\tfrom all lookup local\n32764:\tfrom all lookup main suppress_prefixlength 0\n\
            32765:\tnot from all fwmark 0xca6c/0xffff lookup 51820 \n9:\tfrom 10.0.0.0/8 to fd00::1 tos 0x10 iif eth0 [detached] \
            oif eth1 uidrange 0-99 ipproto tcp sport 1-2 dport 80 goto 100\n10:\tfrom all unreachable proto static\n\
            11:\tfrom all goto none [unresolved]\n1000:\tfrom all lookup [l3mdev-table]\n",
        );
        assert_eq!(reading.errors, []);
        let rules = &reading.content;
        assert_eq!(rules[0].action, RoutingAction::Lookup(b"local"));
        assert_eq!(rules[1].suppress_prefix_length, Some(0));
        assert_eq!((rules[2].not, rules[2].mark), (true, Some((0xca6c, 0xffff))));
        assert_eq!((rules[3].uids, rules[3].protocol), (Some((0, 99)), Some(6)));
        assert_eq!((rules[3].source_ports, rules[3].destination_ports), (Some((1, 2)), Some((80, 80))));
        assert_eq!((rules[3].iif, rules[3].oif), (Some(&b"eth0"[..]), Some(&b"eth1"[..])));
        assert_eq!(rules[3].action, RoutingAction::Goto(Some(100)));
        assert_eq!(rules[4].action, RoutingAction::Unreachable);
        assert_eq!(rules[5].action, RoutingAction::Goto(None));
        assert_eq!(rules[6].action, RoutingAction::Lookup(b"[l3mdev-table]"));
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_place() {
        let source = b"0: from all lookup local\nfrom all lookup main\n5: from 10.0.0.256 lookup x\n6: fwmark\n7: form all\n";
        let reading = ip_rule(source);
        assert_eq!(reading.content.len(), 1);
        let words: Vec<_> = reading.errors.iter().map(|error| error.span.of(source)).collect();
        assert_eq!(words, [&b"from"[..], b"10.0.0.256", b"", b"form"]);
    }
}
