//! What the lints are told of a dump, found once for all of them.

use std::sync::OnceLock;

use fwlint_analysis::World;
use fwlint_generators::{Owner, owner_of};
use fwlint_model::{
    ChainGraph, ChainId, Flow, Name, Node, RuleId, Ruleset, TableId, canonical, resolve,
    syntax::{Backend, Dump, Span},
};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{Fingerprint, Place, reaching::Reaching, spare::Spare, text::code};

/// A dump, and what is known of it before any opinion.
#[derive(Debug)]
pub struct Facts<'d> {
    /// The text, line by line, with what could not be read.
    pub dump: &'d Dump<'d>,
    /// What the kernel would hold: one rule set for each program whose output the dump is.
    pub rulesets: Vec<RulesetFacts<'d>>,
    /// The machine that it was taken from, as far as that is known.
    pub node: Option<&'d Node<'d>>,
    unread: OnceLock<FxHashSet<&'d [u8]>>,
    lost: OnceLock<FxHashSet<(usize, &'d [u8])>>,
}

/// A rule set, and what is known of it.
#[derive(Debug)]
pub struct RulesetFacts<'d> {
    /// What the kernel would hold.
    pub ruleset: Ruleset<'d>,
    /// Which chains call which.
    pub graph: ChainGraph,
    /// Where packets' ways end.
    pub flow: Flow,
    /// The programs that own chains of it, by name, in alphabetical order.
    pub written_by: Vec<&'static str>,
    reaching: OnceLock<Reaching>,
    spare: OnceLock<Spare>,
    names: OnceLock<FxHashMap<(TableId, Name<'d>), ChainId>>,
}

/// What a finding is about.
#[derive(Debug)]
pub(crate) struct Subject {
    pub(crate) place: Place,
    pub(crate) fingerprint: Fingerprint,
}

impl<'d> Facts<'d> {
    /// Finds out what there is to know of a dump.
    pub fn new(dump: &'d Dump<'d>) -> Self {
        Self::with(dump, None)
    }

    /// The same of a dump that was taken from this machine.
    pub fn of_node(dump: &'d Dump<'d>, node: &'d Node<'d>) -> Self {
        Self::with(dump, Some(node))
    }

    fn with(dump: &'d Dump<'d>, node: Option<&'d Node<'d>>) -> Self {
        let rulesets = resolve(dump).into_iter().map(RulesetFacts::new).collect();
        Self { dump, rulesets, node, unread: OnceLock::new(), lost: OnceLock::new() }
    }

    /// Whether more may be in the chain, or lead to it, than is known: its name stands in a line that could not be
    /// read, or the text breaks off in its table.
    pub(crate) fn is_known_in_part(&self, rules: &RulesetFacts<'_>, chain: ChainId) -> bool {
        let is_unread = |name: Name<'_>| self.unread.get_or_init(|| unread_words(self.dump)).contains(name.0);
        is_unread(rules.name(chain)) || rules.is_cut(rules.ruleset.chains[chain].table)
    }

    /// Whether something of the rule's line is wrong, so that `syntax-error` tells of it.
    pub(crate) fn is_wrong_line(&self, rules: &RulesetFacts<'_>, rule: RuleId) -> bool {
        let line = rules.ruleset.line(rule);
        let at = self.dump.errors.partition_point(|error| error.span.start < line.span.start);
        line.broken || self.dump.errors.get(at).is_some_and(|error| error.span.start < line.span.end)
    }

    /// Whether packets come to the chain, and all that leads to it is known. Chains to which none comes are told of as a whole.
    pub(crate) fn is_alive(&self, rules: &RulesetFacts<'_>, chain: ChainId) -> bool {
        let content = &rules.ruleset.chains[chain];
        let is_known = match content.hook {
            Some(_) => !rules.is_cut(content.table),
            None => !self.is_known_in_part(rules, chain),
        };
        is_known && !rules.graph.hooks(chain).is_empty() && !rules.reaching().is_dead(chain)
    }

