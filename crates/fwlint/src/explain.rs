//! `fwlint explain`: a lint's page, for a terminal or as it stands.

use std::io::{self, Write};

use fwlint_lints::LINTS;
use owo_colors::Style;
use textwrap::{Options, WordSplitter};

use crate::{cli, terminal::Terminal};

/// The widest that paragraphs get.
const MAX_WIDTH: usize = 80;

pub(crate) fn print(options: &cli::Explain, out: &mut dyn Write) -> io::Result<()> {
    let lint = LINTS.iter().find(|lint| lint.name == options.lint);
    let page = lint.map_or("", |lint| lint.page);
    let terminal = Terminal::stdout(options.color);
    if terminal.color {
        render(page, terminal.width.min(MAX_WIDTH), out)
    } else {
        out.write_all(page.as_bytes())
    }
}

/// Headings are bold, paragraphs fit the width, and examples are indented and kept as they are.
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
        let options = Options::new(width).word_splitter(WordSplitter::NoHyphenation);
        writeln!(out, "{}", textwrap::fill(paragraph, options))?;
        paragraph.clear();
    }
    Ok(())
}
