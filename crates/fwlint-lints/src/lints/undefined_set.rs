//! Rules that look into a set which is not there.

use fwlint_model::{Node, RuleId, node::Content};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    Facts, Finding, Group, Label, Lint, RulesetFacts, Severity, Sink,
    facts::line_around,
    nearest::Nearest,
    sets::{Reference, references},
    text::{code, count},
};

pub(super) static LINT: Lint = Lint {
    name: "undefined-set",
    group: Group::Load,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("undefined_set.md"),
    check,
};

/// How many more places a finding shows that stands for several.
const SHOWN: usize = 3;

/// A set that is not there, and the rules that name it.
struct Missing<'d> {
    first: (RuleId, Reference<'d>),
    others: Vec<(RuleId, Reference<'d>)>,
}

fn check(facts: &Facts<'_>, sink: &mut Sink) {
    let Some(node) = facts.node.filter(|node| node.knows_sets()) else { return };
    let Some(unread) = unread_words(node) else { return };
    let mut nearest = Nearest::default();
    for rules in &facts.rulesets {
        for missing in missing(rules, node, &unread) {
            sink.report(LINT.severity, || missing.finding(rules, node, &mut nearest));
        }
    }
}

/// The words of lines about sets that could not be read, among which the name of a set may be; `None` if there are
/// more of such lines than anybody has kept.
fn unread_words<'d>(node: &Node<'d>) -> Option<FxHashSet<&'d [u8]>> {
    let companions = node.companions.iter().map(|(_, companion)| companion);
    let mut words = FxHashSet::default();
    for companion in companions.filter(|companion| matches!(companion.content, Content::Sets(_))) {
        if companion.errors_omitted > 0 {
            return None;
        }
        let lines = companion.errors.iter().map(|error| line_around(companion.source, error.span));
        words.extend(lines.flat_map(|line| line.split(u8::is_ascii_whitespace)));
    }
    Some(words)
}

/// The sets that are not there, in the order in which rules name them.
fn missing<'d>(rules: &RulesetFacts<'d>, node: &Node<'_>, unread: &FxHashSet<&[u8]>) -> Vec<Missing<'d>> {
    let mut by_name: FxHashMap<Vec<u8>, usize> = FxHashMap::default();
    let mut missing: Vec<Missing<'d>> = Vec::new();
    for rule in rules.ruleset.rules.ids() {
        for reference in references(rules.ruleset.dump, rules.ruleset.line(rule)) {
            let name = &*reference.name;
            if node.set(name).is_some() || unread.contains(name) {
                continue;
            }
            let index = *by_name.entry(name.to_vec()).or_insert(missing.len());
            match missing.get_mut(index) {
                Some(known) => known.others.push((rule, reference)),
                None => missing.push(Missing { first: (rule, reference), others: Vec::new() }),
            }
        }
    }
    missing
}

impl Missing<'_> {
    fn finding(&self, rules: &RulesetFacts<'_>, node: &Node<'_>, nearest: &mut Nearest) -> Finding {
        let (rule, reference) = &self.first;
        let name = code(&reference.name);
        let all = self.others.len() + 1;
        let label = if all > SHOWN + 1 { format!("{} name it", count(all, "rule")) } else { String::new() };
        let message = format!("there is no set {name}");
        let mut finding = Finding::new(&LINT, message, Label::new(reference.name_span, label));
        for (_, reference) in self.others.iter().take(SHOWN) {
            finding = finding.related(Label::new(reference.name_span, "here as well"));
        }
        let near = nearest.to(&reference.name, node.sets().map(|set| set.set.name));
        let help = match near {
            Some(near) => format!("perhaps {} is meant", code(near)),
            None => format!(
                "create it before the rules are loaded, with {}",
                code(&[b"ipset create ", &*reference.name, b" hash:ip"].concat())
            ),
        };
        // A list without any set may as well be one that nobody could take.
        if node.sets().next().is_none() {
            finding = finding.likely();
        }
        let subject = rules.about_rule(*rule);
        finding.help(help).at(subject)
    }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::testing::{told, told_with_sets};

    const DUMP: &str = "*filter\n:INPUT DROP [0:0]\n-A INPUT -m set --match-set banned src -j DROP\n\
        -A INPUT -m set --match-set baned src -j DROP\n-A INPUT -p tcp -j SET --add-set seen src\n-A INPUT -p udp -m set ! --match-set seen src -j DROP\n\
        -A INPUT -p udp -m set --match-set unread src -j DROP\nCOMMIT\n";

    #[test]
    fn every_set_that_is_not_there_is_told_once() {
        let sets = "create banned hash:ip\ncreate unread hash:colour\n";
        insta::assert_snapshot!(told_with_sets(&LINT, DUMP, sets), @"
        error (proved): there is no set `baned`
          in filter INPUT 2
          4:29 baned
          help: perhaps `banned` is meant
        error (proved): there is no set `seen`
          in filter INPUT 3
          5:34 seen
          6:38 seen <- here as well
          help: create it before the rules are loaded, with `ipset create seen hash:ip`
        ");
    }

    #[test]
    fn nothing_is_told_where_the_sets_are_not_known() {
        assert_eq!(told(&LINT, DUMP), "");
    }

    #[test]
    fn an_empty_list_of_sets_is_less_sure() {
        let dump = "*filter\n:INPUT DROP [0:0]\n-A INPUT -m set --match-set a src -j DROP\nCOMMIT\n";
        assert!(told_with_sets(&LINT, dump, "").starts_with("error (likely): there is no set `a`\n"));
    }
}
