//! What is known of rules as data: the shape is a contract.

use std::io::{self, Write};

use fwlint_analysis::Reach;
use fwlint_model::{ChainId, RuleId};
use serde::Serialize;

use super::{Known, Reached, natural::natural};
use crate::trace::{Said, say};

#[derive(Serialize)]
struct RuleRecord {
    /// Where there are several files.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    table: Option<String>,
    chain: String,
    /// Its position in the chain, from 1; of a line that stands for several rules, that of the first.
    rule: u32,
    line: u32,
    reach: &'static str,
    witness: Option<Said>,
    blockers: Vec<BlockerRecord>,
    reason: Option<&'static str>,
}

#[derive(Serialize)]
struct BlockerRecord {
    /// Where it is another one than the rule's.
    #[serde(skip_serializing_if = "Option::is_none")]
    table: Option<String>,
    chain: String,
    /// None for the chain's policy.
    rule: Option<u32>,
    line: u32,
}

pub(super) fn print(reached: &Reached<'_, '_>, out: &mut dyn Write) -> io::Result<()> {
    reached.each(true, |known| {
        serde_json::to_writer(&mut *out, &record(reached, known))?;
        writeln!(out)
    })
}

fn record(reached: &Reached<'_, '_>, known: &Known) -> RuleRecord {
    let ruleset = reached.world.ruleset;
    let content = &ruleset.rules[known.rule];
    let rules = known.blockers.iter().flat_map(|blockers| &blockers.rules);
    let policies = known.blockers.iter().flat_map(|blockers| &blockers.policies);
    let blockers = rules.map(|&rule| blocker(reached, known.rule, rule));
    let blockers = blockers.chain(policies.map(|&root| policy(reached, known.rule, root)));
    let is_unexplained = known.reach == Reach::None && known.reason.is_none() && known.blockers.is_none();
    RuleRecord {
        file: reached.is_in_node.then(|| reached.source.name.clone()),
        table: Some(ruleset.table_name(content.chain).to_string()).filter(|name| !name.is_empty()),
        chain: ruleset.chains[content.chain].name.to_string(),
        rule: content.position,
        line: reached.line(known.rule),
        reach: match known.reach {
            Reach::Some => "yes",
            Reach::None => "no",
            Reach::Unknown(_) => "unknown",
        },
        witness: known.witness.as_ref().and_then(|witness| {
            let hook = ruleset.chains[witness.root].hook?;
            let packet = natural(&witness.packets, hook, &reached.world);
            Some(say(&packet, hook, ruleset.family, &reached.world.devices))
        }),
        blockers: blockers.collect(),
        reason: known.reason.or(is_unexplained.then_some("which rules see to it takes too long to find out")),
    }
}

fn blocker(reached: &Reached<'_, '_>, blocked: RuleId, rule: RuleId) -> BlockerRecord {
    let content = &reached.world.ruleset.rules[rule];
    BlockerRecord {
        table: reached.other_table(content.chain, blocked),
        chain: reached.world.ruleset.chains[content.chain].name.to_string(),
        rule: Some(content.position),
        line: reached.line(rule),
    }
}

fn policy(reached: &Reached<'_, '_>, blocked: RuleId, root: ChainId) -> BlockerRecord {
    BlockerRecord {
        table: reached.other_table(root, blocked),
        chain: reached.world.ruleset.chains[root].name.to_string(),
        rule: None,
        line: reached.line_of_policy(root),
    }
}
