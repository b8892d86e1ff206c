//! A program of the Berkeley Packet Filter that reads the packet.

use std::{borrow::Cow, io::Write as _};

use nom::{
    Parser,
    bytes::complete::tag,
    combinator::{all_consuming, map_opt, opt},
    multi::many1,
    sequence::{preceded, terminated},
};

use super::{
    Extension, Families, OptionSpec,
    check::{ANY, Check},
};
use crate::{
    value::{Grammar, Kind, Value},
    words::{Parsed, blanks, unquote},
};

pub(super) static EXTENSION: Extension = Extension::matching("bpf", Families::IP, &[
    OptionSpec::new("bytecode", Kind::Own(&PROGRAM)),
    OptionSpec::new("object-pinned", Kind::Word),
])
.checks(&[
    Check::AnyOf(ANY, "`--bytecode` or `--object-pinned`"),
    Check::OneOf(ANY, "only one of `--bytecode` and `--object-pinned`"),
]);

static PROGRAM: Grammar = Grammar::new(
    "a program as nfbpf_compile writes it: how many instructions, then of each the code, both jumps and the operand",
    |words| program(&unquote(words)).map(|program| Value::Text(Cow::Owned(program))),
    |value, out| {
        if let Value::Text(program) = value {
            out.push(b'"');
            out.extend_from_slice(program);
            out.push(b'"');
        }
    },
);

/// The most instructions that `xt_bpf.h` has room for.
const MAX_INSTRUCTIONS: usize = 64;

/// `4,48 0 0 9,21 0 1 6,6 0 0 1,6 0 0 0`, with single blanks.
fn program(text: &[u8]) -> Option<Vec<u8>> {
    let instruction = preceded(
        tag(&b","[..]),
        (number(u16::MAX.into()), number(u8::MAX.into()), number(u8::MAX.into()), number(u32::MAX)),
    );
    let whole = (number(u32::MAX), terminated(many1(instruction), opt(tag(&b","[..]))));
    let (_, (length, instructions)) = all_consuming(whole).parse(text).ok()?;
    if instructions.len() != length as usize || instructions.len() > MAX_INSTRUCTIONS {
        return None;
    }
    let mut out = length.to_string().into_bytes();
    for (code, if_true, if_false, operand) in instructions {
        write!(out, ",{code} {if_true} {if_false} {operand}").ok()?;
    }
    Some(out)
}

/// A number in base 10 of at most so much, with blanks in front of it.
fn number<'t>(max: u32) -> impl Parser<&'t [u8], Output = u32, Error = ()> {
    let decimal = |input: &'t [u8]| -> Parsed<'t, u32> { nom::character::complete::u32(input) };
    preceded(blanks, map_opt(decimal, move |number| (number <= max).then_some(number)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_as_long_as_they_say() {
        let spelled = |text: &str| program(text.as_bytes()).map(|program| String::from_utf8(program).unwrap());
        assert_eq!(spelled("1, 6  0 0 0001,").as_deref(), Some("1,6 0 0 1"));
        for bad in ["", "0", "1", "2,6 0 0 1", "1,6 0 0 1,6 0 0 0", "1,6 0 0", "1,6 0 256 1", "1,6 0 0 0x1"] {
            assert_eq!(spelled(bad), None, "{bad}");
        }
    }
}
