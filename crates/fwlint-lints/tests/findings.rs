//! What holds of all findings: their order, their fingerprints, and what becomes of too many.

mod common;

use common::{findings, line_of};
use fwlint_lints::{Confidence, Facts, MAX_FINDINGS, Severity, run};
use fwlint_model::syntax::{Options, parse};

const DUMP: &str = "*filter
:INPUT DROP [0:0]
:EMPTY - [0:0]
-A INPUT -s 192.0.2.1 -j DROP
-A INPUT -s 192.0.2.1 -j DROP
-A INPUT -s 192.0.2.1 -j DROP
-A INPUT -j EMPTY
-A INPUT -p tcp --dprot 22 -j ACCEPT
COMMIT
";

#[test]
fn findings_stand_in_the_order_of_their_places() {
    let found = findings(DUMP.as_bytes()).kept;
    let lines: Vec<_> =
        found.iter().map(|finding| (line_of(DUMP.as_bytes(), finding), finding.lint.name)).collect();
    let expected = [(3, "empty-chain"), (5, "duplicate-rule"), (6, "duplicate-rule"), (8, "syntax-error")];
    assert_eq!(lines, expected);
}

#[test]
fn fingerprints_outlive_edits_elsewhere() {
    let edited = DUMP
        .replace("-A INPUT -s", "-A INPUT -m comment --comment \"new\" -s")
        .replace("-A INPUT -p tcp --dprot", "[5:300] -A INPUT -p tcp --dprot")
        .replace(":EMPTY - [0:0]\n", "# a comment\n:OTHER - [5:300]\n:EMPTY - [7:420]\n")
        .replace("-A INPUT -j EMPTY", "-A INPUT -i lo -j OTHER\n-A INPUT -j EMPTY\n-A OTHER -j ACCEPT");
    let fingerprints = |dump: &str| -> Vec<_> {
        findings(dump.as_bytes()).kept.iter().map(|finding| finding.fingerprint).collect()
    };
    assert_eq!(fingerprints(&edited), fingerprints(DUMP));
}

/// Baselines remember them: what changes here, as by another canonical spelling of rules, has to stand in the changelog.
#[test]
fn fingerprints_are_those_of_former_versions() {
    let found = findings(DUMP.as_bytes()).kept;
    let fingerprints: Vec<_> = found.iter().map(|finding| finding.fingerprint.to_string()).collect();
    assert_eq!(
        fingerprints,
        ["88e21b115f820cc1", "4f280de4a3dde896", "ffcaea0d7b19caf8", "f4b4885a29705374"]
    );
}

#[test]
fn findings_about_the_same_have_fingerprints_of_their_own() {
    let mut fingerprints: Vec<_> =
        findings(DUMP.as_bytes()).kept.iter().map(|finding| finding.fingerprint).collect();
    fingerprints.sort_unstable();
    fingerprints.dedup();
    assert_eq!(fingerprints.len(), 4);
}

#[test]
fn what_is_not_kept_is_counted() {
    let chains =
        (0..MAX_FINDINGS + 5).map(|chain| format!(":C{chain} - [0:0]\n")).collect::<Vec<_>>().concat();
    let dump = format!("*filter\n:INPUT DROP [0:0]\n{chains}COMMIT\n");
    let found = findings(dump.as_bytes());
    assert_eq!(found.kept.len(), MAX_FINDINGS);
    assert_eq!(found.count(Severity::Warning), MAX_FINDINGS + 5);
    let [omitted] = found.omitted[..] else { panic!("{:?}", found.omitted) };
    assert_eq!(
        (omitted.lint.name, omitted.severity, omitted.count),
        ("unreferenced-chain", Severity::Warning, 5)
    );
}

#[test]
fn only_lints_that_are_selected_run() {
    let dump = parse(DUMP.as_bytes(), Options::default());
    let found = run(&Facts::new(&dump), &|lint| lint.name == "empty-chain");
    assert!(found.kept.iter().all(|finding| finding.lint.name == "empty-chain"));
    assert_eq!(found.kept.len(), 1);
}

#[test]
fn nothing_but_syntax_is_proved_where_a_command_was_not_carried_out() {
    let confidence = |command: &str| {
        let source = format!(
            "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -s 10.0.0.1,10.0.0.2 -j DROP\n{command}\n\
             -A INPUT -j ACCEPT\n-A INPUT -i lo -j DROP\nnonsense\nCOMMIT\n"
        );
        let found = findings(source.as_bytes()).kept;
        found.iter().map(|finding| (finding.lint.name, finding.confidence)).collect::<Vec<_>>()
    };
    let with = |of_rules| [("after-terminal", of_rules), ("syntax-error", Confidence::Proved)];
    assert_eq!(confidence("-D INPUT 1"), with(Confidence::Proved));
    assert_eq!(confidence("-D INPUT -s 10.0.0.2 -j DROP"), with(Confidence::Likely));
}
