//! What is known of rules, for people: how many there are of each kind, and those that no packet comes to.

use std::io::{self, Write};

use fwlint_analysis::Reach;
use fwlint_model::{ChainId, RuleId};

use super::{Known, Reached};
use crate::{
    text::{count, escape, some_of},
    trace::words,
};

pub(super) fn print(reached: &Reached<'_, '_>, out: &mut dyn Write) -> io::Result<()> {
    let mut told = Vec::new();
    let (mut some, mut none, mut unknown) = (0, 0, 0);
    reached.each(false, |known| {
        match known.reach {
            Reach::Some => some += 1,
            Reach::None => none += 1,
            Reach::Unknown(_) => unknown += 1,
        }
        if known.reach == Reach::Some { Ok(()) } else { tell(reached, known, &mut told) }
    })?;
    write!(out, "{}: packets come to {}", escape(&reached.source.name), count(some, "rule"))?;
    if none > 0 {
        write!(out, ", none to {}", count(none, "rule"))?;
    }
    if unknown > 0 {
        write!(out, ", and of {} it is not known", count(unknown, "rule"))?;
    }
    writeln!(out)?;
    out.write_all(&told)
}

fn tell(reached: &Reached<'_, '_>, known: &Known, out: &mut Vec<u8>) -> io::Result<()> {
    let ruleset = reached.world.ruleset;
    let content = &ruleset.rules[known.rule];
    let chain = ruleset.chains[content.chain].name;
    let head = format!("{} {chain} {}", ruleset.table_name(content.chain), content.position);
    let line = reached.line(known.rule);
    writeln!(out, "\n{line:>6}  {}: {}", escape(head.trim_start()), escape(&words(ruleset, known.rule)))?;
    let state = if known.reach == Reach::None { "no packet" } else { "not known" };
    let why = match (known.reason, &known.blockers) {
        (Some(reason), _) => reason.to_owned(),
        (None, Some(blockers)) if blockers.rules.is_empty() && blockers.policies.is_empty() => {
            "none that comes to its chain matches".to_owned()
        }
        (None, Some(blockers)) => {
            let rules = blockers.rules.iter().map(|&rule| place(reached, known.rule, rule));
            let policies = blockers.policies.iter().map(|&root| policy(reached, known.rule, root));
            let places: Vec<_> = rules.chain(policies).collect();
            format!("taken before by {}", some_of(&places))
        }
        (None, None) => "which rules see to it takes too long to find out".to_owned(),
    };
    writeln!(out, "        {state}: {why}")
}

/// `INPUT 3 (line 12)`; of another table, `raw PREROUTING 3 (line 12)`.
fn place(reached: &Reached<'_, '_>, blocked: RuleId, rule: RuleId) -> String {
    let content = &reached.world.ruleset.rules[rule];
    let chain = chain(reached, blocked, content.chain);
    format!("{chain} {} (line {})", content.position, reached.line(rule))
}

/// `the policy of mangle FORWARD (line 3)`
fn policy(reached: &Reached<'_, '_>, blocked: RuleId, root: ChainId) -> String {
    format!("the policy of {} (line {})", chain(reached, blocked, root), reached.line_of_policy(root))
}

fn chain(reached: &Reached<'_, '_>, blocked: RuleId, chain: ChainId) -> String {
    let name = reached.world.ruleset.chains[chain].name;
    match reached.other_table(chain, blocked) {
        Some(table) => format!("{table} {name}"),
        None => name.to_string(),
    }
}
