//! Any bytes are read by each reader of companions.

#![no_main]

use fwlint_syntax::companions;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let [choice, source @ ..] = input else { return };
    let errors = match choice % 6 {
        0 => companions::ipset_save(source).errors,
        1 => companions::ip_rule(source).errors,
        2 => companions::ip_route(source).errors,
        3 => companions::ip_addr(source).errors,
        4 => companions::ipvsadm_save(source).errors,
        _ => companions::sysctl(source).errors,
    };
    for error in errors {
        assert!(error.span.start <= error.span.end && error.span.end as usize <= source.len());
    }
});
