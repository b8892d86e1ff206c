//! `docs/lints/`: the lints' pages, and a table of all of them.

use std::{fmt::Write as _, path::Path};

use fwlint_lints::{Group, LINTS, Lint};

use super::File;

pub(super) const FOLDER: &str = "docs/lints";

pub(super) fn files() -> impl Iterator<Item = File> {
    let pages = LINTS.iter().map(|lint| (format!("{}.md", lint.name), page(lint)));
    pages.chain([("README.md".to_owned(), index())]).map(|(name, text)| (Path::new(FOLDER).join(name), text))
}

/// The page, with what stands beside it in the code under its title.
fn page(lint: &Lint) -> String {
    let Lint { group, severity, since, page, .. } = lint;
    let (title, rest) = page.split_once('\n').unwrap_or((page, ""));
    format!("{title}\n\n*{} · {} · since {since}*\n{rest}", group.name(), severity.name())
}

fn index() -> String {
    let mut text = "# Lints\n\n\
        What fwlint looks for. `fwlint explain NAME` prints the same pages, `fwlint lints` the same table. \
        The examples on the pages are tests: what stands over a line `#^ NAME` is found, and nothing else.\n"
        .to_owned();
    for group in Group::ALL {
        let mut lints = LINTS.iter().filter(|lint| lint.group == group).peekable();
        if lints.peek().is_none() {
            continue;
        }
        let _ = write!(text, "\n## {}\n\n| lint | severity | |\n|---|---|---|\n", group.name());
        for lint in lints {
            let Lint { name, severity, .. } = lint;
            let _ = writeln!(text, "| [`{name}`]({name}.md) | {} | {} |", severity.name(), lint.summary());
        }
    }
    text
}
