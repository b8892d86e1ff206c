//! A rule set as the kernel holds it: tables, chains and rules by number, in the order in which
//! the kernel tries them.

use std::ops::Range;

use fwlint_syntax::{Backend, Dump, Family, Span, extensions::ExtensionId};

use crate::{
    ids::{Arena, ChainId, Id, RuleId, TableId},
    names::{Hook, Name},
};

/// What one save program printed, loaded.
#[derive(Debug)]
pub struct Ruleset<'d> {
    /// The dump that all spans point into.
    pub dump: &'d Dump<'d>,
    /// Which of the dump's runs it is.
    pub run: usize,
    /// Whose rules these are.
    pub family: Family,
    /// The backend, where the dump tells.
    pub backend: Option<Backend>,
    /// The tables, in the order in which they first stand in the dump.
    pub tables: Arena<TableId, Table<'d>>,
    /// The chains, those of one table together: the built-in ones and then the others, each in the order of
    /// their first mention.
    pub chains: Arena<ChainId, Chain<'d>>,
    /// The rules, those of one chain together and in the order in which the kernel tries them.
    pub rules: Arena<RuleId, Rule>,
    /// How many commands were not carried out: finding their places in very long chains would have taken too long, or
    /// they delete some of the rules that a line with several addresses stands for. Their rules, if they bring one, stand
    /// at the end of their chains. Where there are any, what follows from the order of rules is not certain.
    pub unfollowed: usize,
    /// Commands that a restore program refuses because of what the table holds when they are run, in the order in which
    /// they are found.
    pub failures: Vec<Failure>,
}

/// A command that a restore program refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The table it acts on.
    pub table: TableId,
    /// The line.
    pub span: Span,
    /// What is wrong.
    pub why: Why,
}

/// Why a command is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// There is no rule to delete or to replace, or none to insert one in front of.
    NoRule,
    /// The chain is not there.
    NoChain,
    /// A built-in chain cannot be removed.
    BuiltIn,
    /// Nor can it be renamed.
    BuiltInName,
    /// The chain holds rules.
    HasRules,
    /// A rule, by its index into [`Dump::rules`], calls the chain.
    IsCalled(u32),
    /// There is a chain of the new name.
    Exists,
}

/// A table.
#[derive(Debug)]
pub struct Table<'d> {
    /// Its name.
    pub name: Name<'d>,
    /// The `*table` line; empty for the output of `iptables -S`.
    pub span: Span,
    /// The `*table` lines of the same name before it: each replaces what the one before has loaded.
    pub replaced: Vec<Span>,
    /// Its first chain and the one behind its last.
    pub(crate) chains: (ChainId, ChainId),
}

/// A chain.
#[derive(Debug)]
pub struct Chain<'d> {
    /// The table it is in.
    pub table: TableId,
    /// Its name.
    pub name: Name<'d>,
    /// The hook that a built-in chain hangs on; `None` for a user chain.
    pub hook: Option<Hook>,
    /// The name where it is first declared (`:X`, `-N X`, `-P X`), if it is.
    pub declared: Option<Span>,
    /// Where it is declared again although it exists: an error to `iptables-legacy-restore`, and to
    /// `iptables-nft-restore` an order to empty it.
    pub redeclared: Vec<Span>,
    /// What happens to packets at its end; `None` where the dump does not say it, and for a user chain, unless it is
    /// one of ebtables, which have policies (`ACCEPT` if made by `-N`).
    pub policy: Option<Policy>,
    /// Its first rule and the one behind its last.
    pub(crate) rules: (RuleId, RuleId),
}

/// What happens to a packet at the end of a built-in chain (for ebtables: of any chain).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// It goes on.
    Accept,
    /// It ends here.
    Drop,
    /// Back to the caller (user chains of ebtables).
    Return,
}

/// A rule.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The chain it is in.
    pub chain: ChainId,
    /// Index into [`Dump::rules`].
    pub line: u32,
    /// Its number in the chain, from 1, as `iptables -L --line-numbers` and TRACE print it.
    pub position: u32,
    /// How many rules of the kernel it is: more than one where its line lists several addresses.
    pub copies: u32,
    /// Which of the rules that the line stands for is the first of them, from 0 and in the kernel's order.
    pub first: u32,
    /// The line stands for more rules, which other commands have parted from these or removed. So it matches less than
    /// the line says.
    pub is_part: bool,
    /// What it does with a packet that matches.
    pub target: Target,
}

/// What a rule does with a packet that matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// It only counts.
    None,
    /// `ACCEPT`.
    Accept,
    /// `DROP`.
    Drop,
    /// `RETURN`.
    Return,
    /// `QUEUE`: to a program.
    Queue,
    /// `CONTINUE` of ebtables: nothing.
    Continue,
    /// `-j CHAIN`.
    Jump(ChainId),
    /// `-g CHAIN`.
    Goto(ChainId),
    /// A target extension.
    Extension(ExtensionId),
    /// `-j` or `-g` to something that is neither a chain of the table nor a known target.
    Undefined,
}

impl<'d> Ruleset<'d> {
    /// The chains of a table, in order.
    pub fn chains_of(&self, table: TableId) -> impl DoubleEndedIterator<Item = ChainId> + use<> {
        range(self.tables[table].chains)
    }

    /// The rules of a chain, in order.
    pub fn rules_of(
        &self,
        chain: ChainId,
    ) -> impl DoubleEndedIterator<Item = RuleId> + ExactSizeIterator + use<> {
        range(self.chains[chain].rules)
    }

    /// The rule's line in the dump.
    pub fn line(&self, rule: RuleId) -> &'d fwlint_syntax::Rule {
        let index = self.rules[rule].line as usize;
        #[expect(clippy::indexing_slicing, reason = "a rule is made from the line that it names")]
        &self.dump.rules[index]
    }

    /// The name of the table that a chain is in.
    pub fn table_name(&self, chain: ChainId) -> Name<'d> {
        self.tables[self.chains[chain].table].name
    }
}

fn range<I: Id>((first, end): (I, I)) -> impl DoubleEndedIterator<Item = I> + ExactSizeIterator + use<I> {
    let Range { start, end } = first.index()..end.index();
    (start..end).map(I::from_index)
}

#[cfg(test)]
mod tests {
    use super::Rule;

    #[test]
    fn a_million_rules_are_32_megabytes() {
        assert_eq!(size_of::<Rule>(), 32);
    }
}
