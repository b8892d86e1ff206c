//! One rule of a test file.

use fwlint_syntax::{Family, quote};

/// A rule and what must become of it.
pub(super) struct Case<'t> {
    /// Its line in the file, from 1.
    pub(super) line: usize,
    pub(super) table: &'t str,
    pub(super) chains: Vec<&'t str>,
    /// As a restore program reads it.
    pub(super) rule: String,
    /// What the backends do with it, any of which is right.
    pub(super) outcomes: Vec<Outcome<'t>>,
}

/// What becomes of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome<'t> {
    Refused,
    /// Taken, and printed so.
    Saved(&'t str),
}

/// For which programs the rules of a file are, by its name.
pub(super) fn families(file: &str) -> &'static [Family] {
    match file.split('_').next() {
        Some("libxt") => &[Family::Ipv4, Family::Ipv6],
        Some("libip6t") => &[Family::Ipv6],
        Some("libebt") => &[Family::Bridge],
        Some("libarpt") => &[Family::Arp],
        _ => &[Family::Ipv4],
    }
}

pub(super) fn cases(text: &str) -> Vec<Case<'_>> {
    let mut cases = Vec::new();
    let mut table = "filter";
    let mut chains = vec!["INPUT"];
    for (line, number) in text.lines().zip(1..) {
        match line.as_bytes() {
            // Comments, and commands that make what the rules want.
            [] | [b'#' | b'%' | b'@', ..] => {}
            [b':', ..] => {
                chains = line.trim_start_matches(':').split(',').map(str::trim).collect();
                table = "filter";
            }
            [b'*', ..] => table = line.trim_start_matches('*').trim(),
            _ => cases.extend(case(line, number, table, &chains)),
        }
    }
    cases
}

fn case<'t>(line: &'t str, number: usize, table: &'t str, chains: &[&'t str]) -> Option<Case<'t>> {
    let mut fields = line.split(';');
    let (rule, saved, verdict) = (fields.next()?, fields.next()?, fields.next()?.trim());
    let saved = Outcome::Saved(if matches!(saved, "=" | "") { rule } else { saved });
    let outcome = |verdict| if verdict == "FAIL" { Outcome::Refused } else { saved };
    let mut outcomes = vec![outcome(verdict)];
    // What the other backend does than the one that is named.
    if fields.next().is_some() {
        match fields.next().map(str::trim) {
            Some("=") => outcomes.push(Outcome::Saved(rule)),
            // It is not said what it prints.
            Some("NOMATCH") => {}
            Some(verdict) => outcomes.push(outcome(verdict)),
            None => outcomes.push(if verdict == "FAIL" { saved } else { Outcome::Refused }),
        }
    }
    Some(Case { line: number, table, chains: chains.to_vec(), rule: requoted(rule), outcomes })
}

/// The tests quote words as a shell does, dumps only with `"`.
fn requoted(rule: &str) -> String {
    let mut words: Vec<Vec<u8>> = Vec::new();
    let mut rest = rule.bytes();
    let mut word: Option<Vec<u8>> = None;
    let mut quote_mark = None;
    while let Some(byte) = rest.next() {
        match (byte, quote_mark) {
            (b' ', None) => words.extend(word.take()),
            (b'\'' | b'"', None) => {
                quote_mark = Some(byte);
                word.get_or_insert_default();
            }
            (mark, Some(open)) if mark == open => quote_mark = None,
            (b'\\', None | Some(b'"')) => word.get_or_insert_default().extend(rest.next()),
            (byte, _) => word.get_or_insert_default().push(byte),
        }
    }
    words.extend(word);
    let needs_quotes =
        |word: &[u8]| word.is_empty() || word.iter().any(|byte| matches!(byte, b' ' | b'"' | b'\\'));
    let mut out = Vec::new();
    for word in words {
        if !out.is_empty() {
            out.push(b' ');
        }
        if needs_quotes(&word) { quote(&word, &mut out) } else { out.extend_from_slice(&word) }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_say_where_rules_stand_and_what_becomes_of_them() {
        use Outcome::{Refused, Saved};
        let text = "# a comment\n:INPUT,OUTPUT\n*mangle\n-j A;=;OK\n\n-j B;-j C;OK\n:FORWARD\n-j D;;FAIL\n\
                    -j E;=;FAIL;LEGACY\n-j F;-j G;OK;LEGACY;=\n-j H;=;OK;NFT;NOMATCH\n";
        let told: Vec<_> = cases(text)
            .into_iter()
            .map(|case| (case.line, case.table, case.chains, case.rule, case.outcomes))
            .collect();
        assert_eq!(
            told,
            [
                (4, "mangle", vec!["INPUT", "OUTPUT"], "-j A".to_owned(), vec![Saved("-j A")]),
                (6, "mangle", vec!["INPUT", "OUTPUT"], "-j B".to_owned(), vec![Saved("-j C")]),
                (8, "filter", vec!["FORWARD"], "-j D".to_owned(), vec![Refused]),
                (9, "filter", vec!["FORWARD"], "-j E".to_owned(), vec![Refused, Saved("-j E")]),
                (10, "filter", vec!["FORWARD"], "-j F".to_owned(), vec![Saved("-j G"), Saved("-j F")]),
                (11, "filter", vec!["FORWARD"], "-j H".to_owned(), vec![Saved("-j H")]),
            ]
        );
    }

    #[test]
    fn words_in_quotes_stay_words() {
        assert_eq!(requoted(r#"-m x  'a b' "c\"d" e\'f ''"#), r#"-m x "a b" "c\"d" e'f """#);
    }
}
