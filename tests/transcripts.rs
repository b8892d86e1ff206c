//! Runs the sessions in `tests/transcripts/`: each `$ command` of a `console` block must print what
//! stands below it, standard output and standard error as they come, and end with the status that
//! stands in brackets (none for 0). `UPDATE=1 cargo test --test transcripts` writes down what is printed.
#![cfg(unix)]
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests read and write files, and fail by panicking"
)]

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn sessions_go_as_they_are_written() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut differing = Vec::new();
    for path in sessions() {
        let written = fs::read_to_string(&path).unwrap();
        let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join(path.file_stem().unwrap());
        let _ = fs::remove_dir_all(&scratch);
        fs::create_dir_all(&scratch).unwrap();
        let found = replay(&written, &scratch);
        if found != written && update {
            fs::write(&path, &found).unwrap();
        } else if found != written {
            differing.push(format!("{}:\n{}", path.display(), first_difference(&written, &found)));
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

fn sessions() -> Vec<PathBuf> {
    let folder = Path::new(ROOT).join("tests/transcripts");
    let mut sessions: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    sessions.sort();
    assert!(!sessions.is_empty());
    sessions
}

/// The session with what its commands really print.
fn replay(written: &str, scratch: &Path) -> String {
    let mut found = String::new();
    let mut in_block = false;
    for line in written.lines() {
        if line.starts_with("```") {
            in_block = line == "```console";
        }
        let command = line.strip_prefix("$ ").filter(|_| in_block);
        if !in_block || command.is_some() || line.starts_with("```") {
            found.push_str(line);
            found.push('\n');
        }
        if let Some(command) = command {
            found.push_str(&run(command, scratch));
        }
    }
    found
}

/// What a command prints in a terminal of 80 columns without colours. `$SCRATCH` is an empty directory.
fn run(command: &str, scratch: &Path) -> String {
    let binary = Path::new(env!("CARGO_BIN_EXE_fwlint")).parent().unwrap();
    let path = std::env::join_paths([binary, Path::new("/usr/bin"), Path::new("/bin")]).unwrap();
    let output = Command::new("sh")
        .args(["-c", &format!("{{ {command}\n}} 2>&1")])
        .current_dir(ROOT)
        .env_clear()
        .env("PATH", path)
        .env("LC_ALL", "C.UTF-8")
        .env("COLUMNS", "80")
        .env("SCRATCH", scratch)
        .output()
        .unwrap();
    let mut printed = String::from_utf8_lossy(&output.stdout).replace(scratch.to_str().unwrap(), "$SCRATCH");
    if !printed.is_empty() && !printed.ends_with('\n') {
        printed.push('\n');
    }
    match output.status.code() {
        Some(0) => {}
        Some(code) => writeln!(printed, "[{code}]").unwrap(),
        None => printed.push_str("[killed]\n"),
    }
    printed
}

fn first_difference(written: &str, found: &str) -> String {
    let mut lines = written.lines().zip(found.lines()).enumerate();
    match lines.find(|(_, (written, found))| written != found) {
        Some((index, (written, found))) => format!("line {}:\n- {written}\n+ {found}", index + 1),
        None => "one goes on behind the other's end".to_owned(),
    }
}
