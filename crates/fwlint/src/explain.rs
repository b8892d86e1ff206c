//! `fwlint explain`: the manual at hand. Pages of lints, topics, matches and targets, and rules in
//! plain English.

mod extension;
mod index;
mod page;
mod render;
mod rule;
mod topics;
mod words;

use std::process::ExitCode;

use clap::ColorChoice;
use fwlint_lints::LINTS;
use fwlint_model::syntax::{
    Family,
    extensions::{self, ExtensionId, Role},
};

use crate::{
    cli,
    input::Failure,
    terminal::{Messages, Terminal},
    text,
};

/// What somebody wants to know.
enum Subject<'o> {
    /// What there is to be explained.
    Everything,
    /// A rule.
    Rule(String),
    /// A match or target.
    Extension(Role, &'o str),
    /// Whatever has this name.
    Name(&'o str),
}

/// What there is to say.
enum Answer {
    /// A page, in Markdown.
    Page(String),
    /// Nothing goes by that name: what it may have been.
    Unknown(String),
}

pub(crate) fn run(options: &cli::Explain) -> Result<ExitCode, Failure> {
    let family = options.family.map(Family::from);
    let answer = match subject(options) {
        Subject::Rule(rule) => return rule::run(rule, options),
        Subject::Everything => Answer::Page(index::page()),
        Subject::Extension(role, name) => extension(role, name, family),
        Subject::Name(name) => named(name, family),
    };
    match answer {
        Answer::Page(page) => show(&page, options.color),
        Answer::Unknown(message) => {
            Messages::new(options.color, false).error(message);
            Ok(ExitCode::from(2))
        }
    }
}

/// Prints a page: as it stands, or for the eye where there are colours.
fn show(page: &str, color: ColorChoice) -> Result<ExitCode, Failure> {
    crate::print(|out| render::print(page, Terminal::stdout(color), out))
}

fn subject(options: &cli::Explain) -> Subject<'_> {
    if let Some(name) = &options.matching {
        return Subject::Extension(Role::Match, name);
    }
    if let Some(name) = &options.target {
        return Subject::Extension(Role::Target, name);
    }
    match options.subject.as_slice() {
        [] => Subject::Everything,
        [name] if !name.starts_with(['-', '[']) && !name.contains(' ') => Subject::Name(name),
        words => Subject::Rule(rule::line(words)),
    }
}

/// Lints come first, then topics; of a match and a target of one name both are told.
fn named(name: &str, family: Option<Family>) -> Answer {
    if let Some(lint) = LINTS.iter().find(|lint| lint.name == name) {
        return Answer::Page(lint.page.to_owned());
    }
    if let Some(page) = topics::page(name) {
        return Answer::Page(page);
    }
    let is_target = name.starts_with(|first: char| first.is_ascii_uppercase());
    let (first, second) = if is_target { (Role::Target, Role::Match) } else { (Role::Match, Role::Target) };
    let (one, other) = (extensions_of(first, name, family), extensions_of(second, name, family));
    match (one.is_empty(), other.is_empty()) {
        (true, true) => Answer::Unknown(index::unknown(name)),
        _ => Answer::Page(pages(&[one, other].concat())),
    }
}

fn extension(role: Role, name: &str, family: Option<Family>) -> Answer {
    let ids = extensions_of(role, name, family);
    if !ids.is_empty() {
        return Answer::Page(pages(&ids));
    }
    if family.is_some() && !extensions_of(role, name, None).is_empty() {
        let word = if role == Role::Match { "match" } else { "target" };
        return Answer::Unknown(format!("{}: no such {word} for this family", text::escape(name)));
    }
    Answer::Unknown(index::unknown_extension(role, name))
}

fn extensions_of(role: Role, name: &str, family: Option<Family>) -> Vec<ExtensionId> {
    let is_wanted = |id: &ExtensionId| {
        let extension = id.extension();
        let for_family = family.is_none_or(|family| extension.families.has(family));
        extension.role == role && extension.name == name && for_family
    };
    extensions::ids().filter(is_wanted).collect()
}

fn pages(ids: &[ExtensionId]) -> String {
    ids.iter().map(|&id| extension::page(id)).collect::<Vec<_>>().join("\n")
}