    /// Whether lines of the table could not be read, or not wholly: they may lead packets to where they are not known to
    /// come, or keep rules from being loaded.
    pub(crate) fn has_lost_lines(&self, rules: &RulesetFacts<'_>, table: TableId) -> bool {
        let lost = self.lost.get_or_init(|| tables_with_lost_lines(self.dump));
        self.dump.errors_omitted > 0
            || lost.contains(&(rules.ruleset.run, rules.ruleset.tables[table].name.0))
    }
}

/// By run and name.
fn tables_with_lost_lines<'d>(dump: &'d Dump<'d>) -> FxHashSet<(usize, &'d [u8])> {
    let errors = dump.errors.iter().filter(|error| !error.problem.is_read());
    let tables = errors.filter_map(|error| {
        let behind = dump.tables.partition_point(|table| table.span.start <= error.span.start);
        dump.tables.get(behind.checked_sub(1)?)
    });
    tables.map(|table| (table.run, table.name(dump.source))).collect()
}

fn unread_words<'d>(dump: &'d Dump<'d>) -> FxHashSet<&'d [u8]> {
    let errors = dump.errors.iter().filter(|error| !error.problem.is_read());
    errors
        .flat_map(|error| line_around(dump.source, error.span).split(|byte| b" \t:".contains(byte)))
        .collect()
}

/// The line in which a span begins, without its line end.
pub(crate) fn line_around(source: &[u8], span: Span) -> &[u8] {
    let (before, behind) = source.split_at_checked(span.start as usize).unwrap_or((source, &[]));
    let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    let end = before.len() + memchr::memchr(b'\n', behind).unwrap_or(behind.len());
    source.get(start..end).unwrap_or_default().trim_ascii()
}

impl<'d> RulesetFacts<'d> {
    fn new(ruleset: Ruleset<'d>) -> Self {
        let graph = ChainGraph::new(&ruleset);
        let flow = Flow::new(&ruleset, &graph);
        let written_by = written_by(&ruleset);
        let (reaching, spare, names) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Self { ruleset, graph, flow, written_by, reaching, spare, names }
    }

    /// To which rules packets come.
    pub(crate) fn reaching(&self) -> &Reaching {
        self.reaching.get_or_init(|| Reaching::new(self))
    }

    /// Which rules could be missing.
    pub(crate) fn spare(&self) -> &Spare {
        self.spare.get_or_init(|| Spare::new(self))
    }

    /// What the rules have their meaning on. What sets and interfaces hold at the moment is no part of it: rules are
    /// written for whatever comes.
    pub(crate) fn world(&self, backend: Option<Backend>) -> World<'_, 'd> {
        World::new(&self.ruleset, backend.unwrap_or(Backend::Legacy), None)
    }

    /// The chain of this name in this table.
    pub fn chain_named(&self, table: TableId, name: Name<'_>) -> Option<ChainId> {
        let names = self.names.get_or_init(|| {
            self.ruleset.chains.iter().map(|(id, chain)| ((chain.table, chain.name), id)).collect()
        });
        names.get(&(table, name)).copied()
    }

    /// Whether it is what `iptables -S` prints, and no table of a save program's.
    pub(crate) fn is_listing(&self, table: TableId) -> bool {
        let first_line = self.ruleset.tables[table].span.of(self.ruleset.dump.source);
        !first_line.starts_with(b"*")
    }

    /// Whether the text ends in this table, in the middle of a line.
    pub(crate) fn is_cut(&self, table: TableId) -> bool {
        let dump = self.ruleset.dump;
        let last = dump.tables.last().filter(|last| last.span == self.ruleset.tables[table].span);
        let is_open = last.is_some_and(|last| last.commit.is_none());
        is_open && !self.is_listing(table) && dump.source.last() != Some(&b'\n')
    }

    /// The program whose chain it is, if that is known.
    pub fn owner(&self, chain: ChainId) -> Option<Owner> {
        let content = &self.ruleset.chains[chain];
        if content.hook.is_some() {
            return None;
        }
        let beside = |name: &str| self.chain_named(content.table, Name(name.as_bytes())).is_some();
        owner_of(self.ruleset.table_name(chain).as_str(), content.name.as_str(), beside)
    }

