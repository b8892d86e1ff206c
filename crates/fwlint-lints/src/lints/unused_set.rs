//! Sets that no rule looks into.

use fwlint_model::{CompanionId, node::NodeSet};

use crate::{
    Finding, Fingerprint, Group, Label, Lint, NodeFacts, Place, Severity, Sink, facts::Subject, text::code,
};

pub(super) static LINT: Lint = Lint {
    name: "unused-set",
    group: Group::Redundancy,
    severity: Severity::Note,
    since: "0.1.0",
    page: include_str!("unused_set.md"),
    // What one dump does not use, another one of the node may.
    check: |_, _| {},
};

pub(super) fn check_companion(facts: &NodeFacts<'_>, companion: CompanionId, sink: &mut Sink) {
    let members = facts.members_of_lists();
    let is_used = |name: &[u8]| facts.references.has_set(name) || members.contains(name);
    for set in facts.node.sets().filter(|set| set.companion == companion) {
        if facts.references.covers(set) && !is_used(set.set.name) {
            sink.report(LINT.severity, || finding(set));
        }
    }
}

fn finding(set: NodeSet<'_, '_>) -> Finding {
    let name = set.set.name;
    let message = format!("no rule uses set {}", code(name));
    Finding::new(&LINT, message, Label::in_companion(set.companion, set.set.name_span, ""))
        .likely()
        .help(format!(
            "if no program keeps it for later, {} removes it",
            code(&[b"ipset destroy ", name].concat())
        ))
        .at(Subject { place: Place::default(), fingerprint: Fingerprint::of([name]) })
}
