//! Loads the dumps of the corpus with the real restore programs, each in a network namespace of its own, and compares
//! what the real save programs print then with what `fwlint parse --format save` prints of the file.
//!
//! Where that needs root and the programs are not there, the test says so and does nothing; with `FWLINT_KERNEL=required`
//! it fails instead.
#![cfg(target_os = "linux")]
#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "tests read files and the environment, say what they skip, and fail by panicking"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Where the differences stand that have a reason: a row each, `| file | program | reason |`.
const EXPLAINED: &str = "docs/reliability.md";

/// `$1` program, `$2` dump, `$3` the node's sets or nothing, `$4` whether the dump's counters are loaded. The lock is
/// the machine's, not the namespace's, unless it is told otherwise.
const LOAD_AND_SAVE: &str = r#"
export XTABLES_LOCKFILE="$5"
[ -z "$3" ] || ipset restore <"$3" || exit
"$1-restore" $4 <"$2" && "$1-save" $4
"#;

#[test]
fn what_is_printed_is_what_the_save_programs_print() {
    if let Err(missing) = real_programs() {
        assert!(std::env::var_os("FWLINT_KERNEL").is_none_or(|value| value != "required"), "{missing}");
        eprintln!("skipped: {missing}");
        return;
    }
    let mut explained = explained();
    let mut faults = Vec::new();
    let mut counts = BTreeMap::<&str, (usize, usize)>::new();
    for path in dumps() {
        let file = path.strip_prefix(ROOT).unwrap().to_str().unwrap().to_owned();
        for &program in programs(&path) {
            let (loaded, refused) = counts.entry(program).or_default();
            let Some(real) = load_and_save(program, &path) else {
                *refused += 1;
                continue;
            };
            *loaded += 1;
            let ours = printed(&path);
            let difference = difference(&real, &ours);
            match (difference, explained.remove(&(file.clone(), program.to_owned()))) {
                (Some(difference), false) => faults.push(format!("{program} {file}:\n{difference}")),
                (None, true) => {
                    faults.push(format!("{program} {file}: explained, but there is no difference"));
                }
                _ => {}
            }
        }
    }
    faults.extend(
        explained.iter().map(|(file, program)| format!("{program} {file}: explained, but not loaded")),
    );
    for (program, (loaded, refused)) in &counts {
        eprintln!("{program}: {loaded} files loaded and saved, {refused} refused");
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(counts.values().map(|(loaded, _)| loaded).sum::<usize>() > 250, "{counts:?}");
}

/// What is needed and not there.
fn real_programs() -> Result<(), String> {
    let is_there = |program: &str, argument: &str| {
        let mut command = Command::new("unshare");
        command.args(["-n", program, argument]).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    if !is_there("true", "") {
        return Err("no network namespace can be made; that needs root".to_owned());
    }
    let programs = ["iptables-legacy", "iptables-nft", "ip6tables-legacy", "ip6tables-nft", "ebtables-nft"];
    let programs = programs.into_iter().chain(["arptables-nft", "ipset"]);
    let missing: Vec<_> = programs.filter(|program| !is_there(program, "--version")).collect();
    if missing.is_empty() { Ok(()) } else { Err(format!("not installed: {}", missing.join(", "))) }
}

/// The dumps of the corpus, in order.
fn dumps() -> Vec<PathBuf> {
    let mut folders = vec![Path::new(ROOT).join("corpus")];
    let mut dumps = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let is_named = path.file_name().unwrap().to_str().unwrap().contains("tables-save");
            if path.is_dir() {
                folders.push(path);
            } else if is_named || path.extension().is_some_and(|extension| extension == "rules") {
                dumps.push(path);
            }
        }
    }
    dumps.sort();
    dumps
}

