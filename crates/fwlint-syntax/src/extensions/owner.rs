//! Who owns the socket that the packet comes from.

use super::{
    Extension, Families, OptionSpec,
    check::{Check, Given, options},
    place::Place,
};
use crate::{
    value::{self, Grammar, Kind, Value},
    words::{unquote, whole},
};

pub(super) static EXTENSION: Extension = Extension::matching("owner", Families::IP, &[
    OptionSpec::new("socket-exists", Kind::Flag).not(),
    OptionSpec::new("uid-owner", Kind::Own(&IDS)).not(),
    OptionSpec::new("gid-owner", Kind::Own(&IDS)).not(),
    OptionSpec::new("suppl-groups", Kind::Flag),
])
.checks(&[
    Check::AnyOf(options(&[0, 1, 2]), "`--uid-owner`, `--gid-owner` or `--socket-exists`"),
    Check::Needs(options(&[3]), options(&[2]), "`--gid-owner`"),
    Check::Conflict(groups_come_first, "`--gid-owner` in front of `--suppl-groups`"),
])
.places(&[Place::chains(&["OUTPUT", "POSTROUTING"])]);

/// The number of a name is known on its machine only, but for `root`.
static IDS: Grammar = Grammar::new(
    "a number below 4294967295, two as `first-last`, or a name",
    |words| {
        let text = unquote(words);
        match &*text {
            b"root" => return Some(Value::Range(0, 0)),
            [first, ..] if !first.is_ascii_digit() => return Some(Value::Text(text)),
            _ => {}
        }
        let id = |text| value::number(text).filter(|&id| id < u32::MAX.into());
        let mut ends = words.splitn(2, |&byte| byte == b'-');
        let first = id(ends.next()?)?;
        Some(Value::Range(first, ends.next().map_or(Some(first), id)?))
    },
    |value, out| match value {
        Value::Range(first, last) if first == last => out.extend_from_slice(first.to_string().as_bytes()),
        Value::Range(first, last) => out.extend_from_slice(format!("{first}-{last}").as_bytes()),
        Value::Text(name) => whole(name, out),
        _ => {}
    },
);

/// Whether `--suppl-groups` stands before the group that it is about.
fn groups_come_first(given: &Given<'_>) -> bool {
    let at = |name| given.named(name).map(|arg| arg.span().start).next();
    at("suppl-groups").is_some_and(|flag| at("gid-owner").is_some_and(|group| flag < group))
}

#[cfg(test)]
mod tests {
    use crate::{Family, testing::saved};

    #[test]
    fn ids_are_numbers_ranges_or_names() {
        let v4 = |rule: &str| saved(Family::Ipv4, rule);
        assert_eq!(
            v4("-m owner --gid-owner 0x5-10 --suppl-groups ! --uid-owner root"),
            "-m owner ! --uid-owner 0 --gid-owner 5-10 --suppl-groups"
        );
        assert_eq!(v4("-m owner --uid-owner www-data"), "-m owner --uid-owner www-data");
        assert!(v4("-m owner --uid-owner 4294967295").contains("below 4294967295"));
        assert!(v4("-m owner --uid-owner 10-5").contains("lower number first"));
        assert!(v4("-m owner --suppl-groups --gid-owner 5").contains("in front of `--suppl-groups`"));
    }
}
