//! Where the kernel takes a match or target, and where it refuses the rule, as data.

use std::sync::LazyLock;

use super::{Extension, ExtensionId, Given, Role, all, core};
use crate::{
    span::Span,
    tree::{Backends, Dump, Family, Rule},
};

/// A demand of a match or target on the place of its rule.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The tables it may stand in; empty: any.
    pub tables: &'static [&'static str],
    /// The built-in chains that may lead to it; empty: any.
    pub chains: &'static [&'static str],
    /// Whether the chains are looked at when the rule is loaded, and not when the whole table is tied together: then
    /// `nf_tables` sees them only where the rule itself stands in a built-in chain.
    pub on_loading: bool,
    /// Who refuses the rule elsewhere.
    pub by: Backends,
    /// What it is about, where that is not the match or target as a whole: an option, in backticks.
    pub about: Option<&'static str>,
    when: fn(&Given<'_>) -> bool,
}

impl Place {
    /// In these tables only.
    pub(super) const fn tables(tables: &'static [&'static str]) -> Self {
        let chains = &[];
        Self { tables, chains, on_loading: false, by: Backends::BOTH, about: None, when: |_| true }
    }

    /// Where these built-in chains lead only.
    pub(super) const fn chains(chains: &'static [&'static str]) -> Self {
        Self { chains, ..Self::tables(&[]) }
    }

    /// As far as the chain is known when the rule is loaded.
    pub(super) const fn on_loading(self) -> Self {
        Self { on_loading: true, ..self }
    }

    /// If the rule says so; and what it says, in backticks.
    pub(super) const fn when(self, about: &'static str, when: fn(&Given<'_>) -> bool) -> Self {
        Self { about: Some(about), when, ..self }
    }

    /// For these backends only.
    pub(super) const fn by(self, by: Backends) -> Self {
        Self { by, ..self }
    }
}

/// The built-in chains where packets have an input device.
pub(super) const WITH_INPUT: &[&str] = &["PREROUTING", "INPUT", "FORWARD"];

/// The built-in chains where packets have an output device.
pub(super) const WITH_OUTPUT: &[&str] = &["FORWARD", "OUTPUT", "POSTROUTING"];

/// What the options of a match or target mean to one backend: that it refuses the rule, wherever it stands.
#[derive(Clone, Copy, Debug)]
pub struct Refusal {
    /// Who refuses it.
    pub by: Backends,
    /// What it does not take, to stand behind "refuses".
    pub what: &'static str,
    pub(super) when: fn(&Given<'_>) -> bool,
}

/// A match or target of a rule that the kernel takes only in some places, or not as it is.
#[derive(Clone, Copy, Debug)]
pub struct Particular {
    /// Which.
    pub extension: &'static Extension,
    /// Where the rule names it.
    pub span: Span,
}

impl Particular {
    /// Its demands on the rule's place.
    pub fn places(self, dump: &Dump<'_>, rule: &Rule) -> impl Iterator<Item = &'static Place> {
        let given = Given::of(dump, rule, self.extension);
        self.extension.places.iter().filter(move |place| (place.when)(&given))
    }

    /// Why it is refused as it is.
    pub fn refusals(self, dump: &Dump<'_>, rule: &Rule) -> impl Iterator<Item = &'static Refusal> {
        let given = Given::of(dump, rule, self.extension);
        self.extension.refusals.iter().filter(move |refusal| (refusal.when)(&given))
    }
}

/// The matches of a rule, and its target if no chain hides it, that the kernel does not take everywhere.
pub fn particular<'d>(
    dump: &'d Dump<'_>,
    rule: &'d Rule,
    target: Option<ExtensionId>,
) -> impl Iterator<Item = Particular> + 'd {
    dump.args_of(rule).iter().filter_map(move |arg| {
        let span = arg.value_span();
        let extension = match arg.id() {
            core::MATCH => particular_match(span.of(dump.source), rule.family)?,
            core::JUMP => target?.extension(),
            _ => return None,
        };
        extension.is_particular().then_some(Particular { extension, span })
    })
}

/// Few matches are particular, and nearly every rule has a match.
static PARTICULAR_MATCHES: LazyLock<Vec<&'static Extension>> = LazyLock::new(|| {
    all().filter(|extension| extension.role == Role::Match && extension.is_particular()).collect()
});

fn particular_match(name: &[u8], family: Family) -> Option<&'static Extension> {
    let named = |extension: &&&Extension| extension.name.as_bytes() == name && extension.families.has(family);
    PARTICULAR_MATCHES.iter().find(named).copied()
}
