//! `ip route show` and `ip -6 route show`, of one table or of all.
//!
//! Source: `print_route` of iproute2's `ip/iproute.c`; the kinds' numbers are those of `linux/rtnetlink.h`.

use std::{net::IpAddr, ops::Range};

use super::{
    Misread, Prefix, Reading,
    line::{Line, Word, bare, lines},
    value::{ADDRESS, NUMBER, PREFIX, address, number, prefix},
};
use crate::{Span, tree::Family};

/// Routes, and where they lead.
#[derive(Clone, Debug, Default)]
pub struct Routes<'s> {
    /// The routes, in order.
    pub routes: Vec<Route<'s>>,
    /// The hops of all routes, in order.
    pub hops: Vec<Hop<'s>>,
}

/// A route.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Route<'s> {
    /// The line.
    pub span: Span,
    /// What becomes of the packets.
    pub kind: RouteKind,
    /// The family, if the line tells: `default dev wg0` does not.
    pub family: Option<Family>,
    /// Where to; `None` is everywhere.
    pub destination: Option<Prefix>,
    /// Of which source only (IPv6).
    pub from: Option<Prefix>,
    /// The table, by name or number; `None` where it is not printed: the one that was asked for, else `main`.
    pub table: Option<&'s [u8]>,
    /// The source address of what the host itself sends.
    pub source: Option<IpAddr>,
    /// The lowest is taken.
    pub metric: Option<u32>,
    /// The TOS byte, as it stands.
    pub tos: Option<&'s [u8]>,
    /// `global`, `link`, `host`, …
    pub scope: Option<&'s [u8]>,
    /// Indices into [`Routes::hops`]: none for `unreachable` and the like.
    pub hops: Range<usize>,
}

/// What becomes of packets that take a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RouteKind {
    /// They leave by a hop.
    Unicast,
    /// They are the host's own.
    Local,
    /// They are broadcast.
    Broadcast,
    /// They are the host's own, as an anycast address (IPv6).
    Anycast,
    /// They are multicast.
    Multicast,
    /// They are dropped.
    Blackhole,
    /// They are dropped, and the sender is told that the host is unreachable.
    Unreachable,
    /// They are dropped, and the sender is told that it is prohibited.
    Prohibit,
    /// The table has no route for them: the next routing rule decides.
    Throw,
    /// Their addresses are translated (gone since Linux 2.6).
    Nat,
    /// Another program is asked.
    XResolve,
}

/// One way of a route.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Hop<'s> {
    /// The gateway, which may be of the other family.
    pub via: Option<IpAddr>,
    /// The interface.
    pub device: Option<&'s [u8]>,
    /// How often it is taken, against the others.
    pub weight: Option<u32>,
    /// It cannot be taken: `dead` or `linkdown`.
    pub is_down: bool,
}

/// In the order of their numbers, from 1.
const KINDS: [(&str, RouteKind); 11] = [
    ("unicast", RouteKind::Unicast),
    ("local", RouteKind::Local),
    ("broadcast", RouteKind::Broadcast),
    ("anycast", RouteKind::Anycast),
    ("multicast", RouteKind::Multicast),
    ("blackhole", RouteKind::Blackhole),
    ("unreachable", RouteKind::Unreachable),
    ("prohibit", RouteKind::Prohibit),
    ("throw", RouteKind::Throw),
    ("nat", RouteKind::Nat),
    ("xresolve", RouteKind::XResolve),
];

/// Attributes that fwlint has no use for, with how many words each takes.
const OTHERS: &[(&str, usize)] = &[
    ("proto", 1),
    ("nhid", 1),
    ("realm", 1),
    ("realms", 1),
    ("pref", 1),
    ("expires", 1),
    ("error", 1),
    ("ttl-propagate", 1),
    ("users", 1),
    ("age", 1),
    ("used", 1),
    ("mark", 1),
    ("uid", 1),
    ("iif", 1),
    ("ipid", 1),
    ("ts", 1),
    ("tsage", 1),
    ("Oifs:", 1),
    // How packets are sent; with `lock` in front of the value they may not be changed.
    ("mtu", 1),
    ("advmss", 1),
    ("window", 1),
    ("rtt", 1),
    ("rttvar", 1),
    ("ssthresh", 1),
    ("cwnd", 1),
    ("reordering", 1),
    ("hoplimit", 1),
    ("initcwnd", 1),
    ("initrwnd", 1),
    ("features", 1),
    ("rto_min", 1),
    ("quickack", 1),
    ("congctl", 1),
    ("fastopen_no_cookie", 1),
    // Flags.
    ("onlink", 0),
    ("pervasive", 0),
    ("unresolved", 0),
    ("offload", 0),
    ("offload_failed", 0),
    ("rt_offload", 0),
    ("rt_offload_failed", 0),
    ("rt_trap", 0),
    ("trap", 0),
    ("notify", 0),
    ("tunneled", 0),
    ("cache", 0),
];

