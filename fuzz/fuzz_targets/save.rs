//! What is printed of a whole dump is read again, and printed the same.

#![no_main]

use std::collections::BTreeSet;

use fwlint_model::save;
use fwlint_syntax::{Dump, Options, Problem, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|source: &[u8]| {
    let dump = parse(source, Options::default());
    let once = saved(&dump);
    // A line that cannot be read is printed as it stands; where one run ends and another begins headers may not tell;
    // and of two listings of one table in print the second replaces the first.
    let names: BTreeSet<_> = dump.tables.iter().map(|table| table.name(source)).collect();
    if !dump.errors.is_empty() || dump.runs.len() != 1 || names.len() != dump.tables.len() {
        return;
    }
    let options = Options { family: dump.runs.first().map(|run| run.family), ..Options::default() };
    let again = parse(&once, options);
    // A chain that nothing declares is declared in print, and only there it shows that no chain has such a name.
    let error = again.errors.iter().find(|error| !matches!(error.problem, Problem::NameTooLong));
    assert!(error.is_none(), "{error:?}\n{}", String::from_utf8_lossy(&once));
    let twice = saved(&again);
    assert!(once == twice, "{}\n{}", String::from_utf8_lossy(&once), String::from_utf8_lossy(&twice));
});

fn saved(dump: &Dump<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    save(dump, &mut out);
    out
}
