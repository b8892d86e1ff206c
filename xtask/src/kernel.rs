//! The interpreter against the kernel: random rule sets are loaded in a network namespace, packets are sent, and the rules
//! that the kernel says they matched are compared with those that the interpreter says.

mod extensions;
mod figures;
mod interpreter;
mod judge;
mod minimise;
mod start;

use std::{
    fs,
    ops::Range,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, ensure};
use clap::{Args, builder::PossibleValue};
use fwlint_syntax::{Backend, Family};
use fwlint_testing::{Dump, Feature, Packet, Sample, Shape};

use self::{
    figures::Figures,
    interpreter::{Agreement, Says, Ways, ask, text},
    judge::{Answer, Judge, missing},
};

/// What is compared, and how much of it.
#[derive(Args, Clone)]
pub(crate) struct Kernel {
    /// The first seed and the one behind the last, a rule set each
    #[arg(long, default_value = "0..20", value_parser = seeds)]
    seeds: Range<u64>,
    /// Families
    #[arg(long, value_delimiter = ',', default_value = "ipv4,ipv6", value_parser = family)]
    family: Vec<Family>,
    /// Backends
    #[arg(long, value_delimiter = ',', default_value = "legacy,nft", value_parser = backend)]
    backend: Vec<Backend>,
    /// Packets for each rule set
    #[arg(long, default_value_t = 200)]
    packets: u32,
    /// About how many rules a table may have at most
    #[arg(long, default_value_t = 40)]
    rules: u32,
    /// What rule sets and packets may not hold
    #[arg(long, value_delimiter = ',', value_parser = features())]
    without: Vec<String>,
    /// Send the packets of IPv4 over a bridge
    #[arg(long)]
    bridged: bool,
    /// Take a few rules of every extension instead of random ones
    #[arg(long)]
    extensions: bool,
    /// Compare the backends with each other, and leave fwlint out
    #[arg(long)]
    between_backends: bool,
    /// The CPU that the packets run on
    #[arg(long)]
    cpu: Option<usize>,
    /// Where mismatches are written
    #[arg(long, default_value = "target/kernel")]
    out: PathBuf,
    /// How many rule sets with mismatches end the run
    #[arg(long, default_value_t = 10)]
    reports: usize,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing differs.
    Same,
    /// Not run, for want of something that is said.
    Skipped,
}

/// One rule set in one family.
struct Trial {
    family: Family,
    seed: u64,
    dump: Dump,
    sets: String,
    packets: Vec<Packet>,
}

/// Fails if the kernel does anything that fwlint says it cannot.
pub(crate) fn run(root: &Path, given: &Kernel) -> Result<Outcome> {
    if let Some(missing) = missing(&given.family, &given.backend) {
        eprintln!("skipped: {missing}");
        return Ok(Outcome::Skipped);
    }
    let mut figures = Figures::default();
    if given.extensions {
        extensions::run(root, given, &mut figures)?;
        println!("{figures}");
        ensure!(figures.is_telling(), "so little is decided that nothing could differ");
        return Ok(Outcome::Same);
    }
    for &family in &given.family {
        if given.between_backends {
            between_backends(root, given, family, &mut figures)?;
            continue;
        }
        for &backend in &given.backend {
            against_interpreter(root, given, family, backend, &mut figures)?;
        }
    }
    println!("{figures}");
    ensure!(figures.mismatches == 0, "{} mismatches, in {}", figures.mismatches, given.out.display());
    ensure!(
        figures.unreachable_hit == 0,
        "{} rules that no packet reaches were hit",
        figures.unreachable_hit
    );
    ensure!(figures.is_telling(), "so little is decided that nothing could differ");
    ensure!(figures.refused == 0, "{} rule sets are not taken by the kernel", figures.refused);
    Ok(Outcome::Same)
}

fn against_interpreter(
    root: &Path,
    given: &Kernel,
    family: Family,
    backend: Backend,
    figures: &mut Figures,
) -> Result<()> {
    let mut judge = Judge::start(root, family, backend, given)?;
    let mut reported = 0;
    for seed in given.seeds.clone() {
        let trial = trial(given, family, seed);
        let rules = trial.dump.to_string();
        if let Err(why) = judge.load(family, &rules, &trial.sets)? {
            refused(given, &trial, backend, &why, figures)?;
            continue;
        }
        let answers = judge.send(&trial.packets)?;
        let says = ask(family, backend, &rules, &trial.sets, &trial.packets);
        ensure!(says.ways.len() == answers.len(), "fwlint does not read the rules of seed {seed}");
        figures.add_ruleset(&trial.dump, &answers, &says);
        let mut differs = None;
        for (index, (answer, ways)) in answers.iter().zip(&says.ways).enumerate() {
            figures.add_packet(answer, ways.compare(answer), &says);
            if says.is_wrong(ways, answer) {
                differs = differs.or(Some((index, answer, ways)));
            }
        }
        // What else differs in a rule set is most likely the same.
        if let Some((index, answer, ways)) = differs {
            report(given, &mut judge, &trial, backend, index, (answer, ways))?;
            reported += 1;
            let folder = given.out.display();
            ensure!(reported < given.reports, "{figures}; the mismatches are in {folder}");
        }
    }
    Ok(())
}

