//! Writes a hash of the packet's addresses and ports as its mark.

use super::{
    Extension, Families, OptionSpec,
    check::{Check, Given, options},
};
use crate::{
    tree::Family,
    value::{Kind, Names, Value},
};

pub(super) static EXTENSION: Extension = Extension::target("HMARK", Families::IP, &[
    OptionSpec::new("hmark-src-prefix", Kind::PrefixLength),
    OptionSpec::new("hmark-dst-prefix", Kind::PrefixLength),
    OptionSpec::new("hmark-sport-mask", SHORT),
    OptionSpec::new("hmark-dport-mask", SHORT),
    OptionSpec::new("hmark-spi-mask", LONG),
    OptionSpec::new("hmark-sport", SHORT),
    OptionSpec::new("hmark-dport", SHORT),
    OptionSpec::new("hmark-spi", LONG),
    OptionSpec::new("hmark-proto-mask", SHORT),
    OptionSpec::new("hmark-rnd", LONG),
    OptionSpec::new("hmark-mod", Kind::Between(1, u32::MAX as u64)),
    OptionSpec::new("hmark-offset", LONG),
    OptionSpec::new("hmark-tuple", Kind::Some(&TUPLE)),
])
.saved(save)
.checks(&[
    Check::AnyOf(options(&[10]), "`--hmark-mod`"),
    Check::AnyOf(options(&[9]), "`--hmark-rnd`"),
    Check::AnyOf(SELECTORS | options(&[12]), "what to hash, as in `--hmark-tuple src,dst`"),
    Check::Conflict(
        |given| given.seen & u64::from(tuple(given)) & SELECTORS != 0,
        "each part once: in `--hmark-tuple`, or as an option of its own",
    ),
    Check::Conflict(
        |given| {
            let masks = given.seen | u64::from(tuple(given));
            masks & options(&[2, 3]) != 0 && masks & options(&[4]) != 0
        },
        "either masks for ports or one for the SPI",
    ),
]);

const SHORT: Kind = Kind::Number(u16::MAX as u64);
const LONG: Kind = Kind::Number(u32::MAX as u64);

const SELECTORS: u64 = options(&[0, 1, 2, 3, 4, 5, 6, 7, 8]);

/// All but the last stand for the widest mask of the option with that number.
static TUPLE: Names = Names {
    list: &[
        ("src", 1),
        ("dst", 1 << 1),
        ("sport", 1 << 2),
        ("dport", 1 << 3),
        ("spi", 1 << 4),
        ("proto", 1 << 8),
        ("ct", 1 << 12),
    ],
    one: "a part of the packet",
    some: "parts of the packet: src, dst, sport, dport, spi, proto, ct, with commas between",
};

fn tuple(given: &Given<'_>) -> u32 {
    match given.values("hmark-tuple").next() {
        Some(Value::Bits(parts)) => parts,
        _ => 0,
    }
}

/// The parts of `--hmark-tuple` are saved as the masks that they stand for.
fn save(given: &Given<'_>, out: &mut Vec<u8>) {
    let parts = tuple(given);
    for (number, option) in EXTENSION.options.iter().enumerate() {
        let value = match given.values(option.name).next() {
            _ if parts >> number & 1 == 1 => widest(number, given.family()),
            Some(Value::Number(value)) => value,
            _ => continue,
        };
        let value = match option.name {
            "hmark-tuple" => "ct".to_owned(),
            "hmark-src-prefix" | "hmark-dst-prefix" | "hmark-mod" | "hmark-offset" => value.to_string(),
            "hmark-proto-mask" => format!("{value:#04x}"),
            "hmark-spi-mask" | "hmark-spi" | "hmark-rnd" => format!("{value:#010x}"),
            _ => format!("{value:#06x}"),
        };
        out.extend_from_slice(format!(" --{} {value}", option.name).as_bytes());
    }
}

fn widest(number: usize, family: Family) -> u64 {
    match number {
        0 | 1 if family == Family::Ipv6 => 128,
        0 | 1 => 32,
        4 => u32::MAX.into(),
        _ => u16::MAX.into(),
    }
}

#[cfg(test)]
mod tests {
    use crate::{Family, testing::saved};

    #[test]
    fn a_tuple_is_saved_as_masks() {
        assert_eq!(saved(Family::Ipv4, "-j HMARK --hmark-tuple dport,src,ct --hmark-mod 9 --hmark-rnd 1"), "-j HMARK --hmark-src-prefix 32 --hmark-dport-mask 0xffff --hmark-rnd 0x00000001 --hmark-mod 9 --hmark-tuple ct");
        assert_eq!(saved(Family::Ipv6, "-j HMARK --hmark-dst-prefix 64 --hmark-tuple spi,src --hmark-mod 0x9 --hmark-rnd 1 --hmark-offset 3"), "-j HMARK --hmark-src-prefix 128 --hmark-dst-prefix 64 --hmark-spi-mask 0xffffffff --hmark-rnd 0x00000001 --hmark-mod 9 --hmark-offset 3");
        assert_eq!(saved(Family::Ipv4, "-j HMARK --hmark-tuple src --hmark-src-prefix 8 --hmark-mod 9 --hmark-rnd 1"), "HMARK: each part once: in `--hmark-tuple`, or as an option of its own");
        assert_eq!(saved(Family::Ipv4, "-j HMARK --hmark-tuple spi,sport --hmark-mod 9 --hmark-rnd 1"), "HMARK: either masks for ports or one for the SPI");
    }
}
