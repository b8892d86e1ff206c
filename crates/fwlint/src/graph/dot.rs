//! A graph for Graphviz.

use std::io::{self, Write};

use super::{Calls, Chain, Cluster};
use crate::text;

/// Text and lines are dark on white, whatever shows the picture.
const HEAD: &str = r#"digraph chains {
  rankdir=LR;
  graph [fontname="Helvetica", bgcolor="white", labelloc=b, fontsize=10,
    label="solid arrow: jump · dashed arrow: goto · thick box: hook · dotted box: empty · grey: no hook leads there · red: loop"];
  node [fontname="Helvetica", fontsize=11, shape=box, style=rounded];
  edge [fontname="Helvetica", fontsize=9];
"#;

pub(super) fn print(clusters: &[Cluster<'_>], out: &mut dyn Write) -> io::Result<()> {
    out.write_all(HEAD.as_bytes())?;
    for (index, cluster) in clusters.iter().enumerate() {
        writeln!(out, "  subgraph cluster_{index} {{")?;
        writeln!(out, "    label=\"{}\"; labelloc=t; fontsize=14; color=gray60;", escape(&cluster.title))?;
        for chain in &cluster.chains {
            writeln!(out, "    {}", node(chain))?;
        }
        for calls in &cluster.calls {
            writeln!(out, "    {}", edge(calls))?;
        }
        writeln!(out, "  }}")?;
    }
    writeln!(out, "}}")
}

fn node(chain: &Chain) -> String {
    let label = format!("{}\\n{}", escape(&chain.name), chain.content());
    let mut attributes = format!("label=\"{label}\"");
    match (chain.hook.is_some(), chain.rules == 0) {
        (true, false) => attributes += ", style=bold",
        (true, true) => attributes += ", style=\"bold,dotted\"",
        (false, true) => attributes += ", style=\"rounded,dotted\"",
        (false, false) => {}
    }
    if chain.in_loop {
        attributes += ", color=red3";
    } else if chain.is_dead() {
        attributes += ", color=gray50";
    }
    if chain.is_dead() {
        attributes += ", fontcolor=gray50";
    }
    format!("c{} [{attributes}];", chain.number)
}

fn edge(calls: &Calls) -> String {
    let mut attributes = Vec::new();
    if calls.goto {
        attributes.push("style=dashed, arrowhead=empty".to_owned());
    }
    if calls.rules.len() > 1 {
        attributes.push(format!("label=\"×{}\"", calls.rules.len()));
    }
    if calls.in_loop {
        attributes.push("color=red3".to_owned());
    }
    let attributes =
        if attributes.is_empty() { String::new() } else { format!(" [{}]", attributes.join(", ")) };
    format!("c{} -> c{}{attributes};", calls.from, calls.to)
}

/// Within quotes a backslash begins an escape of Graphviz, some of which stand for other text (`\N`).
fn escape(text: &str) -> String {
    text::escape(text).replace('\\', "\\\\").replace('"', "\\\"")
}
