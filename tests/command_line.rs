//! What transcripts cannot show: bytes, colours, pipes, threads and sizes.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests read and write files, and fail by panicking"
)]

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;

const FORMATS: [&str; 6] = ["full", "concise", "grouped", "json", "jsonl", "github"];

fn fwlint(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fwlint"));
    command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).env_clear().env("LC_ALL", "C.UTF-8");
    command
}

fn run(arguments: &[&str]) -> Output {
    fwlint(arguments).output().unwrap()
}

/// A file of this content, in a directory that is this test's own.
fn file(test: &str, content: &[u8]) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    fs::create_dir_all(&directory).unwrap();
    let path = directory.join("dump");
    fs::write(&path, content).unwrap();
    path
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    for format in FORMATS {
        let [one, two] = ["1", "2"].map(|threads| run(&["--format", format, "-j", threads, "corpus"]));
        assert!(!one.stdout.is_empty(), "{format}");
        assert!(one == two, "{format}");
    }
}

#[test]
fn the_exit_status_is_the_same_in_every_format() {
    for (path, status) in [
        ("corpus/handwritten/graph/depth-15.rules", 0),
        ("corpus/handwritten/graph/loop-self.rules", 1),
        ("no-such-file", 2),
    ] {
        for format in FORMATS {
            assert_eq!(run(&["--format", format, path]).status.code(), Some(status), "{format} {path}");
        }
    }
}

#[test]
fn what_was_saved_is_printed_as_it_was() {
    let mut compared = 0;
    for directory in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/tools")).unwrap() {
        for file in fs::read_dir(directory.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if !name.contains("tables-save") {
                continue;
            }
            let saved = fs::read(&path).unwrap();
            let printed = run(&["parse", path.to_str().unwrap()]).stdout;
            assert!(printed == saved, "{}", path.display());
            compared += 1;
        }
    }
    assert!(compared > 50, "{compared}");
}

#[test]
fn colours_are_used_where_they_are_wanted() {
    let colored = |arguments: &[&str], variables: &[(&str, &str)]| {
        let path = "corpus/handwritten/graph/loop-self.rules";
        let output = fwlint(arguments).arg(path).envs(variables.iter().copied()).output().unwrap();
        output.stdout.contains(&0x1b)
    };
    for format in ["full", "concise", "grouped"] {
        let format = ["--format", format];
        let with = |choice| [&format[..], &["--color", choice]].concat();
        assert!(!colored(&format, &[]));
        assert!(colored(&format, &[("CLICOLOR_FORCE", "1")]));
        assert!(colored(&with("always"), &[("NO_COLOR", "1")]));
        assert!(!colored(&with("never"), &[("CLICOLOR_FORCE", "1")]));
        assert!(!colored(&format, &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]));
    }
    for format in ["json", "jsonl", "github"] {
        assert!(!colored(&["--format", format, "--color", "always"], &[]));
    }
}

#[test]
fn json_has_the_fields_of_the_contract_and_no_other() {
    let output = run(&["--format", "json", "corpus/handwritten/graph"]);
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&document), ["files", "findings", "summary", "version"]);
    for file in document["files"].as_array().unwrap() {
        let fields = ["backend", "chains", "family", "path", "rules", "tables", "unmodelled", "written_by"];
        assert_eq!(keys(file), fields);
    }
    for finding in document["findings"].as_array().unwrap() {
        let fields = [
            "chain",
            "column",
            "confidence",
            "end_column",
            "end_line",
            "fingerprint",
            "fix",
            "group",
            "help",
            "line",
            "lint",
            "message",
            "path",
            "related",
            "rule",
            "severity",
            "table",
            "witness",
        ];
        assert_eq!(keys(finding), fields);
        for related in finding["related"].as_array().unwrap() {
            assert_eq!(keys(related), ["line", "message", "path"]);
        }
    }
    let fields = ["baselined", "error", "note", "omitted", "suppressed", "warning"];
    assert_eq!(keys(&document["summary"]), fields);
}

#[test]
fn columns_count_characters() {
    let dump =
        "*filter\n:INPUT DROP [0:0]\n-A INPUT -m comment --comment \"ä漢\u{1f600}\" -j NOWHERE\nCOMMIT\n";
    let path = file("columns", dump.as_bytes());
    let output = run(&["--format", "json", "--select", "undefined-chain", path.to_str().unwrap()]);
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let finding = &document["findings"][0];
    assert_eq!((finding["column"].as_u64(), finding["end_column"].as_u64()), (Some(40), Some(47)));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut child = fwlint(&["--format", "json", "corpus/handwritten/graph"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(!String::from_utf8_lossy(&output.stderr).contains("error"), "{output:?}");
}

#[test]
fn a_line_of_megabytes_is_shown_in_a_few_columns() {
    let mut dump = b"*filter\n:INPUT DROP [0:0]\n-A INPUT -m comment --comment \"".to_vec();
    dump.resize(4_000_000, b'x');
    dump.extend_from_slice(b"\" -j NOWHERE\nCOMMIT\n");
    let path = file("megabytes", &dump);
    for format in FORMATS {
        let output = run(&["--format", format, path.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(1), "{format}");
        assert!(output.stdout.len() < 10_000, "{format}: {} bytes", output.stdout.len());
    }
    fs::remove_file(path).unwrap();
}

#[test]
fn findings_without_end_are_counted_and_shown_in_part() {
    let mut dump = b"*filter\n:INPUT DROP [0:0]\n".to_vec();
    for number in 0..30_000 {
        writeln!(dump, "-A INPUT --nonsense {number}").unwrap();
    }
    dump.extend_from_slice(b"COMMIT\n");
    let path = file("without-end", &dump);
    let full = run(&["--select", "syntax-error", path.to_str().unwrap()]);
    assert!(full.stdout.len() < 100_000, "{} bytes", full.stdout.len());
    let text = String::from_utf8(full.stdout).unwrap();
    assert!(text.contains("\n30,000 errors in 1 file"), "{text}");

    let json = run(&["--format", "json", "--select", "syntax-error", path.to_str().unwrap()]);
    let document: Value = serde_json::from_slice(&json.stdout).unwrap();
    let kept = document["findings"].as_array().unwrap().len() as u64;
    assert_eq!(document["summary"]["error"].as_u64(), Some(30_000));
    assert_eq!(document["summary"]["omitted"].as_u64(), Some(30_000 - kept));
}
