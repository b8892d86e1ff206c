//! What the place that the output goes to can show.

use std::{
    borrow::Cow,
    fmt,
    io::{self, IsTerminal, Write},
};

use anstream::AutoStream;
use clap::ColorChoice;
use owo_colors::Style;

use crate::text;

/// How to write for a terminal, or for whatever stands in its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminal {
    pub(crate) color: bool,
    /// Whether there is more than ASCII.
    pub(crate) unicode: bool,
    /// How many columns there are.
    pub(crate) width: usize,
}

/// The width where there is no terminal: that of a long rule.
const DEFAULT_WIDTH: usize = 140;

const MIN_WIDTH: usize = 40;

impl Terminal {
    /// Standard output.
    pub(crate) fn stdout(choice: ColorChoice) -> Self {
        let stdout = io::stdout();
        Self {
            color: allows_color(choice, &stdout),
            unicode: supports_unicode::on(supports_unicode::Stream::Stdout),
            width: width(&stdout),
        }
    }

    /// A file.
    pub(crate) fn file(choice: ColorChoice) -> Self {
        Self { color: choice == ColorChoice::Always, unicode: true, width: DEFAULT_WIDTH }
    }

    /// The style, if colours are wanted.
    pub(crate) fn style(&self, style: Style) -> Style {
        if self.color { style } else { Style::new() }
    }

    /// Text as it can be shown: every character stands for itself.
    pub(crate) fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let text = text::escape(text);
        if self.unicode || text.is_ascii() {
            return text;
        }
        Cow::Owned(text.replace('→', "->").replace('…', "..."))
    }
}

fn allows_color(choice: ColorChoice, stream: &impl anstream::stream::RawStream) -> bool {
    let choice = match choice {
        ColorChoice::Auto => AutoStream::choice(stream),
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
    };
    choice != anstream::ColorChoice::Never
}

fn width(stdout: &io::Stdout) -> usize {
    let asked = || std::env::var("COLUMNS").ok()?.parse().ok();
    let found = || Some(usize::from(terminal_size::terminal_size_of(stdout)?.0.0));
    asked().or_else(found).unwrap_or(DEFAULT_WIDTH).max(MIN_WIDTH)
}

/// Standard error: everything that is no finding.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Messages {
    color: bool,
    quiet: bool,
}

impl Messages {
    pub(crate) fn new(choice: ColorChoice, quiet: bool) -> Self {
        Self { color: allows_color(choice, &io::stderr()), quiet }
    }

    /// Says that something could not be done.
    pub(crate) fn error(self, what: impl fmt::Display) {
        self.say("error", Style::new().red().bold(), &what.to_string());
    }

    /// Says what is good to know, unless it is to be quiet.
    pub(crate) fn note(self, what: impl fmt::Display) {
        if !self.quiet {
            self.say("note", Style::new().bold(), &what.to_string());
        }
    }

    fn say(self, kind: &str, style: Style, what: &str) {
        let style = if self.color { style } else { Style::new() };
        // Nobody is left to be told that standard error is closed.
        let _ = writeln!(io::stderr(), "{}: {what}", style.style(kind));
    }

    /// Whether somebody watches.
    pub(crate) fn has_audience(self) -> bool {
        !self.quiet && io::stderr().is_terminal()
    }
}
