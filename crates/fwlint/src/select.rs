//! Which lints are wanted.

use fwlint_lints::{Group, LINTS, Lint};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// What can stand behind `--select` and `--ignore`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Selector {
    /// Every lint.
    All,
    /// Every lint of a group.
    Group(Group),
    /// The lint of this name.
    Lint(&'static str),
}

impl Selector {
    /// Everything that can be selected: `all`, the groups, the lints.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        let groups = Group::ALL.into_iter().map(Group::name);
        std::iter::once("all").chain(groups).chain(LINTS.iter().map(|lint| lint.name))
    }

    /// The selector of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        if name == "all" {
            return Some(Self::All);
        }
        let group = Group::ALL.into_iter().find(|group| group.name() == name).map(Self::Group);
        group.or_else(|| LINTS.iter().find(|lint| lint.name == name).map(|lint| Self::Lint(lint.name)))
    }

    fn covers(self, lint: &Lint) -> bool {
        match self {
            Self::All => true,
            Self::Group(group) => lint.group == group,
            Self::Lint(name) => lint.name == name,
        }
    }
}

impl<'de> Deserialize<'de> for Selector {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let unknown =
            || de::Error::custom(format!("`{name}` is neither a lint nor a group; see `fwlint lints`"));
        Self::named(&name).ok_or_else(unknown)
    }
}

impl Serialize for Selector {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match self {
            Self::All => "all",
            Self::Group(group) => group.name(),
            Self::Lint(name) => name,
        })
    }
}

/// Whether a lint is wanted: it is among the selected ones, which are all if none is named, and not ignored.
pub(crate) fn is_wanted(lint: &Lint, select: &[Selector], ignore: &[Selector]) -> bool {
    let covers = |selectors: &[Selector]| selectors.iter().any(|selector| selector.covers(lint));
    (select.is_empty() || covers(select)) && !covers(ignore)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_selects_something_and_no_lint_is_called_like_a_group() {
        for name in Selector::names() {
            let selector = Selector::named(name).unwrap();
            assert!(LINTS.iter().any(|lint| selector.covers(lint)), "{name} selects nothing");
        }
        let groups = Group::ALL.map(Group::name);
        assert!(LINTS.iter().all(|lint| lint.name != "all" && !groups.contains(&lint.name)));
    }

    #[test]
    fn what_is_ignored_is_not_wanted_even_if_it_is_selected() {
        let wanted = |lint: &Lint, select: &[_], ignore: &[_]| is_wanted(lint, select, ignore);
        for lint in LINTS {
            let (by_name, by_group) = (Selector::Lint(lint.name), Selector::Group(lint.group));
            assert!(wanted(lint, &[], &[]));
            assert!(wanted(lint, &[by_name], &[]) && wanted(lint, &[by_group], &[]));
            assert!(!wanted(lint, &[by_name], &[by_group]) && !wanted(lint, &[], &[by_name]));
            assert!(!wanted(lint, &[], &[Selector::All]));
        }
    }
}
