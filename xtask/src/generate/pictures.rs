//! Pictures in the documents: behind a line `<!-- fwlint ARGUMENTS -->` stands what fwlint prints for
//! them.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

use super::{File, program};

const DOCUMENTS: [&str; 2] = ["README.md", "docs/cli.md"];
const BEGIN: &str = "<!-- fwlint ";
const END: &str = " -->\n";
const FENCE: &str = "```\n";

pub(super) fn files(root: &Path) -> Result<Vec<File>> {
    let file = |&document: &&'static str| {
        let text = fs::read_to_string(root.join(document)).context(document)?;
        let filled = fill(&text, |arguments| program::output(root, arguments)).context(document)?;
        Ok((PathBuf::from(document), filled))
    };
    DOCUMENTS.iter().map(file).collect()
}

/// The text with all pictures in it taken anew.
fn fill(text: &str, print: impl Fn(&[&str]) -> Result<String>) -> Result<String> {
    let mut pieces = text.split(BEGIN);
    let mut filled = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (arguments, rest) = piece.split_once(END).context("a marker does not end")?;
        let rest = rest
            .strip_prefix("\n```text\n")
            .and_then(|rest| rest.split_once(FENCE))
            .map_or(rest, |(_, rest)| rest);
        let words = words(arguments);
        let picture = print(&words)?;
        let _ =
            write!(filled, "{BEGIN}{arguments}{END}\n```text\n$ fwlint {arguments}\n{picture}{FENCE}{rest}");
    }
    Ok(filled)
}

/// The words of a command line, in which single quotes hold several together.
fn words(arguments: &str) -> Vec<&str> {
    let parts = arguments.split('\'').enumerate();
    let words = parts.flat_map(|(index, part)| {
        let is_quoted = index % 2 == 1;
        let separators: &[char] = if is_quoted { &[] } else { &[' '] };
        part.split(separators).filter(|word| !word.is_empty())
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::{fill, words};

    #[test]
    fn quotes_hold_words_together() {
        assert_eq!(
            words("trace --packet 'in=eth0 dport=80' a.rules"),
            ["trace", "--packet", "in=eth0 dport=80", "a.rules"]
        );
    }

    #[test]
    fn a_picture_is_put_in_and_taken_anew() {
        let print = |picture: &'static str| {
            move |arguments: &[&str]| {
                assert_eq!(arguments, ["check", "a.rules"]);
                Ok(picture.to_owned())
            }
        };
        let bare = "before\n\n<!-- fwlint check a.rules -->\n\nafter\n";
        let first = fill(bare, print("old\n")).unwrap();
        assert_eq!(
            first,
            "before\n\n<!-- fwlint check a.rules -->\n\n```text\n$ fwlint check a.rules\nold\n```\n\nafter\n"
        );
        assert_eq!(fill(&first, print("new\n")).unwrap(), first.replace("old", "new"));
    }
}
