//! What was read without an error is read again from what is printed of it, and printed the same.

#![no_main]

use fwlint_syntax::{
    Arg, Dump, Family, Options,
    extensions::{Role, core},
    parse, print,
};
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

/// The rules that could be read, in a table of their own. Those of the other family (`-6`) no program saves.
fn printed(dump: &Dump<'_>, family: Family, style: print::Style) -> Vec<u8> {
    let mut out = b"*filter\n".to_vec();
    let told: Vec<u32> = dump.errors.iter().map(|error| error.span.start).collect();
    for rule in &dump.rules {
        let is_told = told.iter().any(|at| (rule.span.start..=rule.span.end).contains(at));
        // A carriage return that comes to stand at the end of a line is taken for a part of it.
        let has_return = rule.span.of(dump.source).contains(&b'\r');
        if !is_told && rule.family == family && !has_return && !is_ambiguous(dump.args_of(rule)) {
            print::rule(dump, rule, style, &mut out);
        }
    }
    out.extend_from_slice(b"COMMIT\n");
    out
}

/// What is kept word for word is printed behind `-p`, and what is a target's behind all matches: there it may be an option
/// of these.
fn is_ambiguous(args: &[Arg]) -> bool {
    let kept = |arg: &Arg| arg.spec().is_none();
    let last = |option| args.iter().rposition(|arg| arg.id() == option);
    let first = args.iter().position(|arg| kept(arg));
    let targets = args.iter().position(|arg| kept(arg) && arg.extension().role == Role::Target);
    first.is_some_and(|first| last(core::PROTOCOL).is_some_and(|protocol| first < protocol))
        || targets.is_some_and(|first| last(core::MATCH).is_some_and(|named| first < named))
}
