//! Chains nested deeper than the nft backend takes.

use fwlint_model::{Call, ChainId, RuleId, syntax::Backend};

use crate::{
    Facts, Finding, Group, Label, Lint, RulesetFacts, Severity, Sink,
    text::code,
};

pub(super) static LINT: Lint = Lint {
    name: "too-deep-for-nft",
    group: Group::Load,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("too_deep_for_nft.md"),
    check,
};

/// How many calls may follow one another. `NFT_JUMP_STACK_SIZE` of the kernel's `nf_tables.h` is 16, and the base
/// chain takes one place.
const MAX_CALLS: usize = 15;

fn check(facts: &Facts<'_>, sink: &mut Sink) {
    for rules in &facts.rulesets {
        let severity = match rules.ruleset.backend {
            Some(Backend::Nft) => Severity::Error,
            None => Severity::Warning,
            Some(Backend::Legacy) => Severity::Note,
        };
        let built_in = rules.ruleset.chains.iter().filter(|(_, chain)| chain.hook.is_some());
        let mut reported: Vec<RuleId> = Vec::new();
        for (chain, _) in built_in {
            let calls = rules.graph.deepest(chain);
            let Some(&excess) = calls.get(MAX_CALLS) else { continue };
            if !reported.contains(&excess.rule) {
                reported.push(excess.rule);
                sink.report(severity, || finding(rules, chain, &calls, excess));
            }
        }
    }
}

fn finding(rules: &RulesetFacts<'_>, hook: ChainId, calls: &[Call], excess: Call) -> Finding {
    let name = |chain| code(rules.name(chain).0);
    let message = format!("chains are nested {} deep below {}, and nf_tables takes {MAX_CALLS}", calls.len(), name(hook));
    let label = format!("the {}th call from {} on", MAX_CALLS + 1, name(hook));
    let mut finding = Finding::new(&LINT, message, Label::new(rules.target_span(excess.rule), label));
    if let Some(first) = calls.first() {
        finding = finding.related(Label::new(rules.target_span(first.rule), "the first call"));
    }
    let path: Vec<_> = calls.iter().take(MAX_CALLS + 1).map(|call| name(call.to)).collect();
    finding
        .help(format!("shorten the way {} → {}", name(hook), path.join(" → ")))
        .at(rules.about_rule(excess.rule))
}
