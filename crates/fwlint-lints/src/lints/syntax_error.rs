//! Lines that cannot be read.

use std::iter;

use fwlint_model::{
    CompanionId, RuleId,
    syntax::{
        Backends, Dump, Family, Problem, Span, SyntaxError,
        extensions::{self, Extension, OptionSpec, Role},
    },
};
use rustc_hash::FxHashMap;

use crate::{
    Facts, Finding, Fingerprint, Group, Label, Lint, NodeFacts, Place, Severity, Sink,
    facts::{Subject, line_around},
    nearest::Nearest,
    text::code,
};

pub(super) static LINT: Lint = Lint {
    name: "syntax-error",
    group: Group::Syntax,
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("syntax_error.md"),
    check,
};

/// How many matches and targets a help names.
const SHOWN: usize = 3;

fn check(facts: &Facts<'_>, sink: &mut Sink) {
    let places = places(facts);
    let mut nearest = Nearest::default();
    for error in &facts.dump.errors {
        sink.report(LINT.severity, || finding(facts, &places, error, &mut nearest));
    }
    sink.omit(LINT.severity, facts.dump.errors_omitted);
}

pub(super) fn check_companion(facts: &NodeFacts<'_>, id: CompanionId, sink: &mut Sink) {
    let companion = &facts.node.companions[id];
    for error in &companion.errors {
        sink.report(LINT.severity, || {
            let word = error.span.of(companion.source);
            let fault = if word.is_empty() {
                "the line ends too early".to_owned()
            } else {
                format!("{} cannot be read", code(word))
            };
            let message = format!("{fault}: expected {}", error.expected);
            let line = line_around(companion.source, error.span);
            Finding::new(&LINT, message, Label::in_companion(id, error.span, ""))
                .at(Subject { place: Place::default(), fingerprint: Fingerprint::of([line]) })
        });
    }
    sink.omit(LINT.severity, companion.errors_omitted);
}

fn finding(
    facts: &Facts<'_>,
    places: &FxHashMap<u32, Place>,
    error: &SyntaxError,
    nearest: &mut Nearest,
) -> Finding {
    let dump = facts.dump;
    let word = error.span.of(dump.source);
    let expected = error.problem.expected();
    let subject = subject(dump, places, error.span);
    let family = subject.place.family.unwrap_or(Family::Ipv4);
    let message = format!("{}: expected {expected}", fault(error.problem, word));
    let finding = Finding::new(&LINT, message, Label::new(error.span, ""))
        .refused_by(Backends::BOTH)
        .at(subject);
    match error.problem {
        Problem::UnknownOption => match known_option(word, family, nearest) {
            Some(help) => finding.help(help),
            None => finding,
        },
        Problem::UnknownName(_) => finding.likely().help(
            "names are looked up where the rules are loaded, in `/etc/services` and its like: a number is understood \
             everywhere",
        ),
        _ => finding,
    }
}

fn fault(problem: Problem, word: &[u8]) -> String {
    let fault = match problem {
        Problem::LineTooLong => return "the line is too long".to_owned(),
        Problem::NoChain if word.is_empty() => return "the rule names no chain".to_owned(),
        _ if word.is_empty() => return "the line ends too early".to_owned(),
        Problem::NotALine => "is no line of a dump",
        Problem::OutsideTable => "stands outside of any table",
        Problem::NoCommit => "is never committed",
        Problem::BadTable => "is no table",
        Problem::BadChainLine => "is no chain line",
        Problem::BadPolicy => "is no policy",
        Problem::NameTooLong => "is too long a name",
        Problem::NoChain => "comes without a chain",
        Problem::TooManyArgs => "is one option too many",
        Problem::UnexpectedWord => "does not belong here",
        Problem::UnknownOption => "is not known here",
        Problem::AmbiguousOption => "may be several options",
        Problem::TooEarly => "stands too early",
        Problem::NeedsProtocol(_) => "needs a protocol",
        Problem::Lacks(_) => "lacks an option",
        Problem::MissingValue(_) => "comes without its value",
        Problem::BadCounters | Problem::BadValue(_) => "cannot be read",
        Problem::UnknownName(_) => "is no name that is known here",
        Problem::OtherFamily(_) => "is of another family",
        Problem::JoinedValue => "is one word",
        Problem::NotNegatable => "cannot stand here",
        Problem::DanglingNegation => "negates nothing",
        Problem::ReversedRange => "is back to front",
        Problem::OldNegation => "stands behind the option",
        Problem::Repeated => "stands here for the second time",
        Problem::Conflict(_) => "has options that exclude each other",
        Problem::NoSuchDevice(_) => "cannot match in this chain",
        Problem::UnsupportedRevision => "is no option",
        Problem::NotInAFile => "cannot stand in a file",
    };
    format!("{} {fault}", code(word))
}