/// Reads the routes, in order.
pub fn ip_route(source: &[u8]) -> Reading<Routes<'_>> {
    let mut reading = Reading::<Routes<'_>>::default();
    for mut line in lines(source, b'\\', bare) {
        let Routes { routes, hops } = &mut reading.content;
        let read = match line.peek().map(|word| word.text) {
            // A hop of its own belongs to the route above. With `-details` there is more about it.
            Some(b"nexthop") => {
                line.next();
                further_hop(line, routes.last_mut(), hops)
            }
            Some(b"nh_info") => Ok(()),
            _ => route(line, hops).map(|route| routes.push(route)),
        };
        if let Err(error) = read {
            reading.misread(error);
        }
    }
    reading
}

fn further_hop<'s>(
    mut line: Line<'s>,
    route: Option<&mut Route<'s>>,
    hops: &mut Vec<Hop<'s>>,
) -> Result<(), Misread> {
    let Some(route) = route.filter(|route| route.hops.end == hops.len()) else {
        return Err(line.word("a route in front of its hops")?.misread("a route in front of its hops"));
    };
    let mut hop = Hop::default();
    while let Some(word) = line.next() {
        if !part_of_hop(word, &mut line, &mut hop)? {
            other(word, &mut line)?;
        }
    }
    hops.push(hop);
    route.hops.end = hops.len();
    Ok(())
}

fn route<'s>(mut line: Line<'s>, hops: &mut Vec<Hop<'s>>) -> Result<Route<'s>, Misread> {
    let span = line.span();
    let kind = line.peek().and_then(|word| kind(word.text));
    if kind.is_some() {
        line.next();
    }
    let destination = if line.takes(b"default") {
        None
    } else {
        Some(line.value("a kind of route, `default` or an IP address", prefix)?)
    };
    let mut route = Route {
        span,
        kind: kind.unwrap_or(RouteKind::Unicast),
        family: destination.map(|prefix| family(prefix.address)),
        destination,
        from: None,
        table: None,
        source: None,
        metric: None,
        tos: None,
        scope: None,
        hops: hops.len()..hops.len(),
    };
    let mut hop = Hop::default();
    while let Some(word) = line.next() {
        match word.text {
            b"from" if line.takes(b"default") || line.takes(b"all") => {}
            b"from" => route.from = Some(line.value(PREFIX, prefix)?),
            b"table" => route.table = Some(line.word("a routing table")?.text),
            b"src" => route.source = Some(line.value(ADDRESS, address)?),
            b"metric" => route.metric = Some(line.value(NUMBER, number)?),
            b"tos" | b"dsfield" => route.tos = Some(line.word("a TOS byte")?.text),
            b"scope" => route.scope = Some(line.word("a scope")?.text),
            // Only IPv6 has it, and prints it always.
            b"pref" => {
                line.word("a router's preference")?;
                route.family = Some(Family::Ipv6);
            }
            _ if part_of_hop(word, &mut line, &mut hop)? => {}
            _ => other(word, &mut line)?,
        }
    }
    let told = route.source.or(route.from.map(|from| from.address)).or(hop.via);
    route.family = route.family.or(told.map(family));
    if hop.device.is_some() || hop.via.is_some() {
        hops.push(hop);
        route.hops.end = hops.len();
    }
    Ok(route)
}

