//! What rules do with packets in the end: do two of them decide alike?

use fwlint_model::{Policy, RuleId, Target, syntax::extensions::Role};

use crate::RulesetFacts;

/// How many rules below a call are looked at.
const MAX_LOOKED_AT: usize = 256;

/// How one rule's decision stands to another's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    /// Whatever they decide is the same.
    Alike,
    /// They never decide the same.
    Otherwise,
    /// Sometimes so and sometimes so, or one decides nothing.
    Open,
}

/// How what a rule would decide stands to what another one does, that takes its packets.
pub(crate) fn relation(rules: &RulesetFacts<'_>, rule: RuleId, taker: RuleId) -> Relation {
    let [of_one, of_other] = [rule, taker].map(|rule| &rules.ruleset.rules[rule]);
    if (of_one.target, of_one.chain) == (Target::Return, of_other.chain) && of_other.target == Target::Return
    {
        return Relation::Alike;
    }
    let decides = |rule: RuleId| match rules.ruleset.rules[rule].target {
        Target::Jump(to) | Target::Goto(to) => rules.flow.never_returns(to),
        _ => true,
    };
    // What a jump takes is what does not come back; a goto takes as well what is decided elsewhere then.
    let is_jump = matches!(of_other.target, Target::Jump(_));
    if !decides(rule) || !(is_jump || decides(taker)) {
        return Relation::Open;
    }
    let (one, other) = (fates(rules, rule), fates(rules, taker));
    match (one.as_deref(), other.as_deref()) {
        (Some([one]), Some([other])) if one == other => Relation::Alike,
        (Some(one), Some(other)) if !one.is_empty() && !other.is_empty() => {
            let is_disjoint = one.iter().all(|fate| !other.contains(fate));
            if is_disjoint { Relation::Otherwise } else { Relation::Open }
        }
        _ => Relation::Open,
    }
}

/// What a rule may do with a packet in the end, each once; `None` if there is too much to look at, or if it is not known.
fn fates(rules: &RulesetFacts<'_>, rule: RuleId) -> Option<Vec<Vec<u8>>> {
    let ruleset = &rules.ruleset;
    let mut fates: Vec<Vec<u8>> = Vec::new();
    let mut met = Vec::new();
    let mut open = vec![rule];
    let mut looked_at = 0;
    while let Some(rule) = open.pop() {
        looked_at += 1;
        if looked_at > MAX_LOOKED_AT {
            return None;
        }
        let fate = match ruleset.rules[rule].target {
            Target::Accept => b"ACCEPT".to_vec(),
            Target::Drop => b"DROP".to_vec(),
            Target::Queue => b"QUEUE".to_vec(),
            Target::Extension(_) if rules.flow.end(rule).is_some() => own_words(rules, rule),
            Target::Jump(to) | Target::Goto(to) => {
                if !met.contains(&to) {
                    met.push(to);
                    match ruleset.chains[to].policy {
                        Some(Policy::Accept) => fates.push(b"ACCEPT".to_vec()),
                        Some(Policy::Drop) => fates.push(b"DROP".to_vec()),
                        Some(Policy::Return) | None => {}
                    }
                    open.extend(ruleset.rules_of(to).take(MAX_LOOKED_AT + 1));
                }
                continue;
            }
            Target::Undefined => return None,
            Target::None | Target::Continue | Target::Return | Target::Extension(_) => continue,
        };
        fates.push(fate);
    }
    fates.sort_unstable();
    fates.dedup();
    Some(fates)
}

/// The target and its options, as they stand.
fn own_words(rules: &RulesetFacts<'_>, rule: RuleId) -> Vec<u8> {
    let dump = rules.ruleset.dump;
    let mut words = rules.target_span(rule).of(dump.source).to_vec();
    let args = dump.args_of(rules.ruleset.line(rule)).iter();
    for arg in args.filter(|arg| arg.extension().role == Role::Target) {
        words.push(b' ');
        words.extend_from_slice(arg.span().of(dump.source));
    }
    words
}
