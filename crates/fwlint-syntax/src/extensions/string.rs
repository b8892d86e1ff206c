//! A string somewhere in the packet.

use std::borrow::Cow;

use super::{
    Extension, Families, OptionSpec, Saved,
    check::{Check, Given, options},
};
use crate::{
    value::{Grammar, Kind, Names, Value},
    words::unquote,
};

pub(super) static EXTENSION: Extension = Extension::matching("string", Families::IP, &[
    OptionSpec::new("string", Kind::Text).not().saved(Saved::As(save)),
    OptionSpec::new("hex-string", Kind::Own(&HEX_STRING)).not().saved(Saved::As(save)),
    OptionSpec::new("algo", Kind::Name(&ALGORITHMS)),
    OptionSpec::new("from", Kind::Number(65_535)).saved(Saved::Unless(|value| *value == Value::Number(0))),
    OptionSpec::new("to", Kind::Number(65_535)).saved(Saved::Unless(|value| *value == Value::Number(65_535))),
    OptionSpec::new("icase", Kind::Flag),
])
.checks(&[
    Check::AnyOf(options(&[0, 1]), "`--string` or `--hex-string`"),
    Check::AnyOf(options(&[2]), "`--algo bm` or `--algo kmp`"),
    Check::OneOf(options(&[0, 1]), "only one of `--string` and `--hex-string`"),
    Check::Spelled("algo", &ALGORITHMS),
    Check::Value("string", fits, "from 1 to 128 bytes"),
    Check::Value("hex-string", fits, "from 1 to 128 bytes"),
    Check::Conflict(ends_early, "a `--from` that is not behind its `--to`"),
]);

static ALGORITHMS: Names =
    Names { list: &[("bm", 0), ("kmp", 1)], one: "an algorithm: `bm` or `kmp`", some: "algorithms" };

static HEX_STRING: Grammar = Grammar::new(
    "a string with bytes in hexadecimal between two `|`",
    |words| hex_string(&unquote(words)).map(|bytes| Value::Text(Cow::Owned(bytes))),
    |value, out| {
        let Value::Text(bytes) = value else { return };
        out.extend_from_slice(b"\"|");
        for byte in bytes.iter() {
            out.extend_from_slice(format!("{byte:02x}").as_bytes());
        }
        out.extend_from_slice(b"|\"");
    },
);

/// The longest string that `xt_string.h` has room for.
const MAX_STRING: usize = 128;

fn fits(value: &Value<'_>) -> bool {
    matches!(value, Value::Text(bytes) if (1..=MAX_STRING).contains(&bytes.len()))
}

fn ends_early(given: &Given<'_>) -> bool {
    let at = |name| given.values(name).next();
    matches!((at("from"), at("to")), (Some(Value::Number(from)), Some(Value::Number(to))) if from > to)
}

/// `a|0d 0a|b`: bytes in hexadecimal between bars; a backslash takes the meaning of what stands behind it.
fn hex_string(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let [first, tail @ ..] = rest {
        rest = tail;
        match first {
            b'|' => {
                let end = memchr::memchr(b'|', rest)?;
                let (inside, tail) = rest.split_at_checked(end)?;
                hex_bytes(inside, &mut bytes)?;
                rest = tail.strip_prefix(b"|")?;
            }
            b'\\' => {
                let (escaped, tail) = rest.split_first()?;
                bytes.push(*escaped);
                rest = tail;
            }
            byte => bytes.push(*byte),
        }
    }
    Some(bytes)
}

/// Pairs of digits, with blanks between two bytes if one likes.
fn hex_bytes(digits: &[u8], bytes: &mut Vec<u8>) -> Option<()> {
    let before = bytes.len();
    for run in digits.split(|&byte| byte == b' ').filter(|run| !run.is_empty()) {
        for pair in run.chunks(2) {
            let [high, low] = pair else { return None };
            let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            bytes.push(digit(high)? << 4 | digit(low)?);
        }
    }
    (bytes.len() > before).then_some(())
}

/// A string that can be printed as one is, and quoted whatever is in it.
fn save(value: &Value<'_>, out: &mut Vec<u8>) {
    let Value::Text(bytes) = value else { return };
    let is_printable = bytes.iter().all(|byte| matches!(byte, b' '..=b'~'));
    if is_printable && !bytes.ends_with(b"\\") {
        out.extend_from_slice(b"--string \"");
        for &byte in bytes.iter() {
            if matches!(byte, b'"' | b'\\') {
                out.push(b'\\');
            }
            out.push(byte);
        }
        out.push(b'"');
        return;
    }
    out.extend_from_slice(b"--hex-string ");
    (HEX_STRING.print)(value, out);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_between_bars_are_hexadecimal() {
        let read = |text: &str| hex_string(text.as_bytes());
        assert_eq!(read("a|0d 0A|b").as_deref(), Some(&b"a\r\nb"[..]));
        assert_eq!(read("|0d0a|").as_deref(), Some(&b"\r\n"[..]));
        assert_eq!(read(r"a\|b").as_deref(), Some(&b"a|b"[..]));
        for bad in ["|6", "|6|", "|6 1|", "||", "|6g|", "|61 6|", r"a\"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn strings_are_saved_as_text_if_they_can_be_printed() {
        let saved = |bytes: &'static [u8]| {
            let mut out = Vec::new();
            save(&Value::Text(Cow::Borrowed(bytes)), &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(saved(br#"it's a "b\c""#), r#"--string "it's a \"b\\c\"""#);
        assert_eq!(saved(b"a\\"), r#"--hex-string "|615c|""#);
        assert_eq!(saved(b"\r\n"), r#"--hex-string "|0d0a|""#);
    }
}
