//! The companions in `corpus/`: all of each can be read, and its content tells what it is.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests read the corpus, and fail by panicking"
)]

use std::{collections::BTreeMap, fs, path::Path};

use fwlint_model::{
    Node,
    node::{Companion, Content, Kind},
    syntax::companions::SET_TYPES,
};

/// Every companion that is text: its path, what its name says that it is, and its bytes.
fn companions() -> Vec<(String, Kind, Vec<u8>)> {
    let mut found = Vec::new();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus")];
    while let Some(path) = open.pop() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if let Some((kind, _)) = Kind::named(&name).filter(|&(kind, _)| kind != Kind::Kubernetes) {
            found.push((path.to_string_lossy().into_owned(), kind, fs::read(&path).unwrap()));
        }
    }
    found.sort();
    found
}

#[test]
fn all_of_each_is_read() {
    let mut read: BTreeMap<Kind, usize> = BTreeMap::new();
    for (path, kind, source) in companions() {
        let companion = Companion::read(&source, kind, None).unwrap();
        assert_eq!(companion.errors, [], "{path}");
        assert_eq!(Kind::told_by(&source), Some(kind), "{path}");
        let lines = source.split(|&byte| byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).count();
        let items = match &companion.content {
            Content::Sets(sets) => sets.sets.len() + sets.entries.len(),
            Content::RoutingRules(rules) => rules.len(),
            // A route with several hops has a line for each below its own.
            Content::Routes(all) => all
                .routes
                .iter()
                .map(|route| if route.hops.len() > 1 { 1 + route.hops.len() } else { 1 })
                .sum(),
            // An interface has lines of its own, and `valid_lft` stands below each address.
            Content::Interfaces(all) => {
                assert!(!all.addresses.is_empty(), "{path}");
                lines
            }
            Content::VirtualServers(all) => all.virtual_servers.len() + all.real_servers.len(),
            Content::Settings(settings) => settings.len(),
            Content::Kubernetes(_) => unreachable!("left out"),
        };
        assert_eq!(items, lines, "{path}");
        *read.entry(kind).or_default() += 1;
    }
    assert_eq!(read.len(), 6, "{read:?}");
    assert!(read.values().sum::<usize>() > 40, "{read:?}");
}

#[test]
fn a_set_of_each_type_is_among_them() {
    let companions = companions();
    let node =
        Node::new(companions.iter().filter_map(|(_, kind, source)| Companion::read(source, *kind, None)));
    for kind in SET_TYPES {
        let of_kind = || node.sets().filter(|set| set.set.kind.name == kind.name);
        assert!(of_kind().any(|set| !set.entries().is_empty()), "{}", kind.name);
        for set in of_kind() {
            for entry in set.entries() {
                assert_eq!(entry.parts(set.source, set.set).count(), kind.dimensions.len(), "{entry:?}");
            }
        }
    }
}
