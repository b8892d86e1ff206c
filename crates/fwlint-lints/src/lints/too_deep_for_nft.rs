//! Chains nested deeper than the nft backend takes.

use fwlint_model::{
    Call, ChainId, RuleId,
    syntax::{Backend, Backends},
};

use crate::{
    Facts, Finding, Group, Label, Lint, RulesetFacts, Severity, Sink,
    text::{code, count},
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
    let message = format!(
        "{} are nested below {}, and nf_tables takes {MAX_CALLS}",
        count(calls.len(), "chain"),
        name(hook)
    );
    let label = format!("the {}th call from {} on", MAX_CALLS + 1, name(hook));
    let mut finding = Finding::new(&LINT, message, Label::new(rules.target_span(excess.rule), label));
    if let Some(first) = calls.first() {
        finding = finding.related(Label::new(rules.target_span(first.rule), "the first call"));
    }
    let path: Vec<_> = calls.iter().take(MAX_CALLS + 1).map(|call| name(call.to)).collect();
    finding
        .help(format!("shorten the way {} → {}", name(hook), path.join(" → ")))
        .refused_by(Backends::NFT)
        .at(rules.about_rule(excess.rule))
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::testing::told;

    fn nested(depth: usize) -> String {
        let chains = (1..=depth).map(|chain| format!(":C{chain} - [0:0]\n")).collect::<Vec<_>>().concat();
        let rules =
            (1..depth).map(|chain| format!("-A C{chain} -g C{}\n", chain + 1)).collect::<Vec<_>>().concat();
        format!("*filter\n:INPUT DROP [0:0]\n{chains}-A INPUT -j C1\n{rules}COMMIT\n")
    }

    #[test]
    fn the_way_is_told_up_to_the_call_that_is_too_much() {
        assert_eq!(told(&LINT, &nested(15)), "");
        insta::assert_snapshot!(told(&LINT, &nested(1000)), @"
        warning (proved): 1,000 chains are nested below `INPUT`, and nf_tables takes 15
          in filter C15 1
          1018:11 C16 <- the 16th call from `INPUT` on
          1003:13 C1 <- the first call
          help: shorten the way `INPUT` → `C1` → `C2` → `C3` → `C4` → `C5` → `C6` → `C7` → `C8` → `C9` → `C10` → `C11` → `C12` → `C13` → `C14` → `C15` → `C16`
        ");
    }
}
