//! `fwlint reach` and `fwlint trace` on the dumps of programs: what the one says, the other does.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests read and write files, and fail by panicking"
)]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::{Value, json};

/// In these, other tables, the bridge or connection tracking keep some packets away: a rule's packet is what comes to its own
/// table.
const OTHERS: [&str; 4] = ["firehol", "firewalld", "libvirt-own-networks", "neutron"];

#[test]
fn a_witness_meets_its_rule() {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/tools");
    let mut dumps: Vec<_> = fs::read_dir(tools)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|tool| {
            !OTHERS.iter().any(|other| tool.file_name().unwrap().to_str().unwrap().starts_with(other))
        })
        .flat_map(|tool| ["iptables-save-c.txt", "ip6tables-save-c.txt"].map(|name| tool.join(name)))
        .filter(|dump| dump.exists())
        .collect();
    dumps.sort();
    let (mut met, mut missed) = (0, Vec::new());
    for dump in &dumps {
        let rules = fwlint(&["reach", "--format", "jsonl"], dump);
        let packets =
            rules.iter().enumerate().filter(|(_, rule)| !rule["witness"].is_null()).map(|(id, rule)| {
                let mut packet = rule["witness"].clone();
                packet["id"] = json!(id);
                packet.to_string()
            });
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("reach-packets");
        fs::write(&file, packets.collect::<Vec<_>>().join("\n")).unwrap();
        let ways = fwlint(&["trace", "--format", "jsonl", "--packets", file.to_str().unwrap()], dump);
        let ways: BTreeMap<u64, Value> =
            ways.into_iter().map(|way| (way["id"].as_u64().unwrap(), way)).collect();
        for (id, rule) in (0..).zip(&rules).filter(|(_, rule)| rule["reach"] == "yes") {
            let outcomes = || [&ways[&id]].into_iter().chain(ways[&id]["alternatives"].as_array().unwrap());
            let meets = |step: &Value| ["table", "chain", "rule"].iter().all(|key| step[key] == rule[key]);
            if outcomes().any(|way| way["path"].as_array().unwrap().iter().any(meets)) {
                met += 1;
            } else {
                missed.push(format!("{}: {rule}", dump.display()));
            }
        }
    }
    assert!(met > 600, "{met}");
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn what_other_tables_take_is_told() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("reach-tables.rules");
    let dump = "*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -s 192.0.2.0/24 -j DROP\nCOMMIT\n\
        *mangle\n:FORWARD DROP [0:0]\nCOMMIT\n\
        *filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n-A INPUT -s 192.0.2.1/32 -j ACCEPT\n-A FORWARD -j ACCEPT\nCOMMIT\n";
    fs::write(&file, dump).unwrap();
    let blockers: Vec<_> = fwlint(&["reach", "--format", "jsonl"], &file)
        .into_iter()
        .filter(|rule| rule["reach"] == "no")
        .map(|rule| rule["blockers"].clone())
        .collect();
    let raw = json!([{"table": "raw", "chain": "PREROUTING", "rule": 1, "line": 3}]);
    let mangle = json!([{"table": "mangle", "chain": "FORWARD", "rule": null, "line": 6}]);
    assert_eq!(blockers, [raw, mangle]);
}

/// What it prints, one object in a line. Nothing is printed for a dump without rules.
fn fwlint(arguments: &[&str], dump: &PathBuf) -> Vec<Value> {
    let output = Command::new(env!("CARGO_BIN_EXE_fwlint")).args(arguments).arg(dump).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
