//! Words and numbers as people read them.

use std::{borrow::Cow, error::Error, fmt::Write as _};

pub(crate) use fwlint_lints::text::count;
use fwlint_lints::text::is_plain;

/// Text in which every character stands for itself on a terminal: control characters, and what
/// turns the writing direction, are escaped.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len());
    text.chars().for_each(|character| push_escaped(character, &mut escaped));
    Cow::Owned(escaped)
}

/// Appends a character, or what is shown in its place.
pub(crate) fn push_escaped(character: char, out: &mut String) {
    if is_plain(character) {
        out.push(character);
    } else {
        out.extend(character.escape_default());
    }
}

/// `a, b, c and 12 more`.
pub(crate) fn some_of<S: AsRef<str>>(names: &[S]) -> String {
    const SHOWN: usize = 12;
    let mut text = String::new();
    for (index, name) in names.iter().take(SHOWN).enumerate() {
        text.push_str(if index == 0 { "" } else { ", " });
        text.push_str(&escape(name.as_ref()));
    }
    if names.len() > SHOWN {
        let _ = write!(text, " and {} more", names.len() - SHOWN);
    }
    text
}

/// What went wrong, in the middle of a sentence: `permission denied`.
pub(crate) fn of_error(error: &dyn Error) -> String {
    let text = error.to_string();
    let text = text.split_once(" (os error").map_or(&*text, |(what, _)| what);
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_moves_the_cursor_or_the_text_is_left() {
        assert_eq!(escape("Grüße 漢 `x`"), "Grüße 漢 `x`");
        assert_eq!(escape("a\x1b[31m\u{202e}b\n"), "a\\u{1b}[31m\\u{202e}b\\n");
    }

    #[test]
    fn lists_are_bounded() {
        let names: Vec<_> = (0..20).map(|number| number.to_string()).collect();
        assert_eq!(some_of(&names), "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 8 more");
        assert_eq!(some_of(&names[..2]), "0, 1");
    }

    #[test]
    fn errors_read_on() {
        assert_eq!(of_error(&std::io::Error::from_raw_os_error(2)), "no such file or directory");
    }
}
