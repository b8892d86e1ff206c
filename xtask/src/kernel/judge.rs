//! The kernel's side: a program that loads rules in a network namespace, and tells what the kernel does with packets.

use std::{
    fmt,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use anyhow::{Context as _, Result, bail};
use fwlint_syntax::{Backend, Family};
use fwlint_testing::Packet;
use serde::Deserialize;
use serde_json::json;

use super::Kernel;

/// A running judge. It ends when its input does.
#[derive(Debug)]
pub(super) struct Judge {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

/// What the kernel did with a packet.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub(super) struct Answer {
    /// `accept`, `drop`, `reject`, `queue`, `stolen`, or `lost` where no rule decided it.
    pub(super) verdict: String,
    /// The rules that it matched, in order.
    pub(super) rules: Vec<Hit>,
    /// What it was when it left or arrived.
    #[serde(flatten)]
    pub(super) left: Left,
}

/// A rule that was matched: `ip` or `bridge`, table, chain, and the rule's number in it from 1.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hit(pub(super) String, pub(super) String, pub(super) String, pub(super) u32);

impl fmt::Display for Hit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(_, table, chain, number) = self;
        write!(f, "{table} {chain} {number}")
    }
}

/// What a packet was when it left or arrived, as far as that is known.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub(super) struct Left {
    pub(super) mark: Option<u32>,
    pub(super) src: Option<String>,
    pub(super) dst: Option<String>,
    pub(super) sport: Option<u32>,
    pub(super) dport: Option<u32>,
    pub(super) ttl: Option<u32>,
    pub(super) tos: Option<u32>,
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Reply {
    refused: Option<String>,
    answers: Vec<Answer>,
}

/// Why no judge can be had here; `None` if one can.
pub(super) fn missing(families: &[Family], backends: &[Backend]) -> Option<String> {
    let mut programs = vec!["python3".to_owned(), "ip".to_owned(), "nft".to_owned(), "ipset".to_owned()];
    for &family in families {
        match family {
            Family::Bridge => programs.push("ebtables-nft-restore".to_owned()),
            _ => programs
                .extend(backends.iter().map(|&backend| format!("{}-restore", program(family, backend)))),
        }
    }
    let found = |program: &str| Command::new(program).arg("--version").output().is_ok();
    if let Some(missing) = programs.iter().find(|program| !found(program)) {
        return Some(format!("{missing} is not installed"));
    }
    let unshared = Command::new("unshare").args(["-n", "true"]).output();
    let may = unshared.is_ok_and(|output| output.status.success());
    (!may).then(|| "a network namespace needs root".to_owned())
}

fn program(family: Family, backend: Backend) -> String {
    let backend = if backend == Backend::Nft { "nft" } else { "legacy" };
    let program = if family == Family::Ipv6 { "ip6tables" } else { "iptables" };
    format!("{program}-{backend}")
}

impl Judge {
    /// Starts a judge for rules of this family on this backend.
    pub(super) fn start(root: &Path, family: Family, backend: Backend, given: &Kernel) -> Result<Self> {
        let mut command = Command::new("python3");
        command.arg(root.join("xtask/kernel")).env("PYTHONDONTWRITEBYTECODE", "1");
        command.args(["--backend", if backend == Backend::Nft { "nft" } else { "legacy" }]);
        match family {
            Family::Ipv6 => _ = command.arg("--v6"),
            Family::Ipv4 if !given.bridged => {}
            _ => _ = command.arg("--bridge"),
        }
        if let Some(cpu) = given.cpu {
            command.args(["--cpu", &cpu.to_string()]);
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("python3")?;
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().context("no output")?);
        Ok(Self { child, input, output })
    }

    /// Loads rules; the error in it is why the kernel or its programs do not take them.
    pub(super) fn load(&mut self, family: Family, rules: &str, sets: &str) -> Result<Result<(), String>> {
        let (ip, bridge) = if family == Family::Bridge { ("", rules) } else { (rules, "") };
        let reply = self.ask(&json!({ "load": { "rules": ip, "sets": sets, "bridge": bridge } }))?;
        Ok(reply.refused.map_or(Ok(()), Err))
    }

    /// What the kernel does with each packet.
    pub(super) fn send(&mut self, packets: &[Packet]) -> Result<Vec<Answer>> {
        let answers = self.ask(&json!({ "send": packets }))?.answers;
        if answers.len() != packets.len() {
            bail!("{} packets, {} answers", packets.len(), answers.len());
        }
        Ok(answers)
    }

    fn ask(&mut self, request: &serde_json::Value) -> Result<Reply> {
        let input = self.input.as_mut().context("the judge has ended")?;
        writeln!(input, "{request}").context("the judge has ended")?;
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        serde_json::from_str(&line).context("the judge has ended")
    }
}

impl Drop for Judge {
    fn drop(&mut self) {
        self.input = None;
        _ = self.child.wait();
    }
}
