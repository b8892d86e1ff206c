//! Any bytes are read as the JSON of `kubectl get` and of `ip -j addr`.

#![no_main]

// The binary's own rooms: it alone knows JSON, and no crate can depend on a binary.
#[path = "../../crates/fwlint/src/companions/interfaces.rs"]
mod interfaces;
#[path = "../../crates/fwlint/src/companions/json.rs"]
mod json;
#[path = "../../crates/fwlint/src/companions/kubernetes.rs"]
mod kubernetes;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let [choice, source @ ..] = input else { return };
    let errors = match choice % 2 {
        0 => interfaces::read(source).errors,
        _ => kubernetes::read(source).errors,
    };
    for error in errors {
        assert!(error.span.start <= error.span.end && error.span.end as usize <= source.len());
    }
});
