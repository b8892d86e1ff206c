//! Names and policies of chains, and names of tables, that a restore program refuses.

use fwlint_model::{
    Name, TableId,
    syntax::{Backends, ChainForm, ChainLine, Family},
};

use super::{LINT, Words, rules::drop_in_nat, severity};
use crate::{Finding, Label, RulesetFacts, Sink, text::code};

pub(super) fn check(rules: &RulesetFacts<'_>, sink: &mut Sink) {
    let ruleset = &rules.ruleset;
    let (dump, family) = (ruleset.dump, ruleset.family);
    let sections = dump.runs.get(ruleset.run).and_then(|run| dump.tables.get(run.tables.clone()));
    for section in sections.unwrap_or_default() {
        let name = Name(section.name(dump.source));
        let Some((table, _)) = ruleset.tables.iter().find(|(_, table)| table.name == name) else { continue };
        if family == Family::Bridge && name.0 == b"broute" {
            report(rules, table, Backends::NFT, sink, || broute(Label::new(section.span, "")));
        }
        for line in dump.chains.get(section.chains.clone()).unwrap_or_default() {
            check_name(rules, table, line, sink);
            if family.is_ip() {
                check_policy(rules, table, line, sink);
            }
        }
    }
}

fn report(
    rules: &RulesetFacts<'_>,
    table: TableId,
    by: Backends,
    sink: &mut Sink,
    finding: impl FnOnce() -> Finding,
) {
    sink.report(severity(rules, by), || finding().refused_by(by).at(rules.about_table(table)));
}

fn broute(label: Label) -> Finding {
    let words = Words { legacy: "", nft: "`table name 'broute' invalid`" };
    Finding::new(&LINT, "nft refuses table `broute`", label)
        .help(words.help(Backends::NFT, "only ebtables-legacy has the table"))
}

/// The names of verdicts.
fn check_name(rules: &RulesetFacts<'_>, table: TableId, line: &ChainLine, sink: &mut Sink) {
    const WORDS: Words = Words {
        legacy: "`error creating chain …: File exists`",
        nft: "`chain name may not clash with target name`",
    };
    let name = line.name.of(rules.ruleset.dump.source);
    if line.form == ChainForm::Policy || !matches!(name, b"ACCEPT" | b"DROP" | b"RETURN" | b"QUEUE") {
        return;
    }
    report(rules, table, Backends::BOTH, sink, || {
        let message = format!("iptables refuses a chain named {}", code(name));
        let label = Label::new(line.name, "a verdict has this name");
        Finding::new(&LINT, message, label).help(WORDS.help(Backends::BOTH, "choose another name"))
    });
}

/// `-P`: only built-in chains have a policy, and those of `nat` do not drop. Of a policy behind `:` legacy alone demands
/// that, and `differs-between-backends` tells it.
fn check_policy(rules: &RulesetFacts<'_>, table: TableId, line: &ChainLine, sink: &mut Sink) {
    const WORDS: Words = Words { legacy: "that the line failed", nft: "`Bad built-in chain name`" };
    if line.form != ChainForm::Policy {
        return;
    }
    let source = rules.ruleset.dump.source;
    let name = Name(line.name.of(source));
    let Some(chain) = rules.chain_named(table, name) else { return };
    if rules.ruleset.chains[chain].hook.is_none() {
        report(rules, table, Backends::BOTH, sink, || {
            let message = format!("iptables refuses a policy for user chain {}", code(name.0));
            let label = Label::new(line.policy, "only built-in chains have one");
            let advice = "end the chain with a rule that decides";
            Finding::new(&LINT, message, label).help(WORDS.help(Backends::BOTH, advice))
        });
    } else if line.policy.of(source) == b"DROP" && rules.ruleset.tables[table].name.0 == b"nat" {
        report(rules, table, Backends::BOTH, sink, || drop_in_nat(Label::new(line.policy, "")));
    }
}
