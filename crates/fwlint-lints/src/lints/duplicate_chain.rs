//! Chains that are declared again.

use fwlint_model::{
    ChainId,
    syntax::{Backend, ChainForm, ChainLine, Dump, Span},
};

use crate::{
    Facts, Finding, Group, Label, Lint, RulesetFacts, Severity, Sink,
    text::{code, count},
};

pub(super) static LINT: Lint = Lint {
    name: "duplicate-chain",
    group: Group::Load,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("duplicate_chain.md"),
    check,
};

fn check(facts: &Facts<'_>, sink: &mut Sink) {
    for rules in &facts.rulesets {
        for (id, chain) in rules.ruleset.chains.iter() {
            let mut before = chain.declared;
            for &again in &chain.redeclared {
                if let Some(before) = before.replace(again) {
                    check_pair(rules, id, before, again, sink);
                }
            }
        }
    }
}

fn check_pair(rules: &RulesetFacts<'_>, chain: ChainId, before: Span, again: Span, sink: &mut Sink) {
    let dump = rules.ruleset.dump;
    if rules.ruleset.chains[chain].hook.is_some() {
        let policy = |name| line_of(dump, name).map(|line| line.policy.of(dump.source));
        if policy(before) != policy(again) {
            sink.report(Severity::Warning, || two_policies(rules, chain, before, again));
        }
        return;
    }
    let is_new = line_of(dump, again).is_some_and(|line| line.form == ChainForm::New);
    let (severity, effect) = match rules.ruleset.backend {
        _ if is_new => (Severity::Error, "`-N` fails, for the chain is there".to_owned()),
        Some(Backend::Legacy) => (Severity::Error, "the restore stops here: the chain is there".to_owned()),
        backend => match (lost(dump, rules.name(chain).0, before, again), backend) {
            (0, Some(_)) => (Severity::Warning, "legacy would stop here; nft declares it once more".to_owned()),
            (0, None) => (Severity::Error, "legacy stops here; nft declares it once more".to_owned()),
            (lost, Some(_)) => (Severity::Error, format!("empties the chain: {} in front of this line is lost", count(lost, "rule"))),
            (lost, None) => (Severity::Error, format!("legacy stops here; nft empties the chain and loses the {} in front", count(lost, "rule"))),
        },
    };
    sink.report(severity, || {
        Finding::new(&LINT, format!("chain {} is declared again", code(rules.name(chain).0)), Label::new(again, effect))
            .related(Label::new(before, "declared here"))
            .help("delete this line")
            .at(rules.about_chain(chain))
    });
}

fn two_policies(rules: &RulesetFacts<'_>, chain: ChainId, before: Span, again: Span) -> Finding {
    let dump = rules.ruleset.dump;
    let policy = |name| code(line_of(dump, name).map(|line| line.policy.of(dump.source)).unwrap_or_default());
    Finding::new(&LINT, format!("built-in chain {} gets two policies", code(rules.name(chain).0)), Label::new(again, format!("{} counts", policy(again))))
        .related(Label::new(before, format!("{} is set here first", policy(before))))
        .help("delete the line that is not meant")
        .at(rules.about_chain(chain))
}

/// The chain line whose name stands here.
fn line_of<'d>(dump: &'d Dump<'_>, name: Span) -> Option<&'d ChainLine> {
    let index = dump.chains.binary_search_by_key(&name.start, |line| line.name.start).ok()?;
    dump.chains.get(index)
}

/// How many rules are put into the chain between two lines that declare it.
fn lost(dump: &Dump<'_>, name: &[u8], before: Span, again: Span) -> usize {
    let first = dump.rules.partition_point(|rule| rule.span < before);
    let between = dump.rules.iter().skip(first).take_while(|rule| rule.span < again);
    between.filter(|rule| rule.chain.of(dump.source) == name).count()
}
