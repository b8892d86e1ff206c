//! What the rooms' tests say: these chains are this program's, those are not.

use crate::{Generator, owner_of};

/// Each of these chains, given as table and name, is this generator's in a
/// table that has all of its unmistakable chains.
pub(crate) fn owns(generator: &Generator, chains: &[(&str, &str)]) {
    let anchors: Vec<&str> = generator.chains.iter().flat_map(|chain| chain.beside).copied().collect();
    for &(table, name) in chains {
        let owner = owner_of(table, name, |other| anchors.contains(&other));
        assert_eq!(owner.map(|owner| owner.generator.name), Some(generator.name), "{table} {name}");
    }
}

/// None of these chains is this generator's, whatever stands beside them.
pub(crate) fn leaves(generator: &Generator, chains: &[(&str, &str)]) {
    for &(table, name) in chains {
        let owner = owner_of(table, name, |_| true);
        assert_ne!(owner.map(|owner| owner.generator.name), Some(generator.name), "{table} {name}");
    }
}
