//! A dump as a save program would print it once it was loaded: commands are carried out, chains are sorted,
//! rules stand by chain and their options in the programs' order.

mod around;

use std::{iter::Peekable, ops::Range};

use fwlint_syntax::{
    Backend, ChainLine, Dump, Run, Span,
    print::{self, Names, Style},
};

use crate::{
    builtin::hooks,
    ids::{ChainId, RuleId, TableId},
    names::Hook,
    resolve::resolve,
    ruleset::{Policy, Ruleset, Target},
};
use around::Around;

/// Writes what a save program prints after the dump was loaded. What one has printed comes back byte for byte.
///
/// Comments of people are left out. What was written by hand is printed as `iptables-legacy-save` 1.8.11 does, but
/// for the order of its tables, which is that of the file.
pub fn save(dump: &Dump<'_>, out: &mut Vec<u8>) {
    let around = Around::new(dump);
    let rulesets = resolve(dump);
    for ruleset in &rulesets {
        let run = run(ruleset);
        if rulesets.len() > 1 && !run.is_saved() {
            let backend = ruleset.backend.map_or_else(String::new, |backend| format!(" {backend}"));
            out.extend_from_slice(format!("# {}{backend}\n", ruleset.family).as_bytes());
        }
        let lines = dump.rules.get(rules_of(dump, run)).unwrap_or_default();
        let counters = lines.iter().any(|rule| !rule.counters.is_empty());
        let saved = Saved { ruleset, style: Style::of(run, counters), is_whole: run.is_saved() };
        for (table, content) in ruleset.tables.iter() {
            around.in_front(content.span, out);
            saved.table(table, out);
        }
    }
    around.behind(out);
}

/// The indices of all rule lines of a run.
fn rules_of(dump: &Dump<'_>, run: &Run) -> Range<usize> {
    let tables = dump.tables.get(run.tables.clone()).unwrap_or_default();
    let start = tables.first().map_or(0, |table| table.rules.start);
    start..tables.last().map_or(start, |table| table.rules.end)
}

fn run<'d>(ruleset: &Ruleset<'d>) -> &'d Run {
    #[expect(clippy::indexing_slicing, reason = "a rule set is made from the run that it names")]
    &ruleset.dump.runs[ruleset.run]
}

/// One rule set on its way out.
struct Saved<'r, 'd> {
    ruleset: &'r Ruleset<'d>,
    style: Style,
    /// A save program printed it, so that it says all there is.
    is_whole: bool,
}

impl Saved<'_, '_> {
    fn table(&self, table: TableId, out: &mut Vec<u8>) {
        let ruleset = self.ruleset;
        words(&[b"*", ruleset.tables[table].name.0, b"\n"], out);
        let chains = self.chains(table);
        let mut missing = self.missing(table);
        for &chain in &chains {
            let hook = ruleset.chains[chain].hook;
            // In front of the first user chain come all that are left.
            while let Some(next) = missing.next_if(|next| hook.is_none_or(|hook| *next < hook)) {
                empty_chain(next, out);
            }
            self.chain_line(chain, out);
        }
        missing.for_each(|hook| empty_chain(hook, out));
        for rule in chains.iter().flat_map(|&chain| ruleset.rules_of(chain)) {
            self.rule(rule, out);
        }
        // The save programs of ebtables and arptables print no COMMIT.
        if ruleset.family.is_ip() {
            out.extend_from_slice(b"COMMIT\n");
        }
    }

    /// A rule, or as much of it as is left.
    fn rule(&self, rule: RuleId, out: &mut Vec<u8>) {
        let ruleset = self.ruleset;
        let content = &ruleset.rules[rule];
        let start = out.len();
        print::renamed(ruleset.dump, ruleset.line(rule), self.names(rule), self.style, out);
        if content.is_part {
            let whole = out.split_off(start);
            let lines = whole.split_inclusive(|&byte| byte == b'\n');
            let left = lines.skip(content.first as usize).take(content.copies as usize);
            left.for_each(|line| out.extend_from_slice(line));
        }
    }

    /// The built-in chains by their hooks, and then the others by their names.
    fn chains(&self, table: TableId) -> Vec<ChainId> {
        let ruleset = self.ruleset;
        let (mut chains, mut others): (Vec<_>, Vec<_>) =
            ruleset.chains_of(table).partition(|&chain| ruleset.chains[chain].hook.is_some());
        // What was saved has the order of its kernel, which was another one before Linux 2.6.36.
        if !self.is_whole {
            chains.sort_by_key(|&chain| ruleset.chains[chain].hook);
        }
        // ebtables-legacy and arptables-legacy keep the order in which chains were made.
        if ruleset.family.is_ip() || ruleset.backend != Some(Backend::Legacy) {
            others.sort_by_key(|&chain| ruleset.chains[chain].name);
        }
        chains.append(&mut others);
        chains
    }

