//! Matches that give the same packet the same answer each time, and are not looked into further.

use fwlint_model::{Fields, match_reads, syntax::Value};
use fwlint_packet::{Field, Values};

use super::{Tests, Use};

/// Each option is a test, and `!` its opposite. Source: `xt_devgroup.c`, `xt_helper.c`, `xt_tcpmss.c`, `xt_u32.c`.
pub(super) fn each_option(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    for (number, name, _, negated) in this.options() {
        match match_reads(this.extension.name, name) {
            Some(reads) => tests.at(number).opaque(&this.option_key(number), reads, negated),
            None => tests.at(number).either(),
        }
    }
}

/// All options together are a test. `!` is not the opposite: a packet may have no such header at all.
pub(super) fn of_headers(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    let mut options = this.options().peekable();
    // Without options, `eui64` compares addresses.
    let none = if options.peek().is_none() { Fields::ADDRESSES } else { Fields::NONE };
    let reads =
        options.try_fold(none, |all, (_, name, ..)| Some(all.and(match_reads(this.extension.name, name)?)));
    match reads {
        Some(reads) => tests.opaque(&this.key(), reads, false),
        None => tests.either(),
    }
}

/// Its last header is one that nothing follows. Source: `mh_mt6()` of `ip6t_mh.c`.
pub(super) fn mobility(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    tests.term(Field::PROTOCOL, Values::exactly(135));
    tests.holds_header();
    tests.opaque(b"mh", Fields::NONE, false);
    for (number, _, value, negated) in this.options() {
        let tests = tests.at(number);
        match value {
            Value::Range(0, 255) => tests.region_or_not(fwlint_packet::Region::all(), negated),
            _ => tests.opaque(&this.option_key(number), Fields::NONE, negated),
        }
    }
}

/// Source: `rpfilter_mt()` of `ipt_rpfilter.c` and `ip6t_rpfilter.c`.
pub(super) fn rpfilter(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    let mut key = b"rpfilter".to_vec();
    let mut reads = Fields::ADDRESSES.and(Fields::HEADERS);
    for (at, name) in (1..).zip(["loose", "validmark", "accept-local"]) {
        if this.has(name) {
            key.push(at);
        }
    }
    if this.has("validmark") {
        reads = reads.and(Fields::MARK);
    }
    tests.opaque(&key, reads, this.has("invert"));
}

/// Source: `string_mt()` of `xt_string.c`.
pub(super) fn string(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    let mut key = b"string".to_vec();
    let mut is_negated = false;
    let mut args: smallvec::SmallVec<[_; 6]> = this.options().collect();
    args.sort_by_key(|&(_, name, ..)| name.trim_start_matches("hex-"));
    for (_, name, value, negated) in args {
        is_negated |= negated;
        // The same bytes in other words.
        key.extend_from_slice(if name == "hex-string" { b"string" } else { name.as_bytes() });
        key.extend_from_slice(format!(" {value:?} ").as_bytes());
    }
    tests.opaque(&key, Fields::ADDRESSES.and(Fields::HEADERS), is_negated);
}

/// A program that reads nothing but the packet's bytes answers alike each time. One that is pinned may read whatever the
/// kernel has. Source: `bpf_mt()` of `xt_bpf.c`, `convert_bpf_extensions()` of `filter.c`.
pub(super) fn bpf(this: &Use<'_, '_>, tests: &mut Tests<'_, '_, '_, '_>) {
    for (number, name, value, _) in this.options() {
        let tests = tests.at(number);
        match (name, value) {
            ("bytecode", Value::Text(program)) if reads_bytes_only(&program) => {
                tests.opaque(&this.option_key(number), Fields::ADDRESSES.and(Fields::HEADERS), false);
            }
            _ => tests.either(),
        }
    }
}

/// Whether no instruction loads from where the kernel has what is not in the packet, at `SKF_AD_OFF` and above: the number
/// of a device or of the processor, a random one.
fn reads_bytes_only(program: &[u8]) -> bool {
    const LOAD_ABSOLUTE: u32 = 0x20;
    const BESIDE_THE_PACKET: u32 = 0xffff_f000;
    let Ok(program) = std::str::from_utf8(program) else { return false };
    let mut instructions = program.split(',').skip(1);
    instructions.all(|instruction| {
        let mut numbers = instruction.split_ascii_whitespace().map(str::parse::<u32>);
        let (Some(Ok(code)), Some(Ok(operand))) = (numbers.next(), numbers.nth(2)) else { return false };
        // The bits left out say how many bytes.
        code & 0xe7 != LOAD_ABSOLUTE || operand < BESIDE_THE_PACKET
    })
}
