//! What there is to be explained, and what a word that nothing goes by may have been meant for.

use std::fmt::Write as _;

use fwlint_lints::{LINTS, Nearest};
use fwlint_model::syntax::extensions::{self, Extension, Role};
use textwrap::{Options, WordSplitter};

use super::{extension::title, topics};
use crate::text;

/// Everything, as a page.
pub(super) fn page() -> String {
    let mut text = String::from("# What fwlint explain explains\n");
    let mut section = |heading: &str, usage: &str, names: Vec<&str>| {
        let _ = write!(text, "\n## {heading} (`fwlint explain {usage}`)\n\n");
        let options = Options::new(80).word_splitter(WordSplitter::NoHyphenation);
        for line in textwrap::wrap(&names.join(", "), options) {
            let _ = writeln!(text, "{line}");
        }
    };
    section("Lints", "NAME", LINTS.iter().map(|lint| lint.name).collect());
    section("Topics", "NAME", topics::names().collect());
    section("Matches", "-m NAME", names(Role::Match));
    section("Targets", "-j NAME", names(Role::Target));
    text.push_str(
        "\n## A rule in plain English\n\n`fwlint explain -- '-A INPUT -p tcp --dport 22 -j ACCEPT'`\n",
    );
    text
}

/// The names that have a page, each once, in order.
fn names(role: Role) -> Vec<&'static str> {
    let mut names: Vec<_> =
        explained().filter(|extension| extension.role == role).map(|it| it.name).collect();
    names.sort_unstable_by_key(|name| (name.to_ascii_lowercase(), *name));
    names.dedup();
    names
}

fn explained() -> impl Iterator<Item = &'static Extension> {
    extensions::all().filter(|extension| !extension.verbatim)
}

/// What to say of a word that is no subject.
pub(super) fn unknown(name: &str) -> String {
    let extensions = explained().filter(|extension| extension.role != Role::Core);
    let subjects: Vec<_> = LINTS
        .iter()
        .map(|lint| (lint.name, lint.name.to_owned()))
        .chain(topics::names().map(|topic| (topic, topic.to_owned())))
        .chain(extensions.map(|extension| (extension.name, title(extension))))
        .collect();
    let problem = format!("{}: no lint, topic, match or target goes by that name", text::escape(name));
    with_suggestion(&problem, name, &subjects)
}

/// What to say of a name that no match or target has.
pub(super) fn unknown_extension(role: Role, name: &str) -> String {
    let (word, letter) = if role == Role::Match { ("match", 'm') } else { ("target", 'j') };
    let problem = format!("-{letter} {}: no such {word}", text::escape(name));
    let subjects: Vec<_> = explained()
        .filter(|extension| extension.role != Role::Core)
        .map(|extension| (extension.name, title(extension)))
        .collect();
    with_suggestion(&problem, name, &subjects)
}

fn with_suggestion(problem: &str, name: &str, subjects: &[(&'static str, String)]) -> String {
    let names = subjects.iter().map(|(name, _)| name.as_bytes());
    let nearest = Nearest::default().to(name.as_bytes(), names);
    let known = nearest.and_then(|nearest| subjects.iter().find(|(name, _)| name.as_bytes() == nearest));
    match known {
        Some((_, subject)) => format!("{problem}: did you mean `fwlint explain {subject}`?"),
        None => format!("{problem}; this is what there is\n\n{}", page().trim_end()),
    }
}
