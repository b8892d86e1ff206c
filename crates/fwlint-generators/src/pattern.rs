//! The one notation for families of chain names: text in which each `*` stands
//! for one or more characters.

/// Whether the whole name is of the pattern.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|head| name.strip_prefix(head)) else {
        return false;
    };
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let mut run = rest.chars();
        if run.next().is_none() {
            return false;
        }
        let beyond = run.as_str();
        if parts.peek().is_none() {
            return beyond.ends_with(part);
        }
        // The leftmost find leaves the most to the parts that follow.
        match beyond.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.is_empty()
}

/// The text before the first `*`, which every name of the pattern begins with.
pub(crate) fn prefix(pattern: &str) -> &str {
    pattern.split_once('*').map_or(pattern, |(head, _)| head)
}

/// How many characters the pattern fixes.
pub(crate) fn literal(pattern: &str) -> usize {
    pattern.chars().filter(|&character| character != '*').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_one_or_more_characters() {
        for (pattern, name, expected) in [
            ("DOCKER", "DOCKER", true),
            ("DOCKER", "DOCKER-USER", false),
            ("f2b-*", "f2b-sshd", true),
            ("f2b-*", "f2b-", false),
            ("f2b-*", "F2B-sshd", false),
            ("IN_*_allow", "IN_public_allow", true),
            ("IN_*_allow", "IN__allow", false),
            ("IN_*_allow", "IN_allow_allow", true),
            ("IN_*_allow", "IN_public_allowed", false),
            ("tap*i*-IN", "tap100i0-IN", true),
            ("tap*i*-IN", "tap100-IN", false),
            ("f2b-*", "f2b-ü", true),
            ("*", "", false),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} on {name}");
        }
    }

    /// Every pattern of up to five signs on every name of up to five, against
    /// the definition spelled out.
    #[test]
    fn agrees_with_the_definition() {
        fn by_definition(pattern: &[u8], name: &[u8]) -> bool {
            match (pattern.split_first(), name.split_first()) {
                (None, None) => true,
                (Some((b'*', after)), Some((_, rest))) => {
                    by_definition(after, rest) || by_definition(pattern, rest)
                }
                (Some((sign, after)), Some((first, rest))) => sign == first && by_definition(after, rest),
                _ => false,
            }
        }

        fn words(alphabet: &str) -> Vec<String> {
            let mut words = vec![String::new()];
            let mut start = 0;
            for _ in 0..5 {
                let end = words.len();
                for shorter in start..end {
                    for sign in alphabet.chars() {
                        words.push(format!("{}{sign}", words[shorter]));
                    }
                }
                start = end;
            }
            words
        }

        let names = words("ab");
        for pattern in words("ab*") {
            for name in &names {
                assert_eq!(
                    matches(&pattern, name),
                    by_definition(pattern.as_bytes(), name.as_bytes()),
                    "{pattern} on {name}"
                );
            }
        }
    }

    #[test]
    fn a_name_begins_with_the_prefix_and_holds_the_literal_text() {
        assert_eq!(prefix("IN_*_allow"), "IN_");
        assert_eq!(prefix("DOCKER"), "DOCKER");
        assert_eq!(literal("IN_*_allow"), 9);
        assert_eq!(literal("DOCKER"), 6);
    }
}
