//! Every example on every lint's page is linted, and says itself what is to be found: `#^ name` stands under the line
//! at fault. A `#` line is a comment to `iptables-restore` too, so each example is also a dump that loads, or is
//! refused for what it shows.

mod common;

use common::{findings, line_of};
use fwlint_lints::{LINTS, Lint};

#[test]
fn examples_find_what_they_say() {
    for (lint, example) in examples() {
        let mut expected = expected(example);
        let mut found: Vec<_> = findings(example.as_bytes())
            .kept
            .into_iter()
            .map(|finding| (line_of(example.as_bytes(), &finding), finding.lint.name))
            .collect();
        expected.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, expected, "on the page of {}:\n{example}", lint.name);
    }
}

#[test]
fn every_page_shows_its_own_finding() {
    for lint in LINTS {
        let shown = examples().any(|(page, example)| {
            page.name == lint.name && expected(example).iter().any(|(_, name)| *name == lint.name)
        });
        assert!(shown, "{}", lint.name);
    }
}

#[test]
fn every_page_has_its_sections_in_order() {
    for lint in LINTS {
        let headings: Vec<_> =
            lint.page.lines().filter(|line| line.starts_with('#') && !line.starts_with("#^")).collect();
        let title = format!("# {}", lint.name);
        let sections = [&*title, "## Why", "## Found", "## Not found", "## Limits", "## Confidence"];
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

fn examples() -> impl Iterator<Item = (&'static Lint, &'static str)> {
    LINTS.iter().flat_map(|lint| {
        let blocks = lint.page.split("```iptables\n").skip(1);
        blocks.filter_map(|rest| rest.split("```").next()).map(|example| (*lint, example))
    })
}

fn expected(example: &str) -> Vec<(u32, &str)> {
    let mut line_at_fault = 0;
    let mut expected = Vec::new();
    for (number, line) in (1..).zip(example.lines()) {
        match line.strip_prefix("#^ ") {
            Some(name) => expected.push((line_at_fault, name)),
            None => line_at_fault = number,
        }
    }
    expected
}
