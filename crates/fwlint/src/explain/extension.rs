//! The page of a match or target: what its own page says, its options from their table, and what
//! fwlint makes of it.

use std::fmt::Write as _;

use fwlint_analysis::{Sight, sight};
use fwlint_model::{
    Fields, is_final, is_pure,
    syntax::{
        Family,
        extensions::{Extension, ExtensionId, Families, OptionSpec, Role},
        value::Kind,
    },
    target_writes,
};

use super::{
    page::{ITSELF, Page, Phrase},
    words,
};

const FAMILIES: [Family; 4] = [Family::Ipv4, Family::Ipv6, Family::Bridge, Family::Arp];

/// More names than this are not listed.
const MAX_NAMES: usize = 64;

/// The page, in Markdown.
pub(super) fn page(id: ExtensionId) -> String {
    let extension = id.extension();
    let mut text = format!("# {}\n\nFor {}.", title(extension), programs(extension.families));
    match Page::of(id) {
        Some(page) => {
            let _ = write!(text, " {}\n\n## Options\n\n", page.summary());
            options(extension, page, &mut text);
            let _ = write!(text, "\n{}\n## In fwlint\n\n{}\n", page.sections(), modelling(extension));
        }
        None => text.push_str(
            " fwlint knows it by name only: its options are kept word for word, and a rule with it may match \
             anything and do anything to the lints. Reports count such rules as unmodelled.\n",
        ),
    }
    text
}

/// `-m addrtype`, `-j MARK`.
pub(super) fn title(extension: &Extension) -> String {
    match extension.role {
        Role::Core => "options".to_owned(),
        Role::Match => format!("-m {}", extension.name),
        Role::Target => format!("-j {}", extension.name),
    }
}

/// `iptables and ip6tables`.
pub(super) fn programs(families: Families) -> String {
    let programs = FAMILIES.iter().filter(|&&family| families.has(family)).map(|family| family.program());
    words::list(programs, "and")
}

fn options(extension: &Extension, page: Page, text: &mut String) {
    if extension.options.is_empty() {
        text.push_str("It has none.\n");
    }
    let mut before = String::new();
    for option in extension.options {
        let names = option_names(option);
        let value = if matches!(option.kind, Kind::Flag) { "" } else { " VALUE" };
        let not = if option.negatable { "[!] " } else { "" };
        let _ = write!(text, "- `{not}{names}{value}`");
        if option.families != extension.families && option.families != Families::ALL {
            let _ = write!(text, " ({})", programs(option.families));
        }
        let _ = writeln!(text, ": {}", meaning(extension, page, option));
        values(extension, page, option, &mut before, text);
    }
}

/// `-p, --protocol, --proto`.
fn option_names(option: &OptionSpec) -> String {
    let short = option.short.map(|letter| format!("-{}", char::from(letter)));
    let long =
        [option.name].into_iter().chain(option.aliases.iter().copied()).map(|name| format!("--{name}"));
    short.into_iter().chain(long).collect::<Vec<_>>().join(", ")
}

/// What the option means: of a test, which packets pass it.
fn meaning(extension: &Extension, page: Page, option: &OptionSpec) -> String {
    let Some(phrase) = page.phrase(option.name) else { return String::new() };
    let words = match phrase.modifier() {
        Some(_) => phrase.with(false, "VALUE").trim_matches(['(', ')']).to_owned(),
        None => phrase.with(false, "VALUE"),
    };
    let itself = || ITSELF.iter().find_map(|name| page.phrase(name)).map(|phrase| phrase.with(false, ""));
    let thing = if extension.families == Families::BRIDGE { "frame" } else { "packet" };
    match extension.role {
        _ if phrase.modifier().is_some() => words,
        Role::Target => format!("the {thing} {} {words}", itself().unwrap_or_default()),
        Role::Match => format!("a {thing} {words}"),
        // Some of them test, others say what becomes of the packet.
        Role::Core if option.negatable => format!("a packet {words}"),
        Role::Core => words,
    }
}

