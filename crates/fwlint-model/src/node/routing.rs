//! How a node routes: its rules in their order, and its routes by table.

use fwlint_syntax::{
    Family, Span,
    companions::{Hop, Route, RoutingRule},
};
use rustc_hash::FxHashSet;

use super::{Content, Node};
use crate::CompanionId;

/// A route of a node.
#[derive(Clone, Copy, Debug)]
pub struct NodeRoute<'n, 'd> {
    /// Where it stands.
    pub companion: CompanionId,
    /// The family of the packets that it is for.
    pub family: Family,
    /// The route.
    pub route: &'n Route<'d>,
    /// The ways that it leads.
    pub hops: &'n [Hop<'d>],
}

impl<'n, 'd> NodeRoute<'n, 'd> {
    /// The table that it is in, by name or number.
    pub fn table(self) -> &'d [u8] {
        self.route.table.unwrap_or(b"main")
    }

    /// All that makes it another route than the next: nothing of where it stands.
    fn identity(self) -> (Family, Route<'d>, &'n [Hop<'d>]) {
        let route = Route {
            span: Span::default(),
            family: None,
            table: Some(self.table()),
            hops: 0..0,
            ..self.route.clone()
        };
        (self.family, route, self.hops)
    }
}

/// The number of a routing table, of those that have a name in every system (`/etc/iproute2/rt_tables`).
pub fn table_number(table: &[u8]) -> Option<u32> {
    match table {
        b"local" => Some(255),
        b"main" => Some(254),
        b"default" => Some(253),
        b"unspec" => Some(0),
        number => std::str::from_utf8(number).ok()?.parse().ok(),
    }
}

impl<'d> Node<'d> {
    /// The routing rules of a family in the order in which they are asked.
    pub fn routing_rules(&self, family: Family) -> Vec<(CompanionId, &RoutingRule<'d>)> {
        let all = self.all(|content| if let Content::RoutingRules(all) = content { Some(all) } else { None });
        let mut rules: Vec<_> = all
            .flat_map(|(id, companion, rules)| {
                let named = companion.family;
                rules
                    .iter()
                    .filter(move |rule| rule_family(rule, named) == family)
                    .map(move |rule| (id, rule))
            })
            .collect();
        rules.sort_by_key(|(_, rule)| rule.priority);
        rules
    }

    /// The routes of a family, each once: `ip route show table all` prints those of both, and stands beside
    /// `ip -6 route show table all`.
    pub fn routes(&self, family: Family) -> Vec<NodeRoute<'_, 'd>> {
        let all = self.all(|content| if let Content::Routes(all) = content { Some(all) } else { None });
        let mut seen = FxHashSet::default();
        all.flat_map(|(companion, file, all)| {
            all.routes.iter().map(move |route| NodeRoute {
                companion,
                family: route.family.or(file.family).unwrap_or(Family::Ipv4),
                route,
                hops: all.hops.get(route.hops.clone()).unwrap_or_default(),
            })
        })
        .filter(|route| route.family == family && seen.insert(route.identity()))
        .collect()
    }
}

/// `ip rule` prints one family's rules; those without an address do not say which.
fn rule_family(rule: &RoutingRule<'_>, named: Option<Family>) -> Family {
    let address = rule.from.or(rule.to).map(|prefix| prefix.address);
    match address {
        Some(address) if address.is_ipv6() => Family::Ipv6,
        Some(_) => Family::Ipv4,
        None => named.unwrap_or(Family::Ipv4),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::{Companion, Kind};

    #[test]
    fn rules_are_asked_by_priority_and_family() {
        let v4 = b"100: from 10.0.0.0/8 lookup 7\n0: from all lookup local\n";
        let v6 = b"0: from all lookup local\n";
        let node = Node::new([
            Companion::read(v4, Kind::RoutingRules, None).unwrap(),
            Companion::read(v6, Kind::RoutingRules, Some(Family::Ipv6)).unwrap(),
        ]);
        let priorities: Vec<_> =
            node.routing_rules(Family::Ipv4).iter().map(|(_, rule)| rule.priority).collect();
        assert_eq!(priorities, [0, 100]);
        assert_eq!(node.routing_rules(Family::Ipv6).len(), 1);
    }

    #[test]
    fn routes_that_are_printed_twice_are_there_once() {
        let all = b"default dev wg0 table 7\nfd00::/64 dev eth0 metric 256 pref medium\ndefault dev wg0 table 7 metric 1 pref medium\n";
        let v6 = b"fd00::/64 dev eth0 metric 256 pref medium\ndefault dev wg0 table 7 metric 1 pref medium\ndefault dev wg1\n";
        let node = Node::new([
            Companion::read(all, Kind::Routes, None).unwrap(),
            Companion::read(v6, Kind::Routes, Some(Family::Ipv6)).unwrap(),
        ]);
        assert_eq!(node.routes(Family::Ipv4).len(), 1);
        let tables: Vec<_> =
            node.routes(Family::Ipv6).iter().map(|route| table_number(route.table())).collect();
        assert_eq!(tables, [Some(254), Some(7), Some(254)]);
    }
}
