//! Arithmetic on words of the packet.

use std::{borrow::Cow, fmt::Write as _};

use nom::{
    Parser,
    branch::alt,
    bytes::complete::tag,
    combinator::{all_consuming, map_opt, opt},
    multi::{many0, separated_list1},
    sequence::{delimited, preceded},
};

use super::{
    Extension, Families, OptionSpec,
    check::{ANY, Check},
};
use crate::{
    value::{self, Grammar, Kind, Value},
    words::{Parsed, blanks, unquote},
};

pub(super) static EXTENSION: Extension =
    Extension::matching("u32", Families::IP, &[OptionSpec::new("u32", Kind::Own(&TESTS)).not()])
        .checks(&[Check::AnyOf(ANY, "`--u32`")]);

static TESTS: Grammar = Grammar::new(
    "tests such as `0>>22&0x3C@4=0x50:0x51,80 && 6&0xFF=6`",
    |words| tests(&unquote(words)).map(|tests| Value::Text(Cow::Owned(tests.into_bytes()))),
    |value, out| {
        if let Value::Text(tests) = value {
            out.push(b'"');
            out.extend_from_slice(tests);
            out.push(b'"');
        }
    },
);

/// As many tests, numbers of a location and ranges as `xt_u32.h` has room for.
const MOST: usize = 10;

/// The most bits that the kernel shifts by.
const MAX_SHIFT: u32 = 31;

/// `location=range,range && …` in hexadecimal, without blanks.
fn tests(text: &[u8]) -> Option<String> {
    let (_, tests) =
        all_consuming(separated_list1(token("&&"), (location, token("="), ranges))).parse(text).ok()?;
    let mut out = String::new();
    for (index, ((first, steps), _, ranges)) in tests.iter().enumerate() {
        if tests.len() > MOST || steps.len() >= MOST || ranges.len() > MOST {
            return None;
        }
        let between = if index > 0 { "&&" } else { "" };
        write!(out, "{between}{first:#x}").ok()?;
        for (operator, number) in steps {
            if *number > MAX_SHIFT && matches!(*operator, "<<" | ">>") {
                return None;
            }
            write!(out, "{operator}{number:#x}").ok()?;
        }
        for (index, (low, high)) in ranges.iter().enumerate() {
            let between = if index > 0 { "," } else { "=" };
            write!(out, "{between}{low:#x}").ok()?;
            if low != high {
                write!(out, ":{high:#x}").ok()?;
            }
        }
    }
    Some(out)
}

/// `0>>22&0x3C@4`.
fn location(input: &[u8]) -> Parsed<'_, (u32, Vec<(&str, u32)>)> {
    let operator = alt((token("<<"), token(">>"), token("&"), token("@")));
    (number, many0((operator, number))).parse(input)
}

/// `5,7:9`.
fn ranges(input: &[u8]) -> Parsed<'_, Vec<(u32, u32)>> {
    let range = (number, opt(preceded(token(":"), number))).map(|(low, high)| (low, high.unwrap_or(low)));
    separated_list1(token(","), range).parse(input)
}

fn number(input: &[u8]) -> Parsed<'_, u32> {
    delimited(blanks, map_opt(value::unsigned, |number| u32::try_from(number).ok()), blanks).parse(input)
}

fn token<'t>(token: &'static str) -> impl Parser<&'t [u8], Output = &'static str, Error = ()> {
    delimited(blanks, tag(token.as_bytes()), blanks).map(move |_| token)
}

#[cfg(test)]
mod tests {
    #[test]
    fn tests_have_one_spelling() {
        let spelled = |text: &str| super::tests(text.as_bytes());
        assert_eq!(
            spelled("6 & 0xFF = 1 && 0>>22&0x3C@ 4 = 0x10:017, 7").as_deref(),
            Some("0x6&0xff=0x1&&0x0>>0x16&0x3c@0x4=0x10:0xf,0x7")
        );
        assert!(spelled("0&1&2&3&4&5&6&7&8&9=1,2,3,4,5,6,7,8,9,10").is_some());
        for bad in [
            "",
            "6",
            "6=",
            "6=1 &&",
            "6&=1",
            "6=1:",
            "6=:5",
            "6=1&2=3",
            "6 7=1",
            "6=4294967296",
            "6=1;",
            "6>>32=1",
            "0&1&2&3&4&5&6&7&8&9&10=1",
            "6=1,2,3,4,5,6,7,8,9,10,11",
        ] {
            assert_eq!(spelled(bad), None, "{bad}");
        }
    }
}
