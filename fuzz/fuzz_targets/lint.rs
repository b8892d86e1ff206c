//! Any bytes are read, resolved and linted, and one thread reads what two read.

#![no_main]

use fwlint_lints::{Facts, run};
use fwlint_syntax::{Options, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|source: &[u8]| {
    let dump = parse(source, Options::default());
    for rule in &dump.rules {
        for arg in dump.args_of(rule) {
            let _ = arg.value(source);
            assert!(arg.span().end as usize <= source.len());
        }
    }
    let findings = run(&Facts::new(&dump), &|_| true);
    for finding in &findings.kept {
        assert!(finding.primary.span.end as usize <= source.len());
    }
});
