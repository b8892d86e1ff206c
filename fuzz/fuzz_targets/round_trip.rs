//! What was read without an error is read again from what is printed of it, and printed the same.

#![no_main]

use fwlint_syntax::{Dump, Family, Options, extensions::core, parse, print};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let [choice, source @ ..] = input else { return };
    let family = match choice % 4 {
        0 => Family::Ipv4,
        1 => Family::Ipv6,
        2 => Family::Bridge,
        _ => Family::Arp,
    };
    let options = Options { family: Some(family), threads: 1 };
    let style = print::Style { counters: choice & 4 != 0, before_1_8_10: choice & 8 != 0 };
    let once = printed(&parse(source, options), family, style);
    let again = parse(&once, options);
    assert!(again.errors.is_empty(), "{:?}\n{}", again.errors.first(), String::from_utf8_lossy(&once));
    let twice = printed(&again, family, style);
    assert!(once == twice, "{}\n{}", String::from_utf8_lossy(&once), String::from_utf8_lossy(&twice));
});

/// The rules that could be read, in a table of their own. Those of the other family (`-6`) no program saves; and an
/// option of a match that nobody knows may look like the protocol's, once `-p` is printed in front of it.
fn printed(dump: &Dump<'_>, family: Family, style: print::Style) -> Vec<u8> {
    let mut out = b"*filter\n".to_vec();
    let told: Vec<u32> = dump.errors.iter().map(|error| error.span.start).collect();
    for rule in &dump.rules {
        let is_told = told.iter().any(|at| (rule.span.start..=rule.span.end).contains(at));
        let args = dump.args_of(rule);
        let unknown = args.iter().position(|arg| arg.spec().is_none());
        let protocol = args.iter().position(|arg| arg.id() == core::PROTOCOL);
        let is_ambiguous = unknown.is_some_and(|unknown| protocol.is_some_and(|protocol| unknown < protocol));
        if !is_told && !is_ambiguous && rule.family == family {
            print::rule(dump, rule, style, &mut out);
        }
    }
    out.extend_from_slice(b"COMMIT\n");
    out
}