    /// The built-in chains that a file of a person does not name. The kernel's table has them all the same;
    /// only those of `nf_tables` may lack some.
    fn missing(&self, table: TableId) -> Peekable<impl Iterator<Item = Hook>> {
        let ruleset = self.ruleset;
        let names_all = self.is_whole || !ruleset.family.is_ip();
        let hooks = if names_all { &[][..] } else { hooks(ruleset.family, ruleset.tables[table].name) };
        let named: Vec<_> = ruleset.chains_of(table).filter_map(|chain| ruleset.chains[chain].hook).collect();
        hooks.iter().copied().filter(move |hook| !named.contains(hook)).peekable()
    }

    fn chain_line(&self, id: ChainId, out: &mut Vec<u8>) {
        let chain = &self.ruleset.chains[id];
        let policy: &[u8] = match chain.policy {
            Some(Policy::Accept) => b"ACCEPT",
            Some(Policy::Drop) => b"DROP",
            Some(Policy::Return) => b"RETURN",
            // The kernel's own, where nothing else is said.
            None if chain.hook.is_some() => b"ACCEPT",
            None => b"-",
        };
        words(&[b":", chain.name.0, b" ", policy], out);
        if self.ruleset.family.is_ip() {
            let dump = self.ruleset.dump;
            let line = chain.declared.and_then(|name| declaration(dump, name));
            let counters = line.map(|line| line.counters.of(dump.source)).unwrap_or_default();
            out.push(b' ');
            print::counters(counters, out);
        }
        out.push(b'\n');
    }

    /// The names that the chains of a rule have in the end.
    fn names(&self, rule: RuleId) -> Names<'_> {
        let rule = &self.ruleset.rules[rule];
        let name = |chain: ChainId| self.ruleset.chains[chain].name.0;
        let target = match rule.target {
            Target::Jump(chain) | Target::Goto(chain) => Some(name(chain)),
            _ => None,
        };
        Names { chain: Some(name(rule.chain)), target }
    }
}

fn empty_chain(hook: Hook, out: &mut Vec<u8>) {
    words(&[b":", hook.chain_name().as_bytes(), b" ACCEPT [0:0]\n"], out);
}

/// The line that declares the chain of this name.
fn declaration<'d>(dump: &'d Dump<'_>, name: Span) -> Option<&'d ChainLine> {
    let at = dump.chains.partition_point(|line| line.name.start < name.start);
    dump.chains.get(at).filter(|line| line.name == name)
}

fn words(words: &[&[u8]], out: &mut Vec<u8>) {
    for word in words {
        out.extend_from_slice(word);
    }
}

#[cfg(test)]
mod tests {
    use fwlint_syntax::{Options, parse};

    fn saved(text: &str) -> String {
        let mut out = Vec::new();
        super::save(&parse(text.as_bytes(), Options::default()), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_a_person_wrote_is_printed_as_it_is_loaded() {
        assert_eq!(
            saved(
                "# Mine.\n*filter\n:OUTPUT DROP [1:2]\n:Z -\n:A -\n# Accept.\n-A Z -j ACCEPT\n-A INPUT -j Z\n\
                 -I INPUT -s 192.0.2.1,192.0.2.2 -j A\n-A A -j DROP\n-F A\n-E A B\nCOMMIT\n"
            ),
            "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT DROP [1:2]\n:B - [0:0]\n:Z - [0:0]\n\
             -A INPUT -s 192.0.2.2/32 -j B\n-A INPUT -s 192.0.2.1/32 -j B\n-A INPUT -j Z\n-A Z -j ACCEPT\nCOMMIT\n"
        );
    }

    #[test]
    fn counters_are_numbers_however_they_were_written() {
        let text = "*nat\n:OUTPUT ACCEPT [x:7]\n[007:18446744073709551616]-A OUTPUT -o lo\nCOMMIT\n";
        let saved = saved(text);
        assert!(saved.contains("\n:OUTPUT ACCEPT [7:0]\n"), "{saved}");
        assert!(saved.contains("\n[7:18446744073709551615] -A OUTPUT"), "{saved}");
    }

    /// Found by the fuzz target `save`: the comment was taken for the header of a save program.
    #[test]
    fn what_was_listed_at_a_prompt_is_printed_without_what_stands_around_it() {
        let text = "# Mine.\nroot@gw:~# iptables -S\n-P INPUT DROP\n-A INPUT -j ACCEPT\nroot@gw:~# \n";
        let once = saved(text);
        assert!(once.starts_with("*filter\n:INPUT DROP [0:0]\n"), "{once}");
        assert_eq!(saved(&once), once);
    }

    #[test]
    fn what_was_saved_comes_back() {
        for text in [
            "# Generated by iptables-save v1.8.9 on Mon\n*nat\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n\
             # Completed on Mon\n# Generated by ip6tables-save v1.8.9 on Mon\n*raw\n:X - [0:0]\n\
             [1:2] -A X -s fd00::/8\nCOMMIT\n# Completed on Mon\n",
            "# Generated by ebtables-save v1.0 on Mon\n*filter\n:INPUT ACCEPT\n:B ACCEPT\n:A DROP\n\
             -A B -i ! eth0 -j A\n\n*nat\n:OUTPUT ACCEPT\n",
            "# Generated by arptables-save v1.8.9 (nf_tables) on Mon\n*filter\n:INPUT ACCEPT\n-A INPUT \n# Completed on Mon\n",
        ] {
            assert_eq!(saved(text), text);
        }
    }
}