    /// Why the program whose chain it is may write rules that no packet meets, into it or behind a call of it.
    pub(crate) fn idle_rules(&self, chain: ChainId) -> Option<String> {
        let owner = self.owner(chain)?;
        Some(format!("{}'s own: {}", owner.generator.name, owner.chain.idle_rules?))
    }

    /// The first rule of a chain that no packet gets past. All rules behind it are dead.
    pub fn last_stop(&self, chain: ChainId) -> Option<RuleId> {
        let stops = |&rule: &RuleId| self.flow.is_unconditional(rule) && self.flow.end(rule).is_some();
        self.ruleset.rules_of(chain).find(stops)
    }

    /// "table `filter`"; the output of `iptables -S` does not say which table it is.
    pub(crate) fn table_text(&self, table: TableId) -> String {
        match self.ruleset.tables[table].name.0 {
            b"" => "the table".to_owned(),
            name => format!("table {}", code(name)),
        }
    }

    /// The rule's whole line.
    pub(crate) fn span(&self, rule: RuleId) -> Span {
        self.ruleset.line(rule).span
    }

    /// The target of a rule, or its whole line if it has none.
    pub(crate) fn target_span(&self, rule: RuleId) -> Span {
        let line = self.ruleset.line(rule);
        line.target_span(self.ruleset.dump).filter(|span| !span.is_empty()).unwrap_or(line.span)
    }

    /// The name of a chain where it is declared; else where it is first met.
    pub(crate) fn name_span(&self, chain: ChainId) -> Span {
        let first_call = || self.graph.calls_to(chain).next().map(|call| self.target_span(call.rule));
        let first_rule = || self.ruleset.rules_of(chain).next().map(|rule| self.ruleset.line(rule).chain);
        self.ruleset.chains[chain].declared.or_else(first_rule).or_else(first_call).unwrap_or_default()
    }

    /// The chain's name.
    pub(crate) fn name(&self, chain: ChainId) -> Name<'d> {
        self.ruleset.chains[chain].name
    }

    /// A finding about a rule.
    pub(crate) fn about_rule(&self, rule: RuleId) -> Subject {
        let content = &self.ruleset.rules[rule];
        let text = canonical(&self.ruleset, rule).unwrap_or_else(|| self.words(rule));
        let mut subject = self.about_chain(content.chain);
        subject.fingerprint = subject.fingerprint.and(Fingerprint::of([&text[..]]));
        subject.place.rule = Some(content.position);
        subject
    }

    /// A finding about a chain.
    pub(crate) fn about_chain(&self, chain: ChainId) -> Subject {
        let name = self.name(chain);
        let mut subject = self.about_table(self.ruleset.chains[chain].table);
        subject.fingerprint = subject.fingerprint.and(Fingerprint::of([name.0]));
        subject.place.chain = Some(name.to_string());
        subject
    }

    /// A finding about a table.
    pub(crate) fn about_table(&self, table: TableId) -> Subject {
        let name = self.ruleset.tables[table].name;
        let family = self.ruleset.family;
        Subject {
            place: Place {
                family: Some(family),
                table: Some(name.to_string()).filter(|name| !name.is_empty()),
                ..Place::default()
            },
            fingerprint: Fingerprint::of([family.program().as_bytes(), name.0]),
        }
    }

    /// The rule's options as they stand, without counters.
    fn words(&self, rule: RuleId) -> Vec<u8> {
        let dump = self.ruleset.dump;
        let args = dump.args_of(self.ruleset.line(rule)).iter();
        args.flat_map(|arg| arg.span().of(dump.source).iter().chain(b" ")).copied().collect()
    }
}

impl Subject {
    /// The same, told apart by more words.
    #[must_use]
    pub(crate) fn with(mut self, text: &[u8]) -> Self {
        self.fingerprint = self.fingerprint.and(Fingerprint::of([text]));
        self
    }
}

fn written_by(ruleset: &Ruleset<'_>) -> Vec<&'static str> {
    let user_chains = ruleset.chains.iter().filter(|(_, chain)| chain.hook.is_none());
    fwlint_generators::written_by(
        user_chains.map(|(_, chain)| (ruleset.tables[chain.table].name.as_str(), chain.name.as_str())),
    )
}