/// Compares one backend with the other: what differs, differs in the kernel or in the harness.
fn between_backends(root: &Path, given: &Kernel, family: Family, figures: &mut Figures) -> Result<()> {
    let mut judges = Vec::new();
    for backend in [Backend::Legacy, Backend::Nft] {
        judges.push((backend, Judge::start(root, family, backend, given)?));
    }
    for seed in given.seeds.clone() {
        let trial = trial(given, family, seed);
        let mut both = Vec::new();
        for (backend, judge) in &mut judges {
            match judge.load(family, &trial.dump.to_string(), &trial.sets)? {
                Ok(()) => both.push(judge.send(&trial.packets)?),
                Err(why) => refused(given, &trial, *backend, &why, figures)?,
            }
        }
        let [legacy, nft] = &both[..] else { continue };
        figures.add_ruleset(&trial.dump, legacy, &Says::default());
        for ((packet, legacy), nft) in trial.packets.iter().zip(legacy).zip(nft) {
            let agreement = if legacy == nft { Agreement::Same } else { Agreement::Mismatch };
            figures.add_packet(legacy, agreement, &Says::default());
            if legacy != nft {
                println!(
                    "{family} {seed} {}\nlegacy: {}nft: {}",
                    serde_json::to_string(packet)?,
                    text(legacy),
                    text(nft)
                );
            }
        }
    }
    Ok(())
}

fn trial(given: &Kernel, family: Family, seed: u64) -> Trial {
    let without = |name: &&(&str, Feature)| given.without.iter().any(|other| other == name.0);
    let shape = Shape {
        family: match family {
            Family::Ipv6 => fwlint_testing::Family::Ipv6,
            Family::Bridge => fwlint_testing::Family::Bridge,
            _ => fwlint_testing::Family::Ipv4,
        },
        bridged: given.bridged,
        without: Feature::ALL.iter().filter(without).map(|(_, feature)| *feature).collect(),
        rules: given.rules,
        packets: given.packets,
    };
    let Sample { dump, sets, packets } = Sample::new(seed, &shape);
    Trial { family, seed, dump, sets, packets }
}

fn refused(given: &Kernel, trial: &Trial, backend: Backend, why: &str, figures: &mut Figures) -> Result<()> {
    figures.refused += 1;
    let folder = folder(given, trial, backend)?;
    fs::write(folder.join("refused.txt"), why)?;
    fs::write(folder.join(save_name(trial.family)), trial.dump.to_string())?;
    println!("{} {backend} {}: {why}", trial.family, trial.seed);
    Ok(())
}

/// Writes a mismatch with as few rules as still show it.
fn report(
    given: &Kernel,
    judge: &mut Judge,
    trial: &Trial,
    backend: Backend,
    index: usize,
    (answer, said): (&Answer, &Ways),
) -> Result<()> {
    let family = trial.family;
    let packet = trial.packets.get(index).cloned().unwrap_or_default();
    let mut shown = (trial.dump.clone(), answer.clone(), said.clone());
    minimise::minimise(trial.dump.clone(), |dump| {
        let rules = dump.to_string();
        if judge.load(family, &rules, &trial.sets)?.is_err() {
            return Ok(false);
        }
        let packets = [packet.clone()];
        let answers = judge.send(&packets)?;
        let says = ask(family, backend, &rules, &trial.sets, &packets);
        let (Some(answer), Some(ways)) = (answers.into_iter().next(), says.ways.first().cloned()) else {
            return Ok(false);
        };
        let differs = says.is_wrong(&ways, &answer);
        if differs {
            shown = (dump.clone(), answer, ways);
        }
        Ok(differs)
    })?;
    judge.load(family, &trial.dump.to_string(), &trial.sets)?.ok();
    let (dump, answer, ways) = shown;
    let folder = folder(given, trial, backend)?;
    let packet = serde_json::to_string(&packet)?;
    let paths = format!("kernel: {}fwlint:\n{}", text(&answer), ways.to_text());
    fs::write(folder.join(save_name(family)), dump.to_string())?;
    fs::write(folder.join("ipset-save"), &trial.sets)?;
    fs::write(folder.join(format!("packet-{index}.json")), &packet)?;
    fs::write(folder.join(format!("paths-{index}.txt")), &paths)?;
    println!("mismatch: {family} {backend} seed {}\n{dump}{packet}\n{paths}", trial.seed);
    Ok(())
}

fn folder(given: &Kernel, trial: &Trial, backend: Backend) -> Result<PathBuf> {
    let folder = given.out.join(format!("{}-{backend}-{}", trial.family, trial.seed).to_lowercase());
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    Ok(folder)
}

fn save_name(family: Family) -> &'static str {
    match family {
        Family::Ipv6 => "ip6tables-save",
        Family::Bridge => "ebtables-save",
        _ => "iptables-save",
    }
}

fn seeds(text: &str) -> Result<Range<u64>, String> {
    let ends = text.split_once("..").and_then(|(first, end)| Some(first.parse().ok()?..end.parse().ok()?));
    ends.ok_or_else(|| "two numbers, as in 0..20".to_owned())
}

fn family(text: &str) -> Result<Family, String> {
    match text {
        "ipv4" => Ok(Family::Ipv4),
        "ipv6" => Ok(Family::Ipv6),
        "bridge" => Ok(Family::Bridge),
        _ => Err("ipv4, ipv6 or bridge".to_owned()),
    }
}

fn backend(text: &str) -> Result<Backend, String> {
    match text {
        "legacy" => Ok(Backend::Legacy),
        "nft" => Ok(Backend::Nft),
        _ => Err("legacy or nft".to_owned()),
    }
}

fn features() -> impl Into<clap::builder::ValueParser> {
    clap::builder::PossibleValuesParser::new(Feature::ALL.iter().map(|(name, _)| PossibleValue::new(*name)))
}
