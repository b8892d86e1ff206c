//! A graph for Mermaid.

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use super::{Calls, Chain, Cluster};
use crate::text;

/// What Mermaid draws unless it is told otherwise: `maxEdges` of its configuration.
const MAX_EDGES: usize = 500;

const CLASSES: &str = "  classDef hook stroke-width:3px
  classDef empty stroke-dasharray:3 3
  classDef dead color:#888,stroke:#888
  classDef loop stroke:#c00
";

pub(super) fn print(clusters: &[Cluster<'_>], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "flowchart LR")?;
    let edges: usize = clusters.iter().map(|cluster| cluster.calls.len()).sum();
    if edges > MAX_EDGES {
        writeln!(out, "  %% {edges} edges: Mermaid draws {MAX_EDGES} unless its maxEdges says more")?;
    }
    for (index, cluster) in clusters.iter().enumerate() {
        writeln!(out, "  subgraph t{index}[\"{}\"]", escape(&cluster.title))?;
        for chain in &cluster.chains {
            writeln!(out, "    {}", node(chain))?;
        }
        for calls in &cluster.calls {
            writeln!(out, "    {}", edge(calls))?;
        }
        writeln!(out, "  end")?;
    }
    out.write_all(CLASSES.as_bytes())?;
    let chains = || clusters.iter().flat_map(|cluster| &cluster.chains);
    class("hook", chains().filter(|chain| chain.hook.is_some()), out)?;
    class("empty", chains().filter(|chain| chain.rules == 0), out)?;
    class("dead", chains().filter(|chain| chain.is_dead()), out)?;
    class("loop", chains().filter(|chain| chain.in_loop), out)
}

fn node(chain: &Chain) -> String {
    let label = format!("{}<br>{}", escape(&chain.name), chain.content());
    let (open, close) = if chain.hook.is_some() { ("[", "]") } else { ("(", ")") };
    format!("c{}{open}\"{label}\"{close}", chain.number)
}

fn edge(calls: &Calls) -> String {
    let arrow = if calls.goto { "-.->" } else { "-->" };
    let label = match calls.rules.len() {
        1 => String::new(),
        several => format!("|×{several}|"),
    };
    format!("c{} {arrow}{label} c{}", calls.from, calls.to)
}

fn class<'c>(name: &str, chains: impl Iterator<Item = &'c Chain>, out: &mut dyn Write) -> io::Result<()> {
    let numbers: Vec<_> = chains.map(|chain| format!("c{}", chain.number)).collect();
    if numbers.is_empty() { Ok(()) } else { writeln!(out, "  class {} {name}", numbers.join(",")) }
}

/// Mermaid knows entities in quotes, and takes markup otherwise.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for character in text::escape(text).chars() {
        match character {
            '"' | '#' | '<' | '>' | '&' | '`' | '\\' => {
                let _ = write!(escaped, "#{};", u32::from(character));
            }
            _ => escaped.push(character),
        }
    }
    escaped
}
