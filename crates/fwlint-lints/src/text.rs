//! Text of the user's, made fit for a message of one line.

/// How many characters of user text a message shows.
const MAX_SHOWN: usize = 60;

/// User text in backticks: shortened if it is long, with control characters escaped.
pub(crate) fn code(text: &[u8]) -> String {
    // A character has four bytes at most; the text may be a line of many megabytes.
    let beginning = text.get(..4 * (MAX_SHOWN + 1)).unwrap_or(text);
    let text = String::from_utf8_lossy(beginning);
    let mut shown = String::from("`");
    for (count, character) in text.chars().enumerate() {
        if count == MAX_SHOWN {
            shown.push('…');
            break;
        }
        if is_plain(character) {
            shown.push(character);
        } else {
            shown.extend(character.escape_unicode());
        }
    }
    shown.push('`');
    shown
}

/// A number with its noun: `1 rule`, `1,204 rules`.
pub fn count(number: usize, noun: &str) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    let plural = if number == 1 { "" } else { "s" };
    format!("{text} {noun}{plural}")
}

/// Words with commas between, and `and` before the last.
pub(crate) fn list(words: impl IntoIterator<Item = String>) -> String {
    let mut words: Vec<_> = words.into_iter().collect();
    match words.pop() {
        Some(last) if words.is_empty() => last,
        Some(last) => format!("{} and {last}", words.join(", ")),
        None => String::new(),
    }
}

/// Whether a terminal shows it as one character where it stands. What turns the writing direction
/// does not: it could make a finding read as another one.
pub fn is_plain(character: char) -> bool {
    let moves_others = matches!(
        character,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
    );
    !character.is_control() && !moves_others
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped_and_long_text_is_shortened() {
        assert_eq!(code(b"INPUT"), "`INPUT`");
        assert_eq!(code(b"a\x1b[31m\xff"), "`a\\u{1b}[31m\u{fffd}`");
        assert_eq!(code("a\u{202e}b".as_bytes()), "`a\\u{202e}b`");
        assert_eq!(code(&[b'x'; 61]), format!("`{}…`", "x".repeat(60)));
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(count(1, "rule"), "1 rule");
        assert_eq!(count(0, "rule"), "0 rules");
        assert_eq!(count(1204, "rule"), "1,204 rules");
        assert_eq!(count(123_456, "chain"), "123,456 chains");
    }
}