/// Reads what belongs to a hop; `false` if this word does not.
fn part_of_hop<'s>(word: Word<'s>, line: &mut Line<'s>, hop: &mut Hop<'s>) -> Result<bool, Misread> {
    match word.text {
        b"via" => {
            // `via inet6 fe80::1`: the gateway of an IPv4 route.
            if line.peek().is_some_and(|next| matches!(next.text, b"inet" | b"inet6")) {
                line.next();
            }
            hop.via = Some(line.value(ADDRESS, address)?);
        }
        b"dev" => hop.device = Some(line.word("the name of an interface")?.text),
        b"weight" => hop.weight = Some(line.value(NUMBER, number)?),
        b"dead" | b"linkdown" => hop.is_down = true,
        // What the packets are wrapped in has words like those of a route.
        b"encap" => {
            while line.peek().is_some_and(|next| !matches!(next.text, b"via" | b"dev")) {
                line.next();
            }
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn other(word: Word<'_>, line: &mut Line<'_>) -> Result<(), Misread> {
    let known = OTHERS.iter().find(|(name, _)| name.as_bytes() == word.text);
    // `cache <local,brd>`
    let is_note = word.text.starts_with(b"<") && word.text.ends_with(b">");
    match known {
        None if is_note => {}
        None => return Err(word.misread("an attribute of a route, as `ip route` prints it")),
        Some((_, 0)) => {}
        Some(_) => {
            line.takes(b"lock");
            line.word("a value")?;
        }
    }
    Ok(())
}

fn kind(text: &[u8]) -> Option<RouteKind> {
    let named = KINDS.iter().find(|(name, _)| name.as_bytes() == text);
    // `ip -N` prints numbers.
    let numbered = || {
        let index = number(text)?.checked_sub(1)?;
        KINDS.get(usize::try_from(index).ok()?)
    };
    named.or_else(numbered).map(|&(_, kind)| kind)
}

fn family(address: IpAddr) -> Family {
    if address.is_ipv4() { Family::Ipv4 } else { Family::Ipv6 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As iproute2 6.1 printed them.
    const PRINTED: &str = "\
default via 198.51.100.1 dev eth0 proto dhcp src 198.51.100.10 metric 100 
10.5.0.0/16 via 10.0.0.2 dev d0 onlink realms 4/5 mtu lock 1400 advmss 1300 hoplimit 64 initcwnd 10 
10.6.0.0/16 
\tnexthop via 10.0.0.3 dev d0 weight 2 
\tnexthop via 10.0.0.4 dev d0 weight 1 linkdown 
10.10.0.0/24 via inet6 fe80::1 dev d0 
10.15.0.0/24  encap ip id 7 src 0.0.0.0 dst 10.0.0.5 ttl 0 tos 0 dev d0 scope link 
blackhole 10.8.0.0/16 table 77 metric 5 
2 127.0.0.0/8 dev lo table 255 proto 2 scope 254 src 127.0.0.1 
fd02::/64 metric 1024 pref medium\\\tnexthop via fd00::2 dev d0 weight 1 \\\tnexthop via fd00::3 dev d0 weight 1 
default dev wg0 table 51820 metric 1024 linkdown pref medium
default dev wg0 table 51820 scope link linkdown 
fd04::/64 from fd09::/64 dev d0 metric 1024 expires 98sec pref high
unicast 10.13.0.0/24 nhid 1 via 10.0.0.5 dev d0 proto boot scope global 
\tnh_info id 1 via 10.0.0.5 dev d0 scope link proto unspec 
";

    #[test]
    fn routes_as_they_are_printed() {
        let reading = ip_route(PRINTED.as_bytes());
        assert_eq!(reading.errors, []);
        let Routes { routes, hops } = &reading.content;
        assert_eq!(routes.len(), 12);
        assert_eq!((routes[0].destination, routes[0].metric), (None, Some(100)));
        assert_eq!(hops[routes[1].hops.clone()][0].device, Some(&b"d0"[..]));
        let weights: Vec<_> =
            hops[routes[2].hops.clone()].iter().map(|hop| (hop.weight, hop.is_down)).collect();
        assert_eq!(weights, [(Some(2), false), (Some(1), true)]);
        assert_eq!(
            (routes[3].family, hops[routes[3].hops.clone()][0].via.unwrap().is_ipv6()),
            (Some(Family::Ipv4), true)
        );
        assert_eq!(hops[routes[4].hops.clone()][0].device, Some(&b"d0"[..]));
        assert_eq!(
            (routes[5].kind, routes[5].table, routes[5].hops.len()),
            (RouteKind::Blackhole, Some(&b"77"[..]), 0)
        );
        assert_eq!(routes[6].kind, RouteKind::Local);
        assert_eq!(routes[7].hops.len(), 2);
        assert_eq!((routes[8].family, routes[9].family), (Some(Family::Ipv6), None));
        assert_eq!(routes[10].from.unwrap().length, 64);
        assert_eq!(routes[11].hops.len(), 1);
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_place() {
        let source = b"Kernel IP routing table\n10.0.0.0/33 dev x\n10.0.0.0/8 dev\n10.0.0.0/8 dev x colour red\n\tnexthop via 1.1.1.1\n";
        let reading = ip_route(source);
        let words: Vec<_> = reading.errors.iter().map(|error| error.span.of(source)).collect();
        assert_eq!(words, [&b"Kernel"[..], b"10.0.0.0/33", b"", b"colour", b"via"]);
    }
}
