//! Table `nat` in front of table `security` in INPUT, or behind it.

use fwlint_model::{
    Fields, Hook, RuleId, nature,
    syntax::{Backend, extensions::core},
};

use super::Difference;
use crate::{Confidence, Label, RulesetFacts, Sink};

/// nft has nat INPUT at priority 100 and security INPUT at 150; in the kernel's own order, which legacy keeps, they are
/// at 100 and 50. What one writes the other reads only where it is the second.
pub(super) fn check(rules: &RulesetFacts<'_>, sink: &mut Sink) {
    let written = rules_of_input(rules, b"nat")
        .map(|rule| (rule, nature(&rules.ruleset, rule).writes))
        // A target that is not understood may write nothing at all.
        .filter(|(_, writes)| *writes != Fields::ALL);
    let (marks, addresses) = written.fold((None, None), |(marks, addresses), (rule, writes)| {
        let first = |found: Option<RuleId>, field| found.or_else(|| writes.overlaps(field).then_some(rule));
        (first(marks, Fields::MARK), first(addresses, Fields::ADDRESSES))
    });
    if marks.is_none() && addresses.is_none() {
        return;
    }
    for rule in rules_of_input(rules, b"security") {
        let dump = rules.ruleset.dump;
        let args = dump.args_of(rules.ruleset.line(rule));
        let source = args.iter().find(|arg| arg.id() == core::SOURCE).map(|arg| (arg, addresses, "source"));
        let mark = args.iter().find(|arg| arg.extension().name == "mark").map(|arg| (arg, marks, "mark"));
        let mut both = [source, mark].into_iter().flatten();
        let Some((arg, writer, what)) = both.find_map(|(arg, writer, what)| Some((arg, writer?, what))) else {
            continue;
        };
        let message = format!("nft runs nat INPUT before security INPUT, legacy after it: the {what} differs");
        let difference = Difference {
            related: Some(Label::new(rules.target_span(writer), "written here")),
            // Whether one packet meets both rules is not known.
            confidence: Confidence::Likely,
            ..Difference::new(arg.span(), message, &[Backend::Legacy, Backend::Nft])
        };
        let difference = difference
            .label(format!("the {what} as it was before nat on legacy, and as nat left it on nft"))
            .help("test this in a hook in which both run the tables in one order");
        difference.report(rules, || rules.about_rule(rule), sink);
        return;
    }
}

/// The rules of a table that packets of INPUT may come to.
fn rules_of_input<'f>(rules: &'f RulesetFacts<'_>, table: &'f [u8]) -> impl Iterator<Item = RuleId> + 'f {
    let ruleset = &rules.ruleset;
    let tables = ruleset.tables.iter().filter(move |(_, content)| content.name.0 == table);
    let chains = tables.flat_map(|(id, _)| ruleset.chains_of(id));
    chains
        .filter(|&chain| rules.graph.hooks(chain).has(Hook::Input))
        .flat_map(|chain| ruleset.rules_of(chain))
}
