//! Files and findings as JSON has them. The shape is a contract: fields that do not apply are `null`.

use fwlint_lints::{Finding, Label, Witness};
use fwlint_model::syntax::Backend;
use serde::Serialize;

use crate::{check::Checked, source::Positions};

/// One rule set; a file may hold several.
#[derive(Debug, Serialize)]
pub(super) struct FileRecord {
    path: String,
    family: String,
    /// What the dump or the command line says, or else `legacy`.
    backend: String,
    tables: usize,
    chains: usize,
    rules: usize,
    unmodelled: usize,
    written_by: Vec<&'static str>,
}

#[derive(Debug, Serialize)]
pub(super) struct FindingRecord {
    lint: &'static str,
    group: &'static str,
    severity: &'static str,
    confidence: &'static str,
    message: String,
    path: String,
    /// From 1.
    line: u32,
    /// From 1, in Unicode characters; bytes that are none count one each.
    column: u32,
    end_line: u32,
    /// One past the last character.
    end_column: u32,
    table: Option<String>,
    chain: Option<String>,
    /// The rule's position in its chain, from 1.
    rule: Option<u32>,
    related: Vec<RelatedRecord>,
    help: Option<String>,
    witness: Option<WitnessRecord>,
    fix: Option<()>,
    fingerprint: String,
}

#[derive(Debug, Serialize)]
struct RelatedRecord {
    path: String,
    line: u32,
    message: String,
}

/// A packet as `fwlint trace` takes it: what is left out is what it has by default.
#[derive(Debug, Serialize)]
struct WitnessRecord {
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'static str>,
    #[serde(rename = "in", skip_serializing_if = "Option::is_none")]
    input: Option<String>,
    #[serde(rename = "out", skip_serializing_if = "Option::is_none")]
    output: Option<String>,
    src: String,
    dst: String,
    proto: &'static str,
    sport: u16,
    dport: u16,
}

fn witness(packet: &Witness) -> WitnessRecord {
    WitnessRecord {
        from: packet.local.then_some("local"),
        input: packet.input.clone(),
        output: packet.output.clone(),
        src: packet.src.to_string(),
        dst: packet.dst.to_string(),
        proto: packet.proto,
        sport: packet.sport,
        dport: packet.dport,
    }
}

pub(super) fn files(file: &Checked) -> impl Iterator<Item = FileRecord> {
    file.rulesets.iter().map(|summary| FileRecord {
        path: file.source.name.clone(),
        family: summary.family.to_string(),
        backend: summary.backend.unwrap_or(Backend::Legacy).to_string(),
        tables: summary.tables,
        chains: summary.chains,
        rules: summary.rules,
        unmodelled: summary.unmodelled,
        written_by: summary.written_by.clone(),
    })
}

pub(super) fn findings(file: &Checked) -> impl Iterator<Item = FindingRecord> {
    let mut positions = file.source.positions();
    file.findings.kept.iter().map(move |finding| record(file, finding, &mut positions))
}

fn record(file: &Checked, finding: &Finding, positions: &mut Positions<'_>) -> FindingRecord {
    let (start, end) = (positions.of(finding.primary.span.start), positions.of(finding.primary.span.end));
    let related = |label: &Label| {
        let source = file.source_of(label);
        RelatedRecord {
            path: source.name.clone(),
            line: source.line(label.span.start),
            message: label.text.clone(),
        }
    };
    FindingRecord {
        lint: finding.lint.name,
        group: finding.lint.group.name(),
        severity: finding.severity.name(),
        confidence: finding.confidence.name(),
        message: finding.message.clone(),
        path: file.source.name.clone(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        table: finding.place.table.clone(),
        chain: finding.place.chain.clone(),
        rule: finding.place.rule,
        related: finding.related.iter().map(related).collect(),
        help: finding.help.clone(),
        witness: finding.witness.as_ref().map(witness),
        fix: None,
        fingerprint: finding.fingerprint.to_string(),
    }
}
