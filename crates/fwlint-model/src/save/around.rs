//! The lines around the tables of what a save program printed: by what and when, and `# Completed`.

use fwlint_syntax::{Dump, Run, Span};

pub(super) struct Around<'d> {
    dump: &'d Dump<'d>,
    /// For each table where the one before it ends, and then where the last one does.
    ends: Vec<u32>,
}

impl<'d> Around<'d> {
    pub(super) fn new(dump: &'d Dump<'d>) -> Self {
        let mut ends = vec![0];
        ends.extend((0..dump.tables.len()).filter_map(|table| end(dump, table)));
        Self { dump, ends }
    }

    /// What stands between a `*table` line and the table before it.
    pub(super) fn in_front(&self, table: Span, out: &mut Vec<u8>) {
        let at = self.dump.tables.partition_point(|other| other.span.start < table.start);
        if self.is_saved(at) || at.checked_sub(1).is_some_and(|before| self.is_saved(before)) {
            self.comments(at, table.start, out);
        }
    }

    /// What stands behind the last table.
    pub(super) fn behind(&self, out: &mut Vec<u8>) {
        let tables = self.dump.tables.len();
        if tables.checked_sub(1).is_some_and(|last| self.is_saved(last)) {
            self.comments(tables, u32::try_from(self.dump.source.len()).unwrap_or(u32::MAX), out);
        }
    }

    /// Whether a save program printed the table.
    fn is_saved(&self, table: usize) -> bool {
        let run = self.dump.tables.get(table).and_then(|table| self.dump.runs.get(table.run));
        run.is_some_and(Run::is_saved)
    }

    /// The lines that say nothing to a restore program, from the end of the table before this one.
    fn comments(&self, table: usize, end: u32, out: &mut Vec<u8>) {
        let start = self.ends.get(table).copied().unwrap_or(end);
        let text = Span { start, end }.of(self.dump.source);
        // The first is the rest of the table's last line.
        let lines = text.split_inclusive(|&byte| byte == b'\n').skip(usize::from(table > 0));
        for line in lines.map(<[u8]>::trim_ascii_end).filter(|line| line.is_empty() || line.starts_with(b"#"))
        {
            out.extend_from_slice(line);
            out.push(b'\n');
        }
    }
}

/// Where the last line of a table ends.
fn end(dump: &Dump<'_>, table: usize) -> Option<u32> {
    let table = dump.tables.get(table)?;
    let chain = dump.chains.get(table.chains.clone()).and_then(<[_]>::last).map(|line| line.span);
    let rule = dump.rules.get(table.rules.clone()).and_then(<[_]>::last).map(|line| line.span);
    let edit = dump.edits.get(table.edits.clone()).and_then(<[_]>::last).map(|line| line.span);
    [Some(table.span), table.commit, chain, rule, edit].into_iter().flatten().map(|span| span.end).max()
}
