//! The one list of topics: short pages on what no single match, target or lint is about.

use fwlint_model::syntax::extensions;

use super::extension;

macro_rules! topics {
    ($($name:literal),* $(,)?) => {
        /// The topics by name, each with its page.
        static TOPICS: &[(&str, &str)] = &[$(($name, include_str!(concat!("topics/", $name, ".md")))),*];
    };
}

topics! {
    "backends",
    "confidence",
    "goto",
    "marks",
    "nat",
    "packet-flow",
    "states",
}

/// The options that every rule has: their page is made from their table.
const OPTIONS: &str = "options";

/// The names in order.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let (before, behind) = TOPICS.split_at(TOPICS.partition_point(|(name, _)| *name < OPTIONS));
    let name = |(name, _): &(&'static str, _)| *name;
    before.iter().map(name).chain([OPTIONS]).chain(behind.iter().map(name))
}

/// The page of a topic, in Markdown.
pub(super) fn page(name: &str) -> Option<String> {
    if name == OPTIONS {
        return extensions::ids().next().map(extension::page);
    }
    TOPICS.iter().find(|(topic, _)| *topic == name).map(|(_, page)| (*page).to_owned())
}

#[cfg(test)]
mod tests {
    use fwlint_lints::Facts;
    use fwlint_model::syntax::{Options, parse};

    use super::*;

    /// The dumps on the pages.
    fn dumps() -> impl Iterator<Item = (&'static str, &'static str)> {
        TOPICS.iter().flat_map(|(name, page)| {
            let blocks = page.split("```iptables\n").skip(1);
            blocks.filter_map(|rest| rest.split("```").next()).map(|dump| (*name, dump))
        })
    }

    #[test]
    fn dumps_load() {
        assert!(dumps().count() > 0);
        for (name, text) in dumps() {
            let dump = parse(text.as_bytes(), Options::default());
            let findings = fwlint_lints::run(&Facts::new(&dump), &|lint| {
                lint.group <= fwlint_lints::Group::Load || lint.name == "chain-loop"
            });
            let messages: Vec<_> = findings.kept.iter().map(|finding| &finding.message).collect();
            assert!(messages.is_empty(), "{name}: {messages:?}");
        }
    }

    #[test]
    fn pages_have_their_title_and_fit_eighty_columns_where_they_cannot_be_wrapped() {
        for (name, page) in TOPICS {
            assert_eq!(page.lines().next(), Some(&*format!("# {name}")));
            let mut in_example = false;
            for line in page.lines() {
                in_example ^= line.starts_with("```");
                let is_fixed = in_example || line.starts_with('|');
                assert!(!is_fixed || line.chars().count() <= 80, "{name}: {line}");
            }
        }
    }

    #[test]
    fn the_list_is_in_order() {
        assert!(TOPICS.is_sorted_by_key(|(name, _)| *name));
    }
}
