//! Who writes which chains: the programs that write firewalls, and the names
//! that are theirs. Tables of names only; what a ruleset means is not known here.

mod generator;
mod generators;
mod index;
mod pattern;
#[cfg(test)]
mod testing;

pub use generator::{Generator, OwnedChain, Owner};
pub use generators::GENERATORS;

/// The program that owns the chain of this name in this table, if one is known.
///
/// `beside` tells whether the same table also has a chain of the given name:
/// some names are too common to be taken for a program's without one of its
/// unmistakable chains next to them (see [`field@OwnedChain::beside`]).
///
/// Of several families that cover a name the most specific one counts: the one
/// with the longest literal text, and then the one that asked for a neighbour.
///
/// ```
/// use fwlint_generators::owner_of;
///
/// let owner = owner_of("filter", "DOCKER-USER", |_| false).unwrap();
/// assert_eq!(owner.generator.name, "Docker");
/// assert!(owner.chain.when_empty.is_some());
///
/// assert!(owner_of("filter", "IN_public", |_| false).is_none());
/// let firewalld = owner_of("filter", "IN_public", |name| name == "INPUT_direct");
/// assert_eq!(firewalld.unwrap().generator.name, "firewalld");
/// ```
pub fn owner_of(table: &str, chain: &str, beside: impl Fn(&str) -> bool) -> Option<Owner> {
    index::claims(table, chain)
        .filter(|claim| claim.holds(&beside))
        .max_by_key(|claim| claim.weight())
        .map(|claim| Owner { generator: claim.generator, chain: claim.chain })
}

/// Whether the program of this name writes a host's whole firewall, from a description of its own: then rules in
/// chains without a name of the program's, and those in built-in chains, are most likely its as well.
///
/// ```
/// assert!(fwlint_generators::writes_whole_firewalls("Shorewall"));
/// assert!(!fwlint_generators::writes_whole_firewalls("Docker"));
/// ```
pub fn writes_whole_firewalls(program: &str) -> bool {
    matches!(program, "FireHOL" | "OpenWrt" | "Proxmox VE" | "Shorewall")
}

/// The names of the programs that own chains among these, in the order of
/// [`GENERATORS`], each once.
///
/// The chains are those of one dump, as table and name, in any order: a dump of
/// iptables and one of ip6tables are asked about separately, because what
/// stands [beside](field@OwnedChain::beside) a chain is looked for in its own table.
///
/// ```
/// let chains = [("nat", "KUBE-SVC-NPX46M4PTMTKRN6Y"), ("filter", "f2b-sshd")];
/// assert_eq!(fwlint_generators::written_by(chains), ["fail2ban", "kube-proxy"]);
/// ```
pub fn written_by<'a>(chains: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<&'static str> {
    let mut written = Written::default();
    let mut anchors: Vec<(&str, &str)> = Vec::new();
    let mut undecided: Vec<(&str, &str)> = Vec::new();

    for (table, chain) in chains {
        let mut best = None;
        let mut depends = false;
        for claim in index::claims(table, chain) {
            if claim.is_anchor {
                anchors.push((table, chain));
            }
            if claim.chain.beside.is_empty() {
                best = best.max(Some((claim.weight(), claim.rank)));
            } else {
                depends = true;
            }
        }
        if depends {
            undecided.push((table, chain));
        } else if let Some((_, rank)) = best {
            written.add(rank);
        }
    }

    for (table, chain) in undecided {
        let has = |name: &str| anchors.contains(&(table, name));
        let best =
            index::claims(table, chain).filter(|claim| claim.holds(has)).max_by_key(|claim| claim.weight());
        if let Some(claim) = best {
            written.add(claim.rank);
        }
    }

    written.names()
}

/// The generators met so far, by their place in [`GENERATORS`].
#[derive(Debug, Default)]
struct Written(Vec<usize>);

impl Written {
    fn add(&mut self, rank: usize) {
        // Chains of one program stand together, so the last one met is the
        // usual answer, and there are never more than a handful.
        if !self.0.iter().rev().any(|&known| known == rank) {
            self.0.push(rank);
        }
    }

    fn names(mut self) -> Vec<&'static str> {
        self.0.sort_unstable();
        self.0.into_iter().filter_map(|rank| GENERATORS.get(rank)).map(|generator| generator.name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kubernetes_node() -> Vec<(&'static str, &'static str)> {
        vec![
            ("filter", "DOCKER-USER"),
            ("filter", "cali-FORWARD"),
            ("filter", "ufw-user-input"),
            ("filter", "my-own"),
            ("nat", "KUBE-MARK-MASQ"),
            ("nat", "KUBE-SERVICES"),
            ("nat", "KUBE-SEP-SXIVWICOYRO3J4NJ"),
        ]
    }

    #[test]
    fn programs_are_named_once_and_in_the_order_of_the_list() {
        let chains = kubernetes_node();
        let written = written_by(chains.iter().copied());
        assert_eq!(written, ["Calico", "Docker", "kube-proxy", "ufw"]);

        let backwards = written_by(chains.iter().rev().copied());
        assert_eq!(written, backwards);
        let twice = written_by(chains.iter().chain(&chains).copied());
        assert_eq!(written, twice);
    }

    #[test]
    fn every_name_alone_agrees_with_its_owner() {
        for (table, chain) in kubernetes_node() {
            let owner = owner_of(table, chain, |_| false).map(|owner| owner.generator.name);
            assert_eq!(written_by([(table, chain)]), Vec::from_iter(owner));
        }
    }

    #[test]
    fn a_neighbour_counts_in_its_own_table_only() {
        assert_eq!(written_by([("nat", "KUBE-MARK-MASQ")]), ["kubelet"]);
        assert_eq!(
            written_by([("nat", "KUBE-MARK-MASQ"), ("filter", "KUBE-SERVICES")]),
            ["kube-proxy", "kubelet"]
        );
        assert_eq!(written_by([("nat", "KUBE-MARK-MASQ"), ("nat", "KUBE-SERVICES")]), ["kube-proxy"]);
    }

    #[test]
    fn unknown_chains_have_no_owner() {
        for (table, chain) in [
            ("filter", ""),
            ("filter", "LOGDROP"),
            ("filter", "KUBE-MY-OWN"),
            ("nat", "INPUT"),
            ("no such table", "DOCKER"),
        ] {
            assert!(owner_of(table, chain, |_| true).is_none(), "{chain}");
        }
        assert!(written_by([]).is_empty());
    }
}
