//! Directories: the dumps in them, told by how they begin.

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    ffi::OsString,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use fwlint_model::node::Kind;
use ignore::WalkBuilder;

use super::{
    Beside, Gathered, Input, Reason, Told, Unit,
    node::{Node, family_of_companion, node, save_name},
    read::{HEAD, binary},
    shown,
};
use crate::text;

/// Adds the dumps of a directory and of those in it, and tells what was left out.
pub(super) fn walk(root: &Path, gathered: &mut Gathered) {
    let before = (gathered.units.len(), gathered.failures.len());
    let mut directories: BTreeMap<PathBuf, Vec<OsString>> = BTreeMap::new();
    for entry in WalkBuilder::new(root).sort_by_file_name(Ord::cmp).build() {
        match entry {
            Ok(entry) if entry.path().is_file() => {
                let directory = entry.path().parent().unwrap_or(root).to_owned();
                directories.entry(directory).or_default().push(entry.file_name().to_owned());
            }
            Ok(_) => {}
            Err(error) => gathered.fail(root, Reason::Walk(error)),
        }
    }

    let mut left_out = LeftOut::default();
    for (directory, files) in &directories {
        let names: Vec<_> = files.iter().filter_map(|name| name.to_str()).collect();
        match node(&names) {
            Some(node) => add_node(directory, &node, &mut left_out, gathered),
            None => add_plain(directory, files, &mut left_out, gathered),
        }
    }
    left_out.tell(gathered);
    if (gathered.units.len(), gathered.failures.len()) == before {
        gathered.fail(root, Reason::NoDumps);
    }
}

/// What went wrong, in few words: the error itself says the path twice.
pub(super) fn of_error(error: &ignore::Error) -> String {
    let mut path = None;
    let mut inner = error;
    while let ignore::Error::WithPath { err, .. } | ignore::Error::WithDepth { err, .. } = inner {
        if let ignore::Error::WithPath { path: place, .. } = inner {
            path = Some(place);
        }
        inner = err;
    }
    let (Some(path), Some(io_error)) = (path, error.io_error()) else {
        return error.to_string();
    };
    let mut cause: &dyn Error = io_error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    format!("cannot look into {}: {}", text::escape(&path.to_string_lossy()), text::of_error(cause))
}

/// Files that are not read.
#[derive(Debug, Default)]
struct LeftOut {
    /// The directories that are nodes' and hold files that are not read.
    nodes: Vec<String>,
    /// The names of these files.
    in_nodes: BTreeSet<String>,
    elsewhere: Vec<String>,
}

impl LeftOut {
    fn tell(self, gathered: &mut Gathered) {
        let in_nodes: Vec<_> = self.in_nodes.into_iter().collect();
        let files = text::some_of(&in_nodes);
        match &*self.nodes {
            [] => {}
            [node] => {
                let node = text::escape(node);
                gathered.notes.push(format!("{node} is the state of one machine; not read in it: {files}"));
            }
            nodes => {
                let nodes = nodes.len();
                gathered
                    .notes
                    .push(format!("{nodes} directories are states of machines; not read in them: {files}"));
            }
        }
        if !self.elsewhere.is_empty() {
            let files = text::some_of(&self.elsewhere);
            gathered.notes.push(format!("not read, as they do not begin as a dump: {files}"));
        }
    }
}

fn add_node(directory: &Path, node: &Node<'_>, left_out: &mut LeftOut, gathered: &mut Gathered) {
    let mut others = node.others.clone();
    let mut unit = Unit::default();
    // What a script caught beside the dump is called like it: `iptables-save.err`.
    let is_sure =
        |path: &Path| matches!(path.extension().and_then(|end| end.to_str()), None | Some("txt" | "json"));
    for &name in &node.dumps {
        let path = directory.join(name);
        if is_sure(&path) || head(&path).is_ok_and(|head| head.is_empty() || begins_as_a_dump(&head)) {
            unit.dumps.push(Input::file(path, true));
        } else {
            others.push(name);
        }
    }
    for &(name, kind) in &node.companions {
        let path = directory.join(name);
        if is_sure(&path) || head(&path).is_ok_and(|head| Kind::told_by(&head) == Some(kind)) {
            unit.companions.push(Beside {
                kind,
                family: family_of_companion(&path),
                input: Input::file(path, true),
            });
        } else {
            others.push(name);
        }
    }
    if unit.len() > 0 {
        gathered.units.push(unit);
    }
    if !others.is_empty() {
        left_out.nodes.push(shown(directory));
        left_out.in_nodes.extend(others.into_iter().map(str::to_owned));
    }
}

