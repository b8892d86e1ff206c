//! What can stand on the command line. Help, man page and completions are made of this one definition.

use std::{num::NonZeroUsize, path::PathBuf};

use clap::{
    Args, ColorChoice, Parser, Subcommand, ValueEnum,
    builder::{PossibleValuesParser, TypedValueParser},
};
use clap_complete::Shell;
use fwlint_lints::Severity;
use fwlint_model::syntax::{Backend, Family};
use serde::{Deserialize, Serialize};

use crate::{graph, parse, reach, report, select::Selector, trace};

/// Reads dumps of iptables-save, ip6tables-save, ebtables-save and arptables-save and says what is
/// wrong with them
#[derive(Debug, Parser)]
#[command(name = "fwlint", version, args_conflicts_with_subcommands = true, max_term_width = 100)]
#[command(after_help = "Exit status: 0 nothing found, 1 findings, 2 the job could not be done.")]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) check: Check,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Say what is wrong with dumps (the default command)
    Check(Check),
    /// Print the page of a lint, a topic, a match or a target, or say a rule in plain English
    Explain(Explain),
    /// List all lints: name, group, severity and what each finds
    Lints,
    /// Print what was read of a dump
    Parse(Parse),
    /// Print the graph of a dump's chains
    Graph(Graph),
    /// Follow packets rule by rule
    Trace(Trace),
    /// Say of every rule whether a packet comes to it: with such a packet, or with what keeps them away
    Reach(Reach),
    /// Print the settings that hold for a PATH, or what can be set
    Config(Config),
    /// Print the completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print a manual page
    Man {
        /// Whose page; without it, fwlint's own
        command: Option<String>,
    },
}

#[derive(Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct Check {
    /// Dumps, directories of them, or globs; `-` is standard input, which is also read if there is
    /// no PATH and it is no terminal
    ///
    /// A directory is walked, and what begins as a dump is read; hidden files and what a .gitignore
    /// names are left out. A directory that holds a file named like `iptables-save.txt` is the state
    /// of one machine: of `X-save` and `X-save-c` the one with counters is read, an empty file means
    /// that nothing was loaded, and the files beside that tell more of the machine are read too.
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// A file that tells more of the machine the dumps are from: what `ipset save`, `ip rule`, `ip
    /// route`, `ip addr`, `ipvsadm-save -n`, `sysctl -a` or `kubectl get -o json` printed, or a dump of
    /// another family
    ///
    /// The content tells which of these it is. In the directory of a machine's state the name does:
    /// `ipset-save.txt`, `ip-rule.txt`, `services.json` and so on.
    #[arg(long, value_name = "FILE")]
    pub(crate) with: Vec<PathBuf>,

    /// How findings are shown
    #[arg(long, value_name = "FORMAT", default_value_t, value_enum)]
    pub(crate) format: report::Format,

    /// Write the findings to a file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// Only look for these; `all`, a group, or a lint (see `fwlint lints`)
    #[arg(long, value_name = "LINT|GROUP", value_delimiter = ',', value_parser = selectors())]
    #[arg(hide_possible_values = true)]
    pub(crate) select: Vec<Selector>,

    /// Do not look for these
    #[arg(long, value_name = "LINT|GROUP", value_delimiter = ',', value_parser = selectors())]
    #[arg(hide_possible_values = true)]
    pub(crate) ignore: Vec<Selector>,

    /// The least severity that makes the exit status 1; warning if nothing says otherwise
    #[arg(long, value_name = "SEVERITY", value_enum)]
    pub(crate) fail_on: Option<Threshold>,

    /// Exit with 0 whatever was found; with 2 still if the job could not be done
    #[arg(long)]
    pub(crate) exit_zero: bool,

    /// Print how many findings each lint has instead of the findings
    #[arg(long, conflicts_with = "format")]
    pub(crate) statistics: bool,

    /// Which half of the kernel will run the rules, whatever the dump says
    #[arg(long, value_enum)]
    pub(crate) backend: Option<BackendName>,

    #[command(flatten)]
    pub(crate) config: ConfigFile,

    #[command(flatten)]
    pub(crate) reading: Reading,

    /// When to use colours; `auto` also obeys `NO_COLOR` and `CLICOLOR_FORCE`
    #[arg(long, value_name = "WHEN", default_value_t, value_enum)]
    pub(crate) color: ColorChoice,

    /// Do not show how far the work is
    #[arg(long)]
    pub(crate) no_progress: bool,

    /// Print findings and failures, and nothing else
    #[arg(short, long)]
    pub(crate) quiet: bool,

    /// How many threads to use; as many as there are processors if it is not given
    #[arg(short = 'j', long, value_name = "N")]
    pub(crate) threads: Option<NonZeroUsize>,
}