/// The programs that may load a dump, told by its name.
fn programs(path: &Path) -> &'static [&'static str] {
    let name = path.file_name().unwrap().to_str().unwrap();
    match name {
        _ if name.starts_with("ip6") => &["ip6tables-legacy", "ip6tables-nft"],
        _ if name.starts_with("ebtables") => &["ebtables-nft"],
        _ if name.starts_with("arptables") => &["arptables-nft"],
        _ => &["iptables-legacy", "iptables-nft"],
    }
}

/// What the save program prints once the dump is loaded; `None` if it is refused. Counters are loaded and saved unless
/// the dump has some that the program refuses, or the program knows none.
fn load_and_save(program: &str, dump: &Path) -> Option<String> {
    let sets = dump.with_file_name("ipset-save.txt");
    let sets = if sets.exists() { sets } else { PathBuf::new() };
    let lock = Path::new(env!("CARGO_TARGET_TMPDIR")).join("xtables.lock");
    let counters: &[&str] = if program.starts_with("ip") { &["-c", ""] } else { &[""] };
    counters.iter().find_map(|counters| {
        let mut command = Command::new("unshare");
        command.args(["-n", "sh", "-c", LOAD_AND_SAVE, "sh", program]).arg(dump).arg(&sets);
        let output = command.arg(counters).arg(&lock).output().unwrap();
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    })
}

/// What fwlint prints.
fn printed(dump: &Path) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fwlint"));
    let output = command.args(["parse", "--format", "save"]).arg(dump).output().unwrap();
    assert!(output.status.success(), "{}", dump.display());
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The first line in which two saved files differ, table by table: which table comes first is the kernel's affair. Headers
/// hold dates and are left out, and so are the counters that one of the two does not have.
fn difference(real: &str, ours: &str) -> Option<String> {
    let has_counters = [real, ours].map(|text| text.lines().any(|line| line.starts_with('[')));
    let [real, ours] = [real, ours].map(|text| tables(text, has_counters == [true, true]));
    let names: BTreeSet<_> = real.keys().chain(ours.keys()).collect();
    for name in names {
        let (Some(real), Some(ours)) = (real.get(name), ours.get(name)) else {
            let whose = if real.contains_key(name) { "fwlint" } else { "the save program" };
            return Some(format!("    table {name} is not printed by {whose}"));
        };
        let lines = real.len().max(ours.len());
        let at = (0..lines).find(|&at| real.get(at) != ours.get(at));
        if let Some(at) = at {
            let line = |lines: &[String]| lines.get(at).cloned().unwrap_or_default();
            return Some(format!("  - {}\n  + {}", line(real), line(ours)));
        }
    }
    None
}

fn tables(text: &str, with_counters: bool) -> BTreeMap<String, Vec<String>> {
    let mut tables = BTreeMap::<String, Vec<String>>::new();
    let mut name = String::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if line.starts_with('*') {
            line.clone_into(&mut name);
        }
        tables.entry(name.clone()).or_default().push(if with_counters {
            line.to_owned()
        } else {
            bare(line)
        });
    }
    tables
}

/// A line without counters; ebtables may have them behind.
fn bare(line: &str) -> String {
    let line = line.split_once(" -c ").map_or(line, |(before, _)| before);
    let without = match line.as_bytes().first() {
        Some(b'[') => line.split_once("] ").map(|(_, rule)| rule),
        Some(b':') => line.split_once(" [").map(|(chain, _)| chain),
        _ => None,
    };
    without.unwrap_or(line).to_owned()
}

/// File and program of each row.
fn explained() -> BTreeSet<(String, String)> {
    let text = fs::read_to_string(Path::new(ROOT).join(EXPLAINED)).unwrap();
    let row = |line: &str| {
        let mut cells =
            line.strip_prefix("| `corpus/")?.split('|').map(|cell| cell.trim().trim_matches('`').to_owned());
        let file = format!("corpus/{}", cells.next()?);
        Some((file, cells.next()?.split(", ").map(str::to_owned).collect::<Vec<_>>()))
    };
    let rows = text.lines().filter_map(row);
    rows.flat_map(|(file, programs)| programs.into_iter().map(move |program| (file.clone(), program)))
        .collect()
}