/// Where an option belongs that its rule does not know, or which one was meant.
fn known_option(word: &[u8], family: Family, nearest: &mut Nearest) -> Option<String> {
    let name = word.strip_prefix(b"--")?;
    let for_family = || extensions::all().filter(|extension| extension.families.has(family));
    let owners: Vec<_> = for_family().filter(|extension| option_names(extension).any(|other| other == name)).map(as_written).collect();
    if !owners.is_empty() {
        let shown = owners.get(..SHOWN).unwrap_or(&owners).join(", ");
        let which = if owners.len() == 1 { "which" } else { "one of which" };
        return Some(format!("{} is an option of {shown}, {which} must stand before it", code(word)));
    }
    let near = nearest.to(name, for_family().flat_map(option_names))?;
    Some(format!("perhaps {} is meant", code(&[b"--", near].concat())))
}

fn option_names(extension: &'static Extension) -> impl Iterator<Item = &'static [u8]> {
    let names = |option: &'static OptionSpec| iter::once(option.name).chain(option.aliases.iter().copied());
    extension.options.iter().flat_map(names).map(str::as_bytes)
}

fn as_written(extension: &Extension) -> String {
    match extension.role {
        Role::Core => "every rule".to_owned(),
        Role::Match => format!("`-m {}`", extension.name),
        Role::Target => format!("`-j {}`", extension.name),
    }
}

/// The places of the rules that could not be read whole, by their index in [`Dump::rules`].
fn places(facts: &Facts<'_>) -> FxHashMap<u32, Place> {
    let mut wanted: Vec<_> = facts.dump.errors.iter().filter_map(|error| rule_at(facts.dump, error.span)).collect();
    wanted.dedup();
    let mut places = FxHashMap::default();
    if wanted.is_empty() {
        return places;
    }
    for rules in &facts.rulesets {
        let at_fault = |&(_, line): &(RuleId, u32)| wanted.binary_search(&line).is_ok();
        let lines = rules.ruleset.rules.iter().map(|(id, rule)| (id, rule.line));
        places.extend(lines.filter(at_fault).map(|(id, line)| (line, rules.about_rule(id).place)));
    }
    places
}

fn rule_at(dump: &Dump<'_>, span: Span) -> Option<u32> {
    let index = dump.rules.partition_point(|rule| rule.span.start <= span.start).checked_sub(1)?;
    let rule = dump.rules.get(index)?;
    (span.start <= rule.span.end).then(|| u32::try_from(index).ok()).flatten()
}

/// Recognised by the text of its line, without the counters in front.
fn subject(dump: &Dump<'_>, places: &FxHashMap<u32, Place>, span: Span) -> Subject {
    let rule = rule_at(dump, span).and_then(|line| places.get(&line));
    let line = line_around(dump.source, span);
    let counters = line.split(|&byte| byte == b' ').next().filter(|word| word.starts_with(b"["));
    let line = counters.and_then(|counters| line.strip_prefix(counters)).unwrap_or(line).trim_ascii_start();
    Subject {
        place: rule.cloned().unwrap_or_else(|| table_at(dump, span)),
        fingerprint: Fingerprint::of([line]),
    }
}

fn table_at(dump: &Dump<'_>, span: Span) -> Place {
    let index = dump.tables.partition_point(|table| table.span.start <= span.start).checked_sub(1);
    let table = index.and_then(|index| dump.tables.get(index));
    let open = table.filter(|table| table.commit.is_none_or(|commit| span.start < commit.start));
    let name = open.map(|table| String::from_utf8_lossy(table.name(dump.source)).into_owned());
    Place {
        family: table.and_then(|table| Some(dump.runs.get(table.run)?.family)),
        table: name.filter(|name| !name.is_empty()),
        ..Place::default()
    }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::testing::told;

    #[test]
    fn the_word_and_what_was_expected_are_told() {
        let dump = "*filter\n:INPUT DROP [0:0]\n-A INPUT -i lo -j ACCEPT\n-A INPUT -s 10.0.0.256 -j ACCEPT\n-A INPUT --dprot 22 -j ACCEPT\n\
            -A INPUT --dports 22,80 -j ACCEPT\n-A INPUT -p tcp --dport\nnonsense\nCOMMIT\n";
        insta::assert_snapshot!(told(&LINT, dump), @"
        error (proved): `10.0.0.256` cannot be read: expected an IPv4 address, with a mask or prefix length behind `/` if it likes
          in filter INPUT 2
          4:13 10.0.0.256
        error (proved): `--dprot` is not known here: expected an option of a match or target that stands before it
          in filter INPUT 3
          5:10 --dprot
          help: perhaps `--dport` is meant
        error (proved): `--dports` is not known here: expected an option of a match or target that stands before it
          in filter INPUT 4
          6:10 --dports
          help: `--dports` is an option of `-m multiport`, which must stand before it
        error (proved): `--dport` comes without its value: expected a port from 0 to 65535, or two as `low:high`
          in filter INPUT 5
          7:17 --dport
        error (proved): `nonsense` is no line of a dump: expected `-A CHAIN …`, `:CHAIN POLICY`, `COMMIT` or a `#` comment
          in filter
          8:1 nonsense
        ");
    }
}
