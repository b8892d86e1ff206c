//! What the tests of matches and targets share.

use crate::{Family, Options, parse, print};

/// What the save program prints for a rule, or what is wrong with the rule.
pub(crate) fn saved(family: Family, rule: &str) -> String {
    let text = format!("*filter\n:X - [0:0]\n-A X {rule}\nCOMMIT\n");
    let dump = parse(text.as_bytes(), Options { family: Some(family), ..Options::default() });
    if let Some(error) = dump.errors.first() {
        let word = String::from_utf8_lossy(error.span.of(dump.source));
        return format!("{word}: {}", error.problem.expected());
    }
    let mut out = Vec::new();
    dump.rules.iter().for_each(|rule| print::rule(&dump, rule, print::Style::default(), &mut out));
    String::from_utf8_lossy(&out).replace("-A X ", "").trim_end().to_owned()
}
