//! Node directories: the state of one machine in files with agreed names.

use std::path::Path;

use fwlint_model::{
    node::Kind,
    syntax::{Backend, Family},
};

/// What the name of a file in a node directory says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SaveName {
    /// Whose rules are in it; `None` if it holds no rules (`ipset-save`, `ipvsadm-save`).
    pub(crate) family: Option<Family>,
    /// The backend, if the name tells.
    pub(crate) backend: Option<Backend>,
    /// It has counters.
    counters: bool,
    /// What follows: `.txt` and the like.
    rest: String,
}

const PROGRAMS: [(&str, Option<Family>); 6] = [
    ("iptables", Some(Family::Ipv4)),
    ("ip6tables", Some(Family::Ipv6)),
    ("ebtables", Some(Family::Bridge)),
    ("arptables", Some(Family::Arp)),
    ("ipset", None),
    ("ipvsadm", None),
];

const BACKENDS: [(&str, Option<Backend>); 3] =
    [("", None), ("-legacy", Some(Backend::Legacy)), ("-nft", Some(Backend::Nft))];

/// Reads `iptables-save.txt`, `ip6tables-nft-save-c`, `ipset-save.txt`, …
pub(crate) fn save_name(name: &str) -> Option<SaveName> {
    let (name, family) =
        PROGRAMS.into_iter().find_map(|(program, family)| Some((name.strip_prefix(program)?, family)))?;
    let (name, backend) = BACKENDS.into_iter().find_map(|(half, backend)| {
        let name = name.strip_prefix(half)?.strip_prefix("-save")?;
        Some((name, backend))
    })?;
    let ends = |rest: &&str| rest.is_empty() || rest.starts_with('.');
    let (counters, rest) = match name.strip_prefix("-c").filter(ends) {
        Some(rest) => (true, rest),
        None => (false, name),
    };
    Some(SaveName { family, backend, counters, rest: rest.to_owned() })
}

impl SaveName {
    /// Whether this is the same state as the other, but without counters.
    fn is_lesser_twin_of(&self, other: &Self) -> bool {
        let whose = |name: &Self| (name.family, name.backend);
        whose(self) == whose(other) && self.rest == other.rest && !self.counters && other.counters
    }
}

/// The files of a directory that is a node's state.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Node<'a> {
    /// The dumps to read.
    pub(super) dumps: Vec<&'a str>,
    /// The companions to read.
    pub(super) companions: Vec<(&'a str, Kind)>,
    /// What is left out and does not stand beside as a dump with counters.
    pub(super) others: Vec<&'a str>,
}

/// Sorts out the names of a directory's files; `None` if none of them makes it a node's.
pub(super) fn node<'a>(names: &[&'a str]) -> Option<Node<'a>> {
    let read: Vec<_> = names.iter().map(|&name| (name, save_name(name))).collect();
    let saves = || read.iter().filter_map(|(_, save)| save.as_ref());
    saves().next()?;
    let mut node = Node { dumps: Vec::new(), companions: Vec::new(), others: Vec::new() };
    for (name, save) in &read {
        match save {
            Some(save) if save.family.is_some() => {
                if !saves().any(|other| save.is_lesser_twin_of(other)) {
                    node.dumps.push(name);
                }
            }
            _ => match Kind::named(name) {
                Some((kind, _)) => node.companions.push((name, kind)),
                None => node.others.push(name),
            },
        }
    }
    Some(node)
}

/// The family that the name of a companion tells: `ip-rule-v6.txt`, `ip-route6`.
pub(super) fn family_of_companion(path: &Path) -> Option<Family> {
    let (_, rest) = Kind::named(path.file_name()?.to_str()?)?;
    let rest = rest.trim_start_matches(['-', '_', 'v', '.']);
    let tells = |digit: char| {
        rest.strip_prefix(digit)
            .is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_alphanumeric()))
    };
    match (tells('4'), tells('6')) {
        (true, _) => Some(Family::Ipv4),
        (_, true) => Some(Family::Ipv6),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_program_backend_and_counters() {
        let read = |name| save_name(name).map(|save| (save.family, save.backend, save.counters, save.rest));
        let v4 = Some(Family::Ipv4);
        assert_eq!(read("iptables-save"), Some((v4, None, false, String::new())));
        assert_eq!(read("iptables-save-c.txt"), Some((v4, None, true, ".txt".into())));
        assert_eq!(read("iptables-save-copy"), Some((v4, None, false, "-copy".into())));
        assert_eq!(
            read("ip6tables-legacy-save-c"),
            Some((Some(Family::Ipv6), Some(Backend::Legacy), true, String::new()))
        );
        assert_eq!(read("ipset-save.txt"), Some((None, None, false, ".txt".into())));
        assert_eq!(read("my-iptables-save"), None);
        assert_eq!(read("iptables.rules"), None);
    }

    #[test]
    fn of_twins_the_one_with_counters_is_read() {
        let names =
            ["ip-addr.txt", "ip6tables-save.txt", "iptables-save-c.txt", "iptables-save.txt", "notes"];
        let node = node(&names).unwrap();
        assert_eq!(node.dumps, ["ip6tables-save.txt", "iptables-save-c.txt"]);
        assert_eq!(node.companions, [("ip-addr.txt", Kind::Interfaces)]);
        assert_eq!(node.others, ["notes"]);
    }

    #[test]
    fn both_backends_are_read() {
        let names = ["iptables-legacy-save", "iptables-legacy-save-c", "iptables-nft-save"];
        assert_eq!(node(&names).unwrap().dumps, ["iptables-legacy-save-c", "iptables-nft-save"]);
    }

    #[test]
    fn names_of_companions_tell_the_family() {
        let told = |name: &str| family_of_companion(Path::new(name));
        assert_eq!(told("x/ip-rule-v6.txt"), Some(Family::Ipv6));
        assert_eq!(told("ip-route6"), Some(Family::Ipv6));
        assert_eq!(told("ip-rule-4.txt"), Some(Family::Ipv4));
        assert_eq!(told("ip-rule.txt"), None);
        assert_eq!(told("ip-route-6to4.txt"), None);
        assert_eq!(told("rules6"), None);
    }

    #[test]
    fn a_directory_without_saves_is_no_node() {
        assert_eq!(node(&["a.rules", "ip-addr.txt"]), None);
    }
}
