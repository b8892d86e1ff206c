//! Whether a restore program loads the text.

use fwlint_model::syntax::{Backend, Dump};

use crate::{Findings, Severity};

/// Whether this backend's restore program would load the text as it is, on a machine whose kernel has every extension
/// that is named, and which has every set, host and helper.
///
/// The findings must be those of all lints of the groups [`Syntax`](crate::Group::Syntax) and [`Load`](crate::Group::Load).
pub fn would_load(dump: &Dump<'_>, findings: &Findings, backend: Backend) -> bool {
    is_restorable(dump)
        && findings.kept.iter().all(|finding| !finding.refused_by.has(backend))
        && findings.omitted.iter().all(|omitted| omitted.severity != Severity::Error)
}

/// Whether it is a file of tables, with nothing around them: the output of `iptables -S` is none.
pub(crate) fn is_restorable(dump: &Dump<'_>) -> bool {
    dump.stray.is_empty() && dump.tables.iter().all(|table| !table.name.is_empty())
}