/// What the option takes; not again where the option before it takes the same.
fn values(extension: &Extension, page: Page, option: &OptionSpec, before: &mut String, text: &mut String) {
    if matches!(option.kind, Kind::Flag) {
        return;
    }
    let expected = expected(extension, option);
    if *before == expected {
        return;
    }
    let _ = writeln!(text, "  - VALUE is {expected}");
    let phrase = page.phrase(option.name);
    for (name, words) in phrase.into_iter().flat_map(Phrase::values) {
        let _ = writeln!(text, "  - `{name}`: {words}");
    }
    let names = words::names(option.kind).map_or(&[][..], |names| names.list);
    let is_told = |name: &str| expected.contains(name) || phrase.is_some_and(|it| it.value(name).is_some());
    if names.len() <= MAX_NAMES && names.iter().any(|(name, _)| !is_told(name)) {
        let others = names.iter().filter(|(name, _)| phrase.is_none_or(|it| it.value(name).is_none()));
        let others: Vec<_> = others.map(|(name, _)| format!("`{name}`")).collect();
        let _ = writeln!(text, "  - {}", others.join(", "));
    }
    *before = expected;
}

/// What is to be given, for each family that wants something else.
fn expected(extension: &Extension, option: &OptionSpec) -> String {
    let mut text = String::new();
    let mut told = Vec::new();
    for family in FAMILIES {
        if !(extension.families.has(family) && option.families.has(family)) {
            continue;
        }
        let expected = option.kind.expected(family).to_string();
        match told.as_slice() {
            [] => text.push_str(&expected),
            told if told.contains(&expected) => {}
            _ => {
                let _ = write!(text, "; for {} {expected}", family.program());
            }
        }
        told.push(expected);
    }
    text
}

/// What the lints make of it.
fn modelling(extension: &Extension) -> String {
    let read = "Every option is read, checked and printed.";
    match extension.role {
        Role::Core => read.to_owned(),
        Role::Match if extension.name == "comment" => format!("{read} It is no test to any lint."),
        Role::Match if is_pure(extension.name.as_bytes()) => format!(
            "{read} The test is pure: the same packet gets the same answer each time, as long as no rule in between \
             writes what it looks at. So lints compare rules that have it. {}",
            seen(extension)
        ),
        Role::Match => format!(
            "{read} The same packet may get another answer the next time, or nothing is known of that: no lint calls \
             a rule with it unconditional, or a duplicate. {}",
            seen(extension)
        ),
        Role::Target => format!("{read} {} {}", ends(extension), writes(target_writes(extension.name))),
    }
}

/// What is told of the packets that pass.
fn seen(extension: &Extension) -> &'static str {
    match sight(extension) {
        Sight::Clear => {
            "Which packets pass is told from their fields; an option that asks for something else has one unknown \
             answer for a packet."
        }
        Sight::Opaque => {
            "Which packets pass is not told: a test has one unknown answer for a packet, and its opposite the other."
        }
        Sight::Varying => "Which packets pass is left open each time, but for those that never can.",
        Sight::Unknown => "Any packet may pass.",
    }
}

fn ends(extension: &Extension) -> &'static str {
    let is_ip = extension.families.has(Family::Ipv4) || extension.families.has(Family::Ipv6);
    let is_told = |option: &OptionSpec| option.name.ends_with("-target");
    if extension.options.iter().any(is_told) {
        "Its target option tells whether later rules see the packet."
    } else if is_ip && is_final(extension.name) {
        "No later rule of its chain sees the packet."
    } else {
        "The packet may go on to the next rule."
    }
}

fn writes(fields: Fields) -> String {
    const NAMES: [(Fields, &str); 6] = [
        (Fields::MARK, "the packet's mark"),
        (Fields::CONNMARK, "the connection's mark"),
        (Fields::CONNTRACK, "what connection tracking knows"),
        (Fields::SETS, "ipsets"),
        (Fields::ADDRESSES, "addresses and ports"),
        (Fields::HEADERS, "other headers"),
    ];
    match fields {
        Fields::NONE => "It writes nothing that another rule could test.".to_owned(),
        Fields::ALL => "To the lints it may write anything.".to_owned(),
        fields => {
            let written = NAMES.iter().filter(|(field, _)| fields.overlaps(*field)).map(|(_, name)| *name);
            format!("To the lints it writes {}.", words::list(written, "and"))
        }
    }
}
