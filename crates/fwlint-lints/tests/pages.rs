//! Every example on every lint's page is linted, and says itself what is to be found: `#^ name` stands under the line
//! at fault. A `#` line is a comment to `iptables-restore` and `ipset restore` too, so each example is also a dump that
//! loads, or is refused for what it shows.

use fwlint_lints::{Facts, LINTS, Lint, NodeFacts, References, run, run_companion};
use fwlint_model::{
    Node,
    node::{Companion, Kind},
    syntax::{LineIndex, Options, parse},
};

/// A dump, and the files of the same machine that stand in front of it.
#[derive(Debug)]
struct Example {
    /// What each is, and its text.
    companions: Vec<(Kind, &'static str)>,
    dump: &'static str,
}

#[test]
fn examples_find_what_they_say() {
    for (lint, example) in examples() {
        let mut expected = example.expected();
        let mut found = example.found();
        expected.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, expected, "on the page of {}:\n{example:#?}", lint.name);
    }
}

#[test]
fn every_page_shows_its_own_finding() {
    for lint in LINTS {
        let shown = examples().any(|(page, example)| {
            page.name == lint.name && example.expected().iter().any(|(_, _, name)| *name == lint.name)
        });
        assert!(shown, "{}", lint.name);
    }
}

#[test]
fn every_page_has_its_sections_in_order() {
    for lint in LINTS {
        let mut headings: Vec<_> =
            lint.page.lines().filter(|line| line.starts_with('#') && !line.starts_with("#^")).collect();
        let title = format!("# {}", lint.name);
        let sections = [&*title, "## Why", "## Found", "## Not found", "## Limits", "## Confidence"];
        headings.retain(|heading| *heading != "## Why did it blame that rule?");
        assert_eq!(headings, sections, "{}", lint.name);
    }
}

#[test]
fn summaries_are_one_sentence() {
    for lint in LINTS {
        let summary = lint.summary();
        assert!(summary.starts_with("Finds ") && summary.ends_with('.'), "{}: {summary}", lint.name);
        assert_eq!(summary.matches(". ").count(), 0, "{}: {summary}", lint.name);
    }
}

#[test]
fn the_list_is_in_order() {
    assert!(LINTS.is_sorted_by_key(|lint| lint.name));
}

/// The kinds of fenced blocks that are companions.
const COMPANIONS: [(&str, Kind); 1] = [("ipset", Kind::Sets)];

fn examples() -> impl Iterator<Item = (&'static Lint, Example)> {
    LINTS.iter().flat_map(|lint| {
        let mut companions = Vec::new();
        // Every other piece is within a fence.
        let blocks = lint.page.split("```").skip(1).step_by(2);
        let examples = blocks.filter_map(move |block| {
            let (language, text) = block.split_once('\n')?;
            if let Some(&(_, kind)) = COMPANIONS.iter().find(|(name, _)| *name == language) {
                companions.push((kind, text));
            }
            let is_dump = language == "iptables";
            is_dump.then(|| Example { companions: std::mem::take(&mut companions), dump: text })
        });
        examples.map(|example| (*lint, example))
    })
}

impl Example {
    /// What is said to be found: in which file, the dump being the last, in which line, by which lint.
    fn expected(&self) -> Vec<(usize, u32, &str)> {
        let files = self.companions.iter().map(|&(_, text)| text).chain([self.dump]);
        files
            .enumerate()
            .flat_map(|(file, text)| expected(text).into_iter().map(move |(line, name)| (file, line, name)))
            .collect()
    }

    fn found(&self) -> Vec<(usize, u32, &str)> {
        let dump = parse(self.dump.as_bytes(), Options::default());
        let read =
            self.companions.iter().filter_map(|&(kind, text)| Companion::read(text.as_bytes(), kind, None));
        let node = Node::new(read);
        let facts = Facts::of_node(&dump, &node);
        let of_node = NodeFacts { node: &node, references: References::of(&facts) };
        let in_companions = node.companions.ids().map(|id| run_companion(&of_node, id, &|_| true));
        let sources = self.companions.iter().map(|&(_, text)| text.as_bytes()).chain([self.dump.as_bytes()]);
        let findings = in_companions.chain([run(&facts, &|_| true)]);
        findings
            .zip(sources)
            .enumerate()
            .flat_map(|(file, (found, source))| {
                let lines = LineIndex::new(source);
                found
                    .kept
                    .into_iter()
                    .map(move |finding| (file, lines.line(finding.primary.span.start), finding.lint.name))
            })
            .collect()
    }
}

fn expected(text: &str) -> Vec<(u32, &str)> {
    let mut line_at_fault = 0;
    let mut expected = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        match line.strip_prefix("#^ ") {
            Some(name) => expected.push((line_at_fault, name)),
            None => line_at_fault = number,
        }
    }
    expected
}
