//! SCTP: ports and types of chunks.

use std::borrow::Cow;

use super::{Extension, Families, OptionSpec, check::Check};
use crate::{
    value::{Grammar, Kind, Value},
    words::{blanks, word},
};

pub(super) static EXTENSION: Extension = Extension::matching("sctp", Families::IP, &[
    OptionSpec::new("sport", Kind::Ports).aliases(&["source-port"]).not(),
    OptionSpec::new("dport", Kind::Ports).aliases(&["destination-port"]).not(),
    OptionSpec::new("chunk-types", Kind::Own(&CHUNKS)).not(),
])
.checks(&[Check::Protocol(&[132], "`-p sctp` in the same rule")]);

static CHUNKS: Grammar = Grammar {
    words: 2,
    optional: false,
    expected: "`any`, `all` or `only`, and types of chunks (INIT, DATA, …) with commas between",
    read: |words| {
        let (rest, how) = word(words).ok()?;
        let (chunks, _) = blanks(rest).ok()?;
        let how = HOW.into_iter().find(|name| name.as_bytes().eq_ignore_ascii_case(how))?;
        Some(Value::Text(Cow::Owned([how.as_bytes(), b" ", &chunk_types(chunks)?].concat())))
    },
    print: |value, out| {
        if let Value::Text(chunks) = value {
            out.extend_from_slice(chunks);
        }
    },
};

const HOW: [&str; 3] = ["any", "all", "only"];

/// Name and flags of each type, in the order of their numbers; the flags from the highest bit to the lowest.
const TYPES: [(&str, &str); 22] = [
    ("DATA", "IUBE"),
    ("INIT", ""),
    ("INIT_ACK", ""),
    ("SACK", ""),
    ("HEARTBEAT", ""),
    ("HEARTBEAT_ACK", ""),
    ("ABORT", "T"),
    ("SHUTDOWN", ""),
    ("SHUTDOWN_ACK", ""),
    ("ERROR", ""),
    ("COOKIE_ECHO", ""),
    ("COOKIE_ACK", ""),
    ("ECN_ECNE", ""),
    ("ECN_CWR", ""),
    ("SHUTDOWN_COMPLETE", "T"),
    ("I_DATA", "IUBE"),
    ("ASCONF_ACK", ""),
    ("RE_CONFIG", ""),
    ("PAD", ""),
    ("FORWARD_TSN", ""),
    ("ASCONF", ""),
    ("I_FORWARD_TSN", ""),
];

/// The types by number, each with its flags: a letter in upper case must be set, one in lower case must not.
fn chunk_types(words: &[u8]) -> Option<Vec<u8>> {
    for all in ["ALL", "NONE"] {
        if words.eq_ignore_ascii_case(all.as_bytes()) {
            return Some(all.into());
        }
    }
    let mut found: Vec<(usize, Vec<u8>)> = Vec::new();
    for chunk in words.split(|&byte| byte == b',') {
        let mut parts = chunk.splitn(2, |&byte| byte == b':');
        let name = parts.next()?;
        let number = TYPES.iter().position(|(known, _)| known.as_bytes().eq_ignore_ascii_case(name))?;
        let flags = parts.next().unwrap_or_default();
        let known = TYPES.get(number)?.1.as_bytes();
        if !flags.iter().all(|flag| known.contains(&flag.to_ascii_uppercase())) {
            return None;
        }
        match found.iter_mut().find(|(other, _)| *other == number) {
            Some((_, before)) => before.extend_from_slice(flags),
            None => found.push((number, flags.to_vec())),
        }
    }
    found.sort_unstable();
    let mut out = Vec::new();
    for (number, flags) in found {
        let (name, known) = TYPES.get(number)?;
        if !out.is_empty() {
            out.push(b',');
        }
        out.extend_from_slice(name.as_bytes());
        if !flags.is_empty() {
            out.push(b':');
        }
        for flag in known.bytes() {
            if flags.contains(&flag) {
                out.push(flag);
            } else if flags.contains(&flag.to_ascii_lowercase()) {
                out.push(flag.to_ascii_lowercase());
            }
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_stand_in_the_order_of_their_numbers() {
        let spelled = |text: &str| chunk_types(text.as_bytes()).map(|text| String::from_utf8(text).unwrap());
        assert_eq!(spelled("abort:T,init,DATA:eB").as_deref(), Some("DATA:Be,INIT,ABORT:T"));
        assert_eq!(spelled("data:u,DATA:B").as_deref(), Some("DATA:uB"));
        assert_eq!(spelled("all").as_deref(), Some("ALL"));
        for bad in ["", "DATA,", "INIT:e", "DATA:x", "NONSENSE", "DATA,ALL"] {
            assert_eq!(spelled(bad), None, "{bad}");
        }
    }
}
