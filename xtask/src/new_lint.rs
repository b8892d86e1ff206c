//! Makes the room of a new lint: its two files, and its line in the list.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, ensure};

const LINTS: &str = "crates/fwlint-lints/src/lints";
const LIST: &str = "crates/fwlint-lints/src/lints.rs";

pub(crate) fn run(project: &Path, name: &str) -> Result<()> {
    ensure!(is_name(name), "`{name}` is no name for a lint: it wants words of a-z, joined by hyphens");
    let room = name.replace('-', "_");
    let code = Path::new(LINTS).join(format!("{room}.rs"));
    let page = Path::new(LINTS).join(format!("{room}.md"));
    ensure!(!project.join(&code).exists(), "{} is there already", code.display());

    let list = fs::read_to_string(project.join(LIST)).context(LIST)?;
    let list = enlist(&list, &room).with_context(|| format!("{LIST} has no `lints! {{ … }}`"))?;
    let fill = |template: &str| {
        template
            .replace("{name}", name)
            .replace("{room}", &room)
            .replace("{version}", env!("CARGO_PKG_VERSION"))
    };
    fs::write(project.join(&code), fill(include_str!("../templates/lint.rs.txt")))?;
    fs::write(project.join(&page), fill(include_str!("../templates/lint.md")))?;
    fs::write(project.join(LIST), list)?;

    println!("{}: what is looked for", code.display());
    println!("{}: why, and the examples, which are the tests", page.display());
    println!("then: cargo test -p fwlint-lints && cargo xtask gen");
    Ok(())
}

/// Words of lower-case letters, joined by hyphens.
fn is_name(name: &str) -> bool {
    name.split('-').all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase()))
}

/// The list with one more room in its place of the alphabet.
fn enlist(list: &str, room: &str) -> Option<String> {
    let (before, rest) = list.split_once("\nlints! {\n")?;
    let (rooms, after) = rest.split_once('}')?;
    let mut rooms: Vec<_> =
        rooms.split(',').map(str::trim).filter(|room| !room.is_empty()).chain([room]).collect();
    rooms.sort_unstable();
    Some(format!("{before}\nlints! {{\n    {},\n}}{after}", rooms.join(",\n    ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_is_made_and_listed() {
        let project = std::env::temp_dir().join(format!("fwlint-new-lint-{}", std::process::id()));
        fs::create_dir_all(project.join(LINTS)).unwrap();
        fs::copy(crate::root().join(LIST), project.join(LIST)).unwrap();

        run(&project, "loose-screw").unwrap();
        let code = fs::read_to_string(project.join(LINTS).join("loose_screw.rs")).unwrap();
        assert!(code.contains("name: \"loose-screw\",\n"), "{code}");
        assert!(code.contains("page: include_str!(\"loose_screw.md\"),\n"), "{code}");
        let page = fs::read_to_string(project.join(LINTS).join("loose_screw.md")).unwrap();
        assert!(page.starts_with("# loose-screw\n"), "{page}");
        assert!(page.contains("\n#^ loose-screw\n"), "{page}");
        let list = fs::read_to_string(project.join(LIST)).unwrap();
        assert!(list.contains("\n    loose_screw,\n"), "{list}");
        for text in [&code, &page] {
            assert!(!["{name}", "{room}", "{version}"].iter().any(|left| text.contains(left)), "{text}");
        }

        assert!(run(&project, "loose-screw").is_err(), "a room is never overwritten");
        fs::remove_dir_all(project).unwrap();
    }

    #[test]
    fn the_list_stays_in_alphabetical_order() {
        let list = "// before\nlints! {\n    empty_chain,\n    syntax_error,\n}\n// after\n";
        assert_eq!(
            enlist(list, "loose_screw").unwrap(),
            "// before\nlints! {\n    empty_chain,\n    loose_screw,\n    syntax_error,\n}\n// after\n"
        );
        assert_eq!(enlist("// no list", "loose_screw"), None);
    }

    #[test]
    fn names_are_words_joined_by_hyphens() {
        assert!(is_name("too-deep-for-nft"));
        for name in ["", "-x", "x-", "a--b", "Upper", "under_score", "a/b"] {
            assert!(!is_name(name), "{name}");
        }
    }
}
