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
    /// What is printed; `None` if it must be refused.
    pub(super) saved: Option<&'t str>,
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
    let saved = if matches!(saved, "=" | "") { rule } else { saved };
    // A refusal by legacy alone is none of nf_tables.
    let is_refused = verdict == "FAIL";
    Some(Case {
        line: number,
        table,
        chains: chains.to_vec(),
        rule: requoted(rule),
        saved: (!is_refused).then_some(saved),
    })
}

/// The tests quote words as a shell does, dumps only with `"`.
fn requoted(rule: &str) -> String {
    let mut words: Vec<Vec<u8>> = Vec::new();
    let mut rest = rule.bytes().peekable();
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
        let text = "# a comment\n:INPUT,OUTPUT\n*mangle\n-j A;=;OK\n\n-j B;-j C;OK\n:FORWARD\n-j D;;FAIL\n";
        let told: Vec<_> = cases(text)
            .into_iter()
            .map(|case| (case.line, case.table, case.chains, case.rule, case.saved))
            .collect();
        assert_eq!(
            told,
            [
                (4, "mangle", vec!["INPUT", "OUTPUT"], "-j A".to_owned(), Some("-j A")),
                (6, "mangle", vec!["INPUT", "OUTPUT"], "-j B".to_owned(), Some("-j C")),
                (8, "filter", vec!["FORWARD"], "-j D".to_owned(), None),
            ]
        );
    }

    #[test]
    fn words_in_quotes_stay_words() {
        assert_eq!(requoted(r#"-m x  'a b' "c\"d" e\'f ''"#), r#"-m x "a b" "c\"d" e'f """#);
    }
}