/// Where settings come from that the command line does not give.
#[derive(Args, Clone, Debug)]
pub(crate) struct ConfigFile {
    /// Read settings from this file, and not from the `fwlint.toml` in the directory of the first
    /// PATH or above it
    #[arg(long, value_name = "FILE", conflicts_with = "isolated")]
    pub(crate) config: Option<PathBuf>,

    /// Read no settings from any file
    #[arg(long)]
    pub(crate) isolated: bool,
}

/// How text becomes rules.
#[derive(Args, Clone, Debug)]
pub(crate) struct Reading {
    /// Whose rules they are, whatever the dump says
    #[arg(long, value_enum)]
    pub(crate) family: Option<FamilyName>,

    /// What standard input is called in what is printed
    #[arg(long, value_name = "NAME", default_value = "<stdin>")]
    pub(crate) stdin_filename: PathBuf,
}

#[derive(Args, Debug)]
pub(crate) struct Config {
    /// The settings in force, and which file they are from
    #[arg(long, required_unless_present = "schema", conflicts_with = "schema")]
    pub(crate) show: bool,

    /// A JSON schema of `fwlint.toml`
    #[arg(long)]
    pub(crate) schema: bool,

    /// For which dump or directory; without it, for the current directory
    pub(crate) path: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) file: ConfigFile,
}

#[derive(Args, Debug)]
pub(crate) struct Explain {
    /// A lint, a topic, a match or a target; behind `--` a rule, as one word or as several
    ///
    /// Without it, everything that can be explained is listed.
    #[arg(value_name = "SUBJECT")]
    pub(crate) subject: Vec<String>,

    /// The match of this name
    #[arg(short, long = "match", value_name = "MATCH", conflicts_with_all = ["subject", "target"])]
    pub(crate) matching: Option<String>,

    /// The target of this name
    #[arg(short = 'j', long = "jump", value_name = "TARGET", conflicts_with = "subject")]
    pub(crate) target: Option<String>,

    /// For which program; without it the rule tells, and a match or target is explained for all of them
    #[arg(long, value_enum)]
    pub(crate) family: Option<FamilyName>,

    /// When to use colours; `auto` also obeys `NO_COLOR` and `CLICOLOR_FORCE`
    #[arg(long, value_name = "WHEN", default_value_t, value_enum)]
    pub(crate) color: ColorChoice,
}

#[derive(Args, Debug)]
pub(crate) struct Parse {
    /// A dump; `-` is standard input
    pub(crate) path: PathBuf,

    /// As what to print it
    #[arg(long, default_value_t, value_enum)]
    pub(crate) format: parse::Format,

    #[command(flatten)]
    pub(crate) reading: Reading,
}

#[derive(Args, Debug)]
pub(crate) struct Graph {
    /// A dump; `-` is standard input
    pub(crate) path: PathBuf,

    /// As what to print it
    #[arg(long, default_value_t, value_enum)]
    pub(crate) format: graph::Format,

    #[command(flatten)]
    pub(crate) reading: Reading,
}

#[derive(Args, Debug)]
#[command(after_long_help = "\
A packet is written as `key=value`, with blanks between, or as a JSON object:

  src, dst, proto           its addresses and its protocol; all else has a default or is left open
  sport, dport, tcp_flags, icmp_type, icmp_code, fragment, length, ttl, tos, spi
  from                      `wire`, or `local` for what this host sends (if `out` is given and `in` is not)
  route                     what routing decides: `forward` (if `out` is given) or `local`
  in, out                   devices; on a bridge the bridge, and physin, physout its ports
  mark, connmark, ctstate, ctstatus, ctdir, ctproto, ctorigsrc, ctorigdst, ctreplsrc, ctrepldst,
  ctorigsrcport, ctorigdstport, ctreplsrcport, ctrepldstport
  uid, gid, realm, pkttype, src_type, dst_type, mac_src, mac_dst
  ethertype, vlan, arp_op, logical_in, logical_out