fn add_plain(directory: &Path, files: &[OsString], left_out: &mut LeftOut, gathered: &mut Gathered) {
    for name in files {
        let path = directory.join(name);
        match head(&path) {
            Ok(head) if begins_as_a_dump(&head) => gathered.units.push(Unit::lone(Input::file(path, false))),
            Ok(_) => left_out.elsewhere.push(shown(&path)),
            Err(error) => gathered.fail(&path, error),
        }
    }
}

/// What a file is, by how it begins.
pub(super) fn told_by_content(path: &Path) -> io::Result<Option<Told>> {
    let head = head(path)?;
    let told = if begins_as_a_dump(&head) { Some(Told::Dump) } else { None };
    Ok(told.or_else(|| Kind::told_by(&head).map(Told::Companion)))
}

fn head(path: &Path) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    File::open(path)?.take(HEAD).read_to_end(&mut head)?;
    Ok(head)
}

/// Whether the first line that is neither blank, a comment nor a command is one of a dump, or all that there
/// is are the comments of a save program.
fn begins_as_a_dump(head: &[u8]) -> bool {
    if binary(head).is_some() {
        return false;
    }
    let head = head.strip_prefix("\u{feff}".as_bytes()).unwrap_or(head);
    let mut generated = false;
    for line in head.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii) {
        match line {
            [] => {}
            [b'#', comment @ ..] => generated |= comment.trim_ascii().starts_with(b"Generated by "),
            _ if is_line_of_a_dump(line) => return true,
            _ if is_command(line) => {}
            _ => return false,
        }
    }
    generated
}

/// What stands in front of output that was copied from a terminal: `root@gw:~# iptables-save`, `$ cat rules`.
fn is_command(line: &[u8]) -> bool {
    let mut words = line.split(u8::is_ascii_whitespace);
    words.any(|word| {
        let program = word.rsplit(|&byte| byte == b'/').next().unwrap_or(word);
        save_name(&String::from_utf8_lossy(program)).is_some() || matches!(word.last(), Some(b'#' | b'$'))
    })
}

fn is_line_of_a_dump(line: &[u8]) -> bool {
    const TABLES: [&[u8]; 6] = [b"filter", b"nat", b"mangle", b"raw", b"security", b"broute"];
    let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let (first, second) = (words.next().unwrap_or_default(), words.next());
    match first {
        b"*" => second.is_some_and(|table| TABLES.contains(&table)) && words.next().is_none(),
        [b'*', table @ ..] => TABLES.contains(&table) && second.is_none(),
        b"-P" => matches!(words.next(), Some(b"ACCEPT" | b"DROP")),
        b"-N" => second.is_some() && words.next().is_none(),
        b"-A" => second.is_some_and(|chain| !chain.starts_with(b"-")),
        // Counters in front of a rule.
        [b'[', .., b']'] => second == Some(b"-A"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::begins_as_a_dump;

    #[test]
    fn dumps_are_told_by_their_first_line() {
        for dump in [
            "*filter\n:INPUT ACCEPT [0:0]\n",
            "\u{feff}# by hand\r\n\r\n* nat\r\n",
            "# Generated by iptables-save v1.8.9\n# Completed\n",
            "-P INPUT DROP\n-A INPUT -i lo -j ACCEPT\n",
            "-N WEB\n",
            "[1:60] -A INPUT -j ACCEPT\n",
            "root@gw:~# iptables-save -c\n*nat\n",
            "me@gw /etc $ cat rules.v4\r\n# Generated by iptables-save v1.4.10\r\n*nat\r\n",
            "iptables-save\nip6tables-save\n* nat\n",
        ] {
            assert!(begins_as_a_dump(dump.as_bytes()), "{dump}");
        }
    }

    #[test]
    fn other_text_is_none() {
        for text in [
            "",
            "# A page\n\n* filter coffee\n\n```\n*filter\n```\n",
            "iptables-save > rules\nreboot\n*nat\n",
            "#!/bin/sh\niptables-restore <<EOF\n*filter\n",
            "-N\n",
            "-A --all\n",
            "*nat\0",
        ] {
            assert!(!begins_as_a_dump(text.as_bytes()), "{text}");
        }
    }
}
