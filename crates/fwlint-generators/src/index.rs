//! From a chain name to the families that cover it, by binary search over the
//! text they begin with: a node with 120,000 chains is asked about each.

use std::sync::LazyLock;

use crate::generator::{Generator, OwnedChain};
use crate::generators::GENERATORS;
use crate::pattern;

/// One family of one generator.
#[derive(Debug)]
pub(crate) struct Claim {
    pub(crate) generator: &'static Generator,
    pub(crate) chain: &'static OwnedChain,
    /// The generator's place in [`GENERATORS`].
    pub(crate) rank: usize,
    /// Some other family of the generator asks for this chain beside it.
    pub(crate) is_anchor: bool,
    literal: usize,
}

impl Claim {
    /// Which of several claims counts: the greatest.
    pub(crate) fn weight(&self) -> (usize, bool) {
        (self.literal, !self.chain.beside.is_empty())
    }

    /// Whether what must stand beside the chain does.
    pub(crate) fn holds(&self, beside: impl Fn(&str) -> bool) -> bool {
        let names = self.chain.beside;
        names.is_empty() || names.iter().any(|name| beside(name))
    }
}

/// The claims whose patterns begin with the same text.
#[derive(Debug)]
struct Node {
    prefix: &'static str,
    /// The node of the longest text that this one's begins with.
    outer: Option<usize>,
    claims: Vec<Claim>,
}

/// Sorted by prefix, so that every node whose prefix a name begins with is
/// found from the last one that does not sort behind the name, going outwards.
static NODES: LazyLock<Vec<Node>> = LazyLock::new(|| {
    let mut claims: Vec<Claim> = GENERATORS
        .iter()
        .enumerate()
        .flat_map(|(rank, generator)| {
            generator.chains.iter().map(move |chain| Claim {
                generator,
                chain,
                rank,
                is_anchor: is_anchor(generator, chain),
                literal: pattern::literal(chain.pattern),
            })
        })
        .collect();
    claims.sort_by_key(|claim| pattern::prefix(claim.chain.pattern));

    let mut nodes: Vec<Node> = Vec::new();
    for claim in claims {
        let prefix = pattern::prefix(claim.chain.pattern);
        match nodes.last_mut() {
            Some(node) if node.prefix == prefix => node.claims.push(claim),
            _ => {
                let outer = nodes.iter().rposition(|node| prefix.starts_with(node.prefix));
                nodes.push(Node { prefix, outer, claims: vec![claim] });
            }
        }
    }
    nodes
});

fn is_anchor(generator: &Generator, chain: &OwnedChain) -> bool {
    chain.beside.is_empty() && generator.chains.iter().any(|other| other.beside.contains(&chain.pattern))
}

/// Every family that covers this name in this table, whatever must stand
/// beside it.
pub(crate) fn claims(table: &str, name: &str) -> impl Iterator<Item = &'static Claim> {
    let nodes: &'static [Node] = &NODES;
    let last = nodes.partition_point(|node| node.prefix <= name);
    let innermost = last.checked_sub(1).and_then(|place| nodes.get(place));
    std::iter::successors(innermost, |node| node.outer.and_then(|place| nodes.get(place)))
        .filter(move |node| name.starts_with(node.prefix))
        .flat_map(|node| &node.claims)
        .filter(move |claim| claim.chain.is_in(table) && pattern::matches(claim.chain.pattern, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names that each family of the whole list covers, and some besides.
    fn names() -> Vec<String> {
        let mut names = vec![String::new(), "~".into(), "A".into()];
        for family in GENERATORS.iter().flat_map(|generator| generator.chains) {
            for filler in ["a", "public", "0i0"] {
                let name = family.pattern.replace('*', filler);
                names.push(format!("{name}-x"));
                names.push(name);
            }
        }
        names
    }

    #[test]
    fn the_search_finds_what_looking_at_every_family_finds() {
        for name in names() {
            for table in ["filter", "nat", "mangle", "raw", "security", "broute"] {
                let mut found: Vec<_> = claims(table, &name)
                    .map(|claim| (claim.rank, claim.chain.pattern, claim.chain.beside))
                    .collect();
                let mut expected: Vec<_> = GENERATORS
                    .iter()
                    .enumerate()
                    .flat_map(|(rank, generator)| generator.chains.iter().map(move |chain| (rank, chain)))
                    .filter(|(_, chain)| chain.is_in(table) && pattern::matches(chain.pattern, &name))
                    .map(|(rank, chain)| (rank, chain.pattern, chain.beside))
                    .collect();
                found.sort_unstable();
                expected.sort_unstable();
                assert_eq!(found, expected, "{name} in {table}");
            }
        }
    }
}
