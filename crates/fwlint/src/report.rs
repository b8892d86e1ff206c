//! The one list of output formats. A line here declares the room and registers it; what `--format`
//! takes is made of it.

mod records;
mod totals;

use std::io::{self, Write};

use fwlint_lints::Severity;
use owo_colors::Style as Paint;

use crate::{check::Checked, terminal::Terminal};

/// Shows findings, file by file.
pub(crate) trait Report {
    /// Shows those of one file. Files come in their order.
    fn add(&mut self, file: &Checked, out: &mut dyn Write) -> io::Result<()>;

    /// Shows what can only be said when all files are known.
    fn finish(&mut self, out: &mut dyn Write) -> io::Result<()>;
}

/// How to show findings, within a format.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    pub(crate) terminal: Terminal,
    /// Findings, and nothing else.
    pub(crate) quiet: bool,
    /// Notes make the run fail.
    pub(crate) notes_matter: bool,
}

macro_rules! formats {
    ($($(#[$attribute:meta])* $room:ident $format:ident),* $(,)?) => {
        $(mod $room;)*

        /// How findings are shown.
        #[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
        pub(crate) enum Format {
            $($(#[$attribute])* $format),*
        }

        impl Format {
            pub(crate) fn report(self, style: &Style) -> Box<dyn Report> {
                match self {
                    $(Self::$format => Box::new($room::report(style))),*
                }
            }
        }
    };
}

formats! {
    /// The lines in question, with what is to be seen there and what to do about it
    #[default]
    full Full,
    /// One line for each finding
    concise Concise,
    /// One line for each finding, by file
    grouped Grouped,
    /// One object
    json Json,
    /// One object for each finding, one in a line
    jsonl Jsonl,
    /// Commands that GitHub Actions shows at the lines of a change
    github Github,
}

/// Colours that can be read on black and on white, which yellow, green and blue cannot.
fn paint(severity: Severity) -> Paint {
    match severity {
        Severity::Error => Paint::new().red().bold(),
        Severity::Warning => Paint::new().magenta().bold(),
        Severity::Note => Paint::new().cyan().bold(),
    }
}
