//! From bytes to a dump, if they are one.

use fwlint_model::syntax::{Backend, Dump, Evidence, Family, Options, parse};

use super::{Failure, Input, Reason};
use crate::{
    cli::{BackendName, FamilyName},
    source::Source,
};

impl Input {
    /// The same, with the backend that is given, or the one that the dump tells, or the one that the file's name tells.
    pub(crate) fn parse_for<'s>(
        &self,
        source: &'s Source,
        family: Option<FamilyName>,
        backend: Option<BackendName>,
        threads: usize,
    ) -> Result<Dump<'s>, Failure> {
        let mut dump = self.parse(source, family, threads)?;
        let named = self.save_name().and_then(|name| name.backend);
        for run in &mut dump.runs {
            run.backend = backend.map(Backend::from).or(run.backend).or(named);
        }
        Ok(dump)
    }

    /// Reads a dump. The family is the one that is given, or the one that the dump tells, or the one
    /// that the file's name tells.
    pub(crate) fn parse<'s>(
        &self,
        source: &'s Source,
        family: Option<FamilyName>,
        threads: usize,
    ) -> Result<Dump<'s>, Failure> {
        let parse = |family| parse(source.bytes(), Options { family, threads });
        let mut dump = parse(family.map(Family::from));
        let is_assumed = dump.runs.iter().all(|run| run.evidence == Evidence::Assumed);
        let named = self.save_name().and_then(|name| name.family).filter(|_| family.is_none() && is_assumed);
        if named.is_some_and(|named| dump.runs.iter().any(|run| run.family != named)) {
            dump = parse(named);
        }
        let nothing_was_loaded = self.in_node && source.bytes().is_empty();
        if dump.is_dump() || !dump.runs.is_empty() || nothing_was_loaded {
            Ok(dump)
        } else {
            Err(Failure::new(&self.name, Reason::NotADump))
        }
    }
}
