//! Values in words.

use std::fmt::Write as _;

use fwlint_model::syntax::{
    Value,
    value::{self, Kind, Names, PortRange, TCP_FLAGS},
};

use super::page::Phrase;

/// A value of an option as it is said in a sentence. Several names are joined by `and` or `or`.
pub(super) fn of(kind: Kind, value: &Value<'_>, phrase: Phrase, and: &str) -> String {
    match value {
        Value::Text(text) if matches!(kind, Kind::Interface) => interface(&String::from_utf8_lossy(text)),
        Value::Nets(_) => list(printed(kind, value).split(','), "or"),
        Value::Ports(range) => ports(*range),
        Value::PortList(ranges) => {
            let mut ranges: Vec<_> = ranges.iter().map(ports).collect();
            let several = ranges.len() > 1;
            for range in &mut ranges {
                *range = range.trim_start_matches("ports ").trim_start_matches("port ").to_owned();
            }
            let word =
                if several || ranges.iter().any(|range| range.contains(" to ")) { "ports" } else { "port" };
            format!("{word} {}", list(ranges.iter().map(String::as_str), "or"))
        }
        Value::TcpFlags { mask, set } => tcp_flags(*mask, *set),
        Value::Range(low, high) if low != high => format!("{low} to {high}"),
        Value::Masked { mask: u32::MAX, .. } => printed(kind, value),
        Value::Masked { value, mask } if matches!(kind, Kind::Masked) => {
            format!("{value:#x} in the bits {mask:#x}")
        }
        Value::Bits(bits) => match names(kind) {
            Some(names) => list(names.of_bits(*bits).map(|name| phrase.value(name).unwrap_or(name)), and),
            None => printed(kind, value),
        },
        Value::Icmp { kind: Some(number), code } => {
            let known = u32::from(*number) << 16 | code.map_or(256, u32::from);
            match names(kind).and_then(|names| names.name(known)) {
                Some(name) => format!("{} ({name})", printed(kind, value)),
                None => printed(kind, value),
            }
        }
        Value::SetRef { name, directions } => {
            let (name, directions) = (String::from_utf8_lossy(name), String::from_utf8_lossy(directions));
            format!("{name} (looked up by {directions})")
        }
        Value::Rate { count, seconds } => match seconds {
            1 => format!("{count} a second"),
            60 => format!("{count} a minute"),
            3_600 => format!("{count} an hour"),
            86_400 => format!("{count} a day"),
            _ => printed(kind, value),
        },
        Value::Probability(parts) => {
            let hundredths = (u64::from(*parts) * 10_000) >> 31;
            format!("{}.{:02} %", hundredths / 100, hundredths % 100)
        }
        _ => {
            let printed = printed(kind, value);
            phrase.value(&printed).map_or(printed, str::to_owned)
        }
    }
}

/// What is done to a mark: `set to 0x1`, `changed: 0x4000 set, 0xff cleared, 0x1 toggled`. The bits of the mask are
/// cleared, then those of the value flipped.
pub(super) fn xmark(value: u32, mask: u32) -> String {
    if mask == u32::MAX {
        return format!("set to {value:#x}");
    }
    let effects = [(value & mask, "set"), (mask & !value, "cleared"), (value & !mask, "toggled")];
    let effects: Vec<_> = effects
        .iter()
        .filter(|(bits, _)| *bits != 0)
        .map(|(bits, effect)| format!("bits {bits:#x} {effect}"))
        .collect();
    if effects.is_empty() { "left as it is".to_owned() } else { format!("changed: {}", effects.join(", ")) }
}

/// The names that an option takes, if it does.
pub(super) fn names(kind: Kind) -> Option<&'static Names> {
    match kind {
        Kind::Some(names) | Kind::Icmp(names) | Kind::IcmpRanges(names) => Some(names),
        kind => kind.names(),
    }
}

/// `a, b or c`
pub(super) fn list<'t>(items: impl Iterator<Item = &'t str>, and: &str) -> String {
    let items: Vec<_> = items.collect();
    match items.as_slice() {
        [] => "nothing".to_owned(),
        [one] => (*one).to_owned(),
        [some @ .., last] => format!("{} {and} {last}", some.join(", ")),
    }
}

fn printed(kind: Kind, value: &Value<'_>) -> String {
    let mut printed = Vec::new();
    value::print(kind, value, &mut printed);
    String::from_utf8_lossy(&printed).into_owned()
}

fn interface(name: &str) -> String {
    match name.strip_suffix('+') {
        Some("") => "any interface".to_owned(),
        Some(start) => format!("any interface whose name begins with {start}"),
        None => name.to_owned(),
    }
}

fn ports(PortRange { low, high }: PortRange) -> String {
    if low == high { format!("port {low}") } else { format!("ports {low} to {high}") }
}

fn tcp_flags(mask: u8, set: u8) -> String {
    let names = |bits: u8| list(TCP_FLAGS.of_bits(bits.into()), "and");
    if set & !mask != 0 {
        return format!("{} set of {} alone, which can never be", names(set), names(mask));
    }
    let mut words = String::new();
    if set != 0 {
        let _ = write!(words, "{} set", names(set));
    }
    if mask & !set != 0 {
        let between = if words.is_empty() { "" } else { " and " };
        let _ = write!(words, "{between}{} clear", names(mask & !set));
    }
    if words.is_empty() { "anything".to_owned() } else { words }
}