Exit status: 0 every packet got an answer, 2 otherwise.")]
pub(crate) struct Trace {
    /// A dump; `-` is standard input
    pub(crate) path: PathBuf,

    /// The packet: `in=eth0 src=192.0.2.7 dst=10.0.0.5 proto=tcp dport=443`
    #[arg(long, value_name = "SPEC", required_unless_present = "packets")]
    pub(crate) packet: Option<String>,

    /// A file with packets, one JSON object in a line; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "packet")]
    pub(crate) packets: Option<PathBuf>,

    /// What to take for granted of matches that cannot be decided; without it, all outcomes are
    /// followed
    #[arg(long, value_name = "WHAT", value_enum)]
    pub(crate) assume: Option<trace::Assumption>,

    /// How the packets' ways are shown
    #[arg(long, value_name = "FORMAT", default_value_t, value_enum)]
    pub(crate) format: trace::Format,

    /// A file that tells more of the machine the dump is from, or a dump of another family
    #[arg(long, value_name = "FILE")]
    pub(crate) with: Vec<PathBuf>,

    /// Which half of the kernel runs the rules, whatever the dump says; legacy if nothing tells
    #[arg(long, value_enum)]
    pub(crate) backend: Option<BackendName>,

    #[command(flatten)]
    pub(crate) reading: Reading,

    /// When to use colours; `auto` also obeys `NO_COLOR` and `CLICOLOR_FORCE`
    #[arg(long, value_name = "WHEN", default_value_t, value_enum)]
    pub(crate) color: ColorChoice,
}

#[derive(Args, Debug)]
pub(crate) struct Reach {
    /// A dump, or the directory of a machine's state; `-` is standard input
    pub(crate) path: PathBuf,

    /// How it is shown
    #[arg(long, value_name = "FORMAT", default_value_t, value_enum)]
    pub(crate) format: reach::Format,

    /// A file that tells more of the machine the dump is from, or a dump of another family
    #[arg(long, value_name = "FILE")]
    pub(crate) with: Vec<PathBuf>,

    /// Which half of the kernel runs the rules, whatever the dump says; legacy if nothing tells
    #[arg(long, value_enum)]
    pub(crate) backend: Option<BackendName>,

    #[command(flatten)]
    pub(crate) reading: Reading,
}

/// From which severity on a finding makes the run fail.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Threshold {
    Error,
    #[default]
    Warning,
    Note,
    Never,
}

impl Threshold {
    /// Whether a finding of this severity makes the run fail.
    pub(crate) fn is_met_by(self, severity: Severity) -> bool {
        match self {
            Self::Error => severity >= Severity::Error,
            Self::Warning => severity >= Severity::Warning,
            Self::Note => severity >= Severity::Note,
            Self::Never => false,
        }
    }
}

/// A [`Family`] as the command line and the reports name it.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum FamilyName {
    #[value(alias = "iptables")]
    Ipv4,
    #[value(alias = "ip6tables")]
    Ipv6,
    #[value(alias = "ebtables")]
    Bridge,
    #[value(alias = "arptables")]
    Arp,
}

impl From<FamilyName> for Family {
    fn from(name: FamilyName) -> Self {
        match name {
            FamilyName::Ipv4 => Self::Ipv4,
            FamilyName::Ipv6 => Self::Ipv6,
            FamilyName::Bridge => Self::Bridge,
            FamilyName::Arp => Self::Arp,
        }
    }
}

/// A [`Backend`] as the command line names it.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum BackendName {
    Legacy,
    Nft,
}

impl From<BackendName> for Backend {
    fn from(name: BackendName) -> Self {
        match name {
            BackendName::Legacy => Self::Legacy,
            BackendName::Nft => Self::Nft,
        }
    }
}

fn selectors() -> impl TypedValueParser<Value = Selector> {
    PossibleValuesParser::new(Selector::names()).try_map(|name| Selector::named(&name).ok_or("no such lint"))
}
