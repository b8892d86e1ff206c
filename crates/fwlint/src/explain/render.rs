//! Markdown for a terminal: headings are bold, paragraphs and lists fit the width, examples are
//! indented and kept as they are.

use std::io::{self, Write};

use owo_colors::Style;
use textwrap::{Options, WordSplitter};

use crate::terminal::Terminal;

/// The widest that paragraphs get.
const MAX_WIDTH: usize = 80;

/// Prints a page as it stands, or for the eye where there are colours.
pub(super) fn print(page: &str, terminal: Terminal, out: &mut dyn Write) -> io::Result<()> {
    if terminal.color {
        render(page, terminal.width.min(MAX_WIDTH), out)
    } else {
        out.write_all(page.as_bytes())
    }
}

fn render(page: &str, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let (bold, dimmed) = (Style::new().bold(), Style::new().dimmed());
    let mut paragraph = String::new();
    let mut in_example = false;
    for line in page.lines() {
        let is_fence = line.starts_with("```");
        if !in_example && !is_fence && is_prose(line) {
            paragraph.push_str(if paragraph.is_empty() { "" } else { " " });
            paragraph.push_str(line.trim());
            continue;
        }
        flush(&mut paragraph, width, out)?;
        if is_fence {
            in_example = !in_example;
        } else if in_example {
            let style = if line.starts_with('#') { dimmed } else { Style::new() };
            writeln!(out, "    {}", style.style(line))?;
        } else if let Some(heading) = line.strip_prefix('#') {
            writeln!(out, "{}", bold.style(heading.trim_start_matches('#').trim()))?;
        } else if let Some(item) = line.trim_start().strip_prefix("- ") {
            let depth = line.len() - line.trim_start().len();
            writeln!(out, "{}", wrap(item, width, &format!("{:depth$}- ", ""), &" ".repeat(depth + 2)))?;
        } else {
            writeln!(out, "{line}")?;
        }
    }
    flush(&mut paragraph, width, out)
}

fn is_prose(line: &str) -> bool {
    let begins_anew = ["#", "- ", "* ", "|", "  "];
    !line.is_empty() && !begins_anew.iter().any(|start| line.starts_with(start))
}

fn flush(paragraph: &mut String, width: usize, out: &mut dyn Write) -> io::Result<()> {
    if !paragraph.is_empty() {
        writeln!(out, "{}", wrap(paragraph, width, "", ""))?;
        paragraph.clear();
    }
    Ok(())
}

fn wrap(text: &str, width: usize, first: &str, others: &str) -> String {
    let options = Options::new(width)
        .word_splitter(WordSplitter::NoHyphenation)
        .initial_indent(first)
        .subsequent_indent(others);
    textwrap::fill(text, options)
}
