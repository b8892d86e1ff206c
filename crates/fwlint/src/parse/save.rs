//! A dump as the save programs would print it once it was loaded: commands are carried out, rules stand
//! by chain and options in their one order. Comment lines are left out.

use std::{
    collections::HashMap,
    io::{self, Write},
};

use fwlint_model::{
    ChainId, Policy, Ruleset, resolve,
    syntax::{
        ChainLine, Dump, Span,
        print::{self, Style},
    },
};

pub(super) fn print(dump: &Dump<'_>, out: &mut dyn Write) -> io::Result<()> {
    let counters = dump.rules.iter().any(|rule| !rule.counters.is_empty());
    let style = Style { counters, ..Style::default() };
    let lines: HashMap<_, _> = dump.chains.iter().map(|line| (line.name, line)).collect();
    let rulesets = resolve(dump);
    for ruleset in &rulesets {
        if rulesets.len() > 1 {
            let backend = ruleset.backend.map_or_else(String::new, |backend| format!(" {backend}"));
            writeln!(out, "# {}{backend}", ruleset.family)?;
        }
        tables(ruleset, &lines, style, out)?;
    }
    Ok(())
}

fn tables(
    ruleset: &Ruleset<'_>,
    lines: &HashMap<Span, &ChainLine>,
    style: Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut text = Vec::new();
    for (table, content) in ruleset.tables.iter() {
        out.write_all(&[b"*", content.name.0, b"\n"].concat())?;
        for chain in ruleset.chains_of(table) {
            out.write_all(&chain_line(ruleset, chain, lines))?;
        }
        for rule in ruleset.chains_of(table).flat_map(|chain| ruleset.rules_of(chain)) {
            text.clear();
            print::rule(ruleset.dump, ruleset.line(rule), style, &mut text);
            out.write_all(&text)?;
        }
        // The save programs of ebtables and arptables print no COMMIT.
        if ruleset.family.is_ip() {
            writeln!(out, "COMMIT")?;
        }
    }
    Ok(())
}

fn chain_line(ruleset: &Ruleset<'_>, id: ChainId, lines: &HashMap<Span, &ChainLine>) -> Vec<u8> {
    let chain = &ruleset.chains[id];
    let policy: &[u8] = match chain.policy {
        Some(Policy::Accept) => b"ACCEPT",
        Some(Policy::Drop) => b"DROP",
        Some(Policy::Return) => b"RETURN",
        None => b"-",
    };
    let mut line = [b":", chain.name.0, b" ", policy].concat();
    if ruleset.family.is_ip() {
        let declared = chain.declared.and_then(|span| lines.get(&span));
        let counters = declared.map_or(&[][..], |line| line.counters.of(ruleset.dump.source));
        line.push(b' ');
        line.extend_from_slice(if counters.starts_with(b"[") { counters } else { b"[0:0]" });
    }
    line.push(b'\n');
    line
}
