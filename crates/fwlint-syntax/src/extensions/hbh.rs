//! IPv6's header of options for every hop.

use std::{borrow::Cow, io::Write as _};

use super::{Extension, Families, OptionSpec};
use crate::value::{Grammar, Kind, Value, number};

pub(super) static EXTENSION: Extension = Extension::matching("hbh", Families::V6, &[
    OptionSpec::new("hbh-len", Kind::Number(u32::MAX as u64)).not(),
    OptionSpec::new("hbh-opts", Kind::Own(&OPTIONS)),
]);

pub(super) static OPTIONS: Grammar = Grammar::new(
    "at most 16 options by number with commas between, each with its length behind `:` if it likes",
    |words| options(words).map(|options| Value::Text(Cow::Owned(options))),
    |value, out| {
        if let Value::Text(options) = value {
            out.extend_from_slice(options);
        }
    },
);

/// The most options that `ip6t_opts.h` has room for.
const MAX_OPTIONS: usize = 16;

/// `5,6:2`, in base 10. The length 255 stands for none.
fn options(words: &[u8]) -> Option<Vec<u8>> {
    let byte = |text| number(text).filter(|&number| number <= u8::MAX.into());
    let mut out = Vec::new();
    for (index, option) in words.split(|&byte| byte == b',').enumerate() {
        let mut parts = option.splitn(2, |&byte| byte == b':');
        let kind = byte(parts.next()?)?;
        let length = parts.next().map_or(Some(u8::MAX.into()), byte)?;
        let between = if index > 0 { "," } else { "" };
        write!(out, "{between}{kind}").ok()?;
        if length != u8::MAX.into() {
            write!(out, ":{length}").ok()?;
        }
        if index == MAX_OPTIONS {
            return None;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_have_lengths_if_they_like() {
        let spelled = |text: &str| options(text.as_bytes()).map(|text| String::from_utf8(text).unwrap());
        assert_eq!(spelled("5,0x6:2,7:255").as_deref(), Some("5,6:2,7"));
        assert!(spelled("1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16").is_some());
        for bad in ["", "1,", "1:", "256", "1:256", "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17"] {
            assert_eq!(spelled(bad), None, "{bad}");
        }
    }
}
