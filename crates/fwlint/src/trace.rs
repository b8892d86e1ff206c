//! `fwlint trace`: one packet after the other, rule by rule.

mod json;
mod say;
mod spec;
mod start;
mod text;

use std::{
    io::{self, BufWriter, Read as _, Write},
    path::Path,
    process::ExitCode,
};

use clap::ValueEnum;
use fwlint_analysis::{Choices, Meanings, Start, Way, World, explore};
use fwlint_model::{
    Node, Ruleset, resolve,
    syntax::{Backend, Family},
};

use crate::{
    check::available_threads,
    cli, companions,
    input::{self, Failure},
    source::Source,
    terminal::{Messages, Terminal},
};
pub(crate) use say::{Said, say};
use spec::{Spec, Wrong};
pub(crate) use text::words;

/// How the ways of packets are shown.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Format {
    /// Hook by hook, for people
    #[default]
    Full,
    /// One object for each packet, one in a line
    Jsonl,
}

/// What is assumed of a match that cannot be decided.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Assumption {
    /// It matches
    Match,
    /// It does not match
    NoMatch,
}

/// How many outcomes are followed where a packet may have several.
const MAX_OUTCOMES: usize = 64;

/// A rule set that packets are sent through.
struct Traced<'a, 'd> {
    source: &'a Source,
    world: World<'a, 'd>,
}

/// What comes of a packet.
struct Answer<'t, 'a, 'd> {
    spec: &'t Spec,
    traced: &'t Traced<'a, 'd>,
    start: Start,
    /// The first one is that in which nothing matches that cannot be decided, or what was asked to be assumed.
    outcomes: Vec<Way>,
    /// There are more outcomes.
    is_cut: bool,
}

/// A packet's text, and where it stands.
struct Given {
    place: String,
    spec: Result<Spec, Wrong>,
}

pub(crate) fn run(options: &cli::Trace) -> Result<ExitCode, Failure> {
    let messages = Messages::new(options.color, false);
    let unit = input::machine(&options.path, &options.with, &options.reading.stdin_filename)?;
    let mut sources = Vec::new();
    for input in &unit.dumps {
        sources.push(input.read()?);
    }
    let mut dumps = Vec::new();
    for (input, source) in unit.dumps.iter().zip(&sources) {
        dumps.push(input.parse_for(source, options.reading.family, options.backend, available_threads())?);
    }
    let besides: Vec<_> =
        unit.companions.iter().map(|beside| beside.input.read()).collect::<Result<_, _>>()?;
    let read = unit.companions.iter().zip(&besides);
    let node =
        Node::new(read.map(|(beside, source)| companions::read(source.bytes(), beside.kind, beside.family)));
    let rulesets: Vec<(&Source, Vec<Ruleset<'_>>)> =
        sources.iter().zip(&dumps).map(|(source, dump)| (source, resolve(dump))).collect();
    let traced: Vec<_> = rulesets
        .iter()
        .flat_map(|(source, rulesets)| rulesets.iter().map(move |ruleset| (*source, ruleset)))
        .map(|(source, ruleset)| {
            let backend = ruleset.backend.unwrap_or(Backend::Legacy);
            Traced { source, world: World::new(ruleset, backend, Some(&node)) }
        })
        .collect();

    let terminal = Terminal::stdout(options.color);
    let mut out = BufWriter::new(io::stdout().lock());
    let mut all_answered = true;
    for given in packets(options)? {
        let answer = given.spec.as_ref().map_err(ToString::to_string).and_then(|spec| {
            let traced = choose(&traced, spec)?;
            follow(spec, traced, options.assume).map_err(|wrong| wrong.to_string())
        });
        let written = match answer {
            Ok(answer) => {
                if answer.outcomes.iter().any(Way::is_endless) {
                    all_answered = false;
                    messages.note(format!("{}: its way was not followed to the end", given.place));
                }
                match options.format {
                    Format::Full => text::print(&answer, terminal, &mut out),
                    Format::Jsonl => json::print(&answer, &mut out),
                }
            }
            Err(what) => {
                all_answered = false;
                out.flush().map(|()| messages.error(format!("{}: {what}", given.place)))
            }
        };
        written.map_err(|error| Failure::new("standard output", error))?;
    }
    out.flush().map_err(|error| Failure::new("standard output", error))?;
    Ok(if all_answered { ExitCode::SUCCESS } else { ExitCode::from(2) })
}

/// The packets that are asked for.
fn packets(options: &cli::Trace) -> Result<Vec<Given>, Failure> {
    if let Some(words) = &options.packet {
        return Ok(vec![Given { place: "--packet".to_owned(), spec: Spec::of_words(words) }]);
    }
    let Some(path) = &options.packets else { return Ok(Vec::new()) };
    let name = path.to_string_lossy();
    let text = read(path).map_err(|error| Failure::new(name.clone(), error))?;
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    Ok(lines
        .map(|(number, line)| Given {
            place: format!("{}:{number}", crate::text::escape(&name)),
            spec: Spec::of_json(line),
        })
        .collect())
}

fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    if path == Path::new("-") {
        io::stdin().lock().read_to_string(&mut text)?;
    } else {
        std::fs::File::open(path)?.read_to_string(&mut text)?;
    }
    Ok(text)
}

/// The rule set that a packet goes through.
fn choose<'t, 'a, 'd>(traced: &'t [Traced<'a, 'd>], spec: &Spec) -> Result<&'t Traced<'a, 'd>, String> {
    let of = |family| traced.iter().filter(move |traced| traced.world.ruleset.family == family);
    let link = || of(Family::Bridge).chain(of(Family::Arp));
    let mut fitting: Vec<_> = spec.family.into_iter().flat_map(of).collect();
    if fitting.is_empty() {
        fitting = link().collect();
    }
    match *fitting {
        [only] => Ok(only),
        [first, other, ..] if first.world.ruleset.family == other.world.ruleset.family => {
            Err("several rule sets of this family: trace them one by one".to_owned())
        }
        [first, ..] => Ok(first),
        [] => Err(match spec.family {
            Some(Family::Ipv6) => "no rules of IPv6 here, and the packet is one of IPv6".to_owned(),
            Some(_) => "no rules of IPv4 here, and the packet is one of IPv4".to_owned(),
            None => "`src` and `dst` are missing".to_owned(),
        }),
    }
}

/// Sends a packet through the rules, in all ways that it may take.
fn follow<'t, 'a, 'd>(
    spec: &'t Spec,
    traced: &'t Traced<'a, 'd>,
    assume: Option<Assumption>,
) -> Result<Answer<'t, 'a, 'd>, Wrong> {
    let start = start::start(spec, &traced.world)?;
    let mut meanings = Meanings::new(&traced.world);
    let mut walk = |choices: &mut Choices| fwlint_analysis::walk(&mut meanings, &start, choices);
    let (outcomes, is_cut) = match assume {
        Some(assumption) => {
            (vec![walk(&mut Choices::always(matches!(assumption, Assumption::Match)))], false)
        }
        None => explore(MAX_OUTCOMES, walk),
    };
    Ok(Answer { spec, traced, start, outcomes, is_cut })
}
