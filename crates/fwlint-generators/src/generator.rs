//! What is known of a program: its name and the families of chains that are
//! its own. Everything is `'static` and written down in the rooms of
//! [`crate::generators`].

/// A program that writes firewalls, and the chains that are its own.
#[derive(Debug)]
#[non_exhaustive]
pub struct Generator {
    /// As its users call it: `kube-proxy`, `Docker`, `firewalld`.
    pub name: &'static str,
    /// The chains it creates. Chains that it only adds rules to are not here.
    pub chains: &'static [OwnedChain],
}

/// A family of chain names that one program owns.
#[derive(Debug)]
#[non_exhaustive]
pub struct OwnedChain {
    /// A chain name, in which each `*` stands for one or more characters.
    pub pattern: &'static str,
    /// The tables it is written to. Empty: any.
    pub tables: &'static [&'static str],
    /// Why the program may leave it without rules: a clause to stand behind
    /// "placeholder of Docker: ". `None`: it is not expected to be empty.
    pub when_empty: Option<&'static str>,
    /// Why the program may leave it without any rule that calls it: a clause to
    /// stand behind "not called by ufw: ". `None`: a caller is expected.
    pub uncalled: Option<&'static str>,
    /// Why the program may write rules that no packet meets, into it or behind a
    /// call of it: a clause to stand behind "rules of ufw's own: ". `None`: it is
    /// not known to.
    pub idle_rules: Option<&'static str>,
    /// The name alone is not proof: it is the program's only in a table that
    /// also has one of these chains. Empty: the name is proof.
    pub beside: &'static [&'static str],
}

/// Whose a chain is, and what is known of it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Owner {
    /// The program.
    pub generator: &'static Generator,
    /// The family of its chains that this one belongs to.
    pub chain: &'static OwnedChain,
}

pub(crate) const FILTER: &[&str] = &["filter"];
pub(crate) const NAT: &[&str] = &["nat"];
pub(crate) const MANGLE: &[&str] = &["mangle"];
pub(crate) const RAW: &[&str] = &["raw"];

/// A family of chains that is expected to have rules and callers.
pub(crate) const fn chain(tables: &'static [&'static str], pattern: &'static str) -> OwnedChain {
    OwnedChain { pattern, tables, when_empty: None, uncalled: None, idle_rules: None, beside: &[] }
}

impl OwnedChain {
    pub(crate) const fn may_be_empty(mut self, reason: &'static str) -> Self {
        self.when_empty = Some(reason);
        self
    }

    pub(crate) const fn may_be_uncalled(mut self, reason: &'static str) -> Self {
        self.uncalled = Some(reason);
        self
    }

    pub(crate) const fn may_have_idle_rules(mut self, reason: &'static str) -> Self {
        self.idle_rules = Some(reason);
        self
    }

    pub(crate) const fn beside(mut self, names: &'static [&'static str]) -> Self {
        self.beside = names;
        self
    }

    /// Whether the program writes it to this table at all.
    pub(crate) fn is_in(&self, table: &str) -> bool {
        self.tables.is_empty() || self.tables.contains(&table)
    }
}
