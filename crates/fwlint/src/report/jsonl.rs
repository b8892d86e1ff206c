//! One JSON object for each finding, one in a line.

use std::io::{self, Write};

use super::{Report, Style, records::findings};
use crate::check::Checked;

pub(super) fn report(_: &Style) -> Jsonl {
    Jsonl
}

#[derive(Debug)]
pub(super) struct Jsonl;

impl Report for Jsonl {
    fn add(&mut self, file: &Checked, out: &mut dyn Write) -> io::Result<()> {
        for record in findings(file) {
            serde_json::to_writer(&mut *out, &record)?;
            writeln!(out)?;
        }
        Ok(())
    }

    fn finish(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}
