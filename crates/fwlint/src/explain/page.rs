//! The pages of matches and targets, taken apart: each option's line is both what the manual prints
//! and the phrase that a rule is said with.

use fwlint_model::syntax::extensions::ExtensionId;

/// The line of what an extension does whatever its options: `-m` and `-j` in the list of options.
pub(super) const ITSELF: [&str; 2] = ["-m", "-j"];

/// A page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page {
    text: &'static str,
}

/// What is said of an option, or of the extension itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Phrase {
    text: &'static str,
    /// The lines below it, one for each value that has a name of its own.
    values: &'static str,
    /// The whole list: a value may be told once for several options.
    list: &'static str,
}

impl Page {
    pub(super) fn of(id: ExtensionId) -> Option<Self> {
        id.page().map(|text| Self { text })
    }

    /// What it is, as a paragraph.
    pub(super) fn summary(self) -> &'static str {
        self.parts().0
    }

    /// The sections behind the list of options.
    pub(super) fn sections(self) -> &'static str {
        self.parts().2
    }

    /// What is said of an option by its name, or of the extension itself.
    pub(super) fn phrase(self, option: &str) -> Option<Phrase> {
        self.phrases().find(|(name, _)| *name == option).map(|(_, phrase)| phrase)
    }

    /// The names of options without their dashes, or one of [`ITSELF`], and what is said of them.
    pub(super) fn phrases(self) -> impl Iterator<Item = (&'static str, Phrase)> {
        let list = self.parts().1;
        list.split("\n- ").filter_map(move |item| {
            let item = item.trim_start_matches("- ");
            let (line, values) = item.split_once('\n').unwrap_or((item, ""));
            let (name, text) = named(line)?;
            Some((name.strip_prefix("--").unwrap_or(name), Phrase { text, values, list }))
        })
    }

    /// The paragraph, the list and the sections.
    fn parts(self) -> (&'static str, &'static str, &'static str) {
        let (head, sections) = match self.text.find("\n## ") {
            Some(at) => self.text.split_at(at),
            None => (self.text, ""),
        };
        let (summary, list) = head.split_once("\n\n- ").unwrap_or((head, ""));
        (summary.trim(), list.trim_end(), sections.trim_start())
    }
}

impl Phrase {
    /// A modifier of what stands in front of it, without its parentheses.
    pub(super) fn modifier(self) -> Option<&'static str> {
        self.text.strip_prefix('(')?.strip_suffix(')')
    }

    /// The words with a value in its place. Of `[yes|no]` the one or the other is said.
    pub(super) fn with(self, negated: bool, value: &str) -> String {
        let mut words = String::new();
        let mut rest = self.text;
        while let Some((before, choice, after)) = choice(rest) {
            words.push_str(before);
            let (yes, no) = choice.split_once('|').unwrap_or((choice, choice));
            words.push_str(if negated { no } else { yes });
            rest = after;
        }
        words.push_str(rest);
        words.replace("{}", value)
    }

    /// Whether it can be said of the opposite.
    #[cfg(test)]
    pub(super) fn is_negatable(self) -> bool {
        choice(self.text).is_some()
    }

    /// What a value of this name means, if that is said.
    pub(super) fn value(self, name: &str) -> Option<&'static str> {
        let mut all = values(self.values).chain(values(self.list));
        all.find(|(value, _)| value.eq_ignore_ascii_case(name)).map(|(_, words)| words)
    }

    /// The values that something is said of.
    pub(super) fn values(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        values(self.values)
    }
}

fn values(list: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    list.lines().filter_map(|line| named(line.strip_prefix("  - ")?))
}

/// `` `name`: words ``
fn named(line: &'static str) -> Option<(&'static str, &'static str)> {
    let (name, words) = line.strip_prefix('`')?.split_once("`: ")?;
    Some((name, words))
}

/// What stands before the first `[yes|no]`, inside of it and behind it.
fn choice(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('[')?;
    let (choice, after) = rest.split_once(']')?;
    choice.contains('|').then_some((before, choice, after))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use fwlint_model::syntax::extensions::{Role, ids};

    use super::*;

    fn modelled() -> impl Iterator<Item = (ExtensionId, Page)> {
        ids().filter(|id| !id.extension().verbatim).map(|id| (id, Page::of(id).unwrap()))
    }

    #[test]
    fn every_page_begins_with_a_sentence_and_has_its_sections() {
        for (id, page) in modelled() {
            let name = id.extension().name;
            assert!(page.summary().ends_with('.') && !page.summary().contains('\n'), "{name}");
            let headings: Vec<_> = page.sections().lines().filter(|line| line.starts_with('#')).collect();
            assert_eq!(headings, ["## Where", "## Saved", "## Pitfalls", "## See also"], "{name}");
        }
    }

    #[test]
    fn every_option_has_its_line_and_every_line_its_option() {
        for (id, page) in modelled() {
            let extension = id.extension();
            let options: BTreeSet<_> = extension.options.iter().map(|option| option.name).collect();
            let told: BTreeSet<_> =
                page.phrases().map(|(name, _)| name).filter(|name| !ITSELF.contains(name)).collect();
            assert_eq!(told, options, "on the page of {:?} {}", extension.role, extension.name);
        }
    }

    #[test]
    fn what_can_be_negated_is_said_both_ways() {
        for (id, page) in modelled() {
            for option in id.extension().options.iter().filter(|option| option.negatable) {
                let is_negatable = page.phrase(option.name).is_some_and(Phrase::is_negatable);
                assert!(is_negatable, "{} --{}", id.extension().name, option.name);
            }
        }
    }

    #[test]
    fn every_target_says_what_it_does() {
        for (id, page) in modelled().filter(|(id, _)| id.extension().role == Role::Target) {
            assert!(page.phrase("-j").is_some(), "{}", id.extension().name);
        }
    }

    #[test]
    fn options_that_a_page_names_are_options() {
        let known: Vec<_> = ids().flat_map(|id| id.extension().options).collect();
        for (id, page) in modelled() {
            for word in page.sections().split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_') {
                let Some(name) = word.strip_prefix("--").filter(|name| !name.is_empty()) else { continue };
                let is_known =
                    known.iter().any(|option| option.name == name || option.aliases.contains(&name));
                // That of another program: `xtables-monitor --trace`.
                assert!(is_known || name == "trace", "{}: --{name}", id.extension().name);
            }
        }
    }

    #[test]
    fn phrases_are_filled() {
        let phrase = Phrase { text: "[from|not from] {} (a [b])", values: "", list: "  - `LOCAL`: here" };
        assert_eq!(phrase.with(false, "x"), "from x (a [b])");
        assert_eq!(phrase.with(true, "x"), "not from x (a [b])");
        assert_eq!(phrase.value("local"), Some("here"));
    }
}
