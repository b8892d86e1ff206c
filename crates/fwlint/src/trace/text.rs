//! The way of a packet for people.

use std::io::{self, Write};

use fwlint_analysis::{
    Change, Fate, Leg, Met, Route, Routing, Step, Stop, Then, Verdict, Way, address,
    packet::{Field, Packet},
};
use fwlint_model::{
    Policy, RuleId, Ruleset,
    syntax::{
        Span,
        value::{ethertype_name, protocol_name},
    },
};
use owo_colors::Style;

use super::{
    Answer,
    spec::{Device, Spec},
};
use crate::{terminal::Terminal, text::escape};

pub(super) fn print(answer: &Answer<'_, '_, '_>, terminal: Terminal, out: &mut dyn Write) -> io::Result<()> {
    let Some((way, others)) = answer.outcomes.split_first() else { return Ok(()) };
    let bold = terminal.style(Style::new().bold());
    let line = |text: &str| terminal.text(text).into_owned();
    let title = title(answer);
    writeln!(out, "{}", bold.style(line(&title)))?;
    let mut hook = None;
    for leg in &way.legs {
        if hook != Some(leg.hook) {
            writeln!(out, "{}", leg.hook.chain_name())?;
            hook = Some(leg.hook);
        }
        print_leg(answer, leg, terminal, out)?;
    }
    let fate = terminal.style(paint(way.fate)).style(way.fate.name()).to_string();
    writeln!(out, "{fate}{}", line(&left(answer, way)))?;
    if !way.is_certain {
        let rest = match (others.is_empty(), answer.is_cut) {
            (true, _) => "not certain: what cannot be decided was taken for granted",
            (false, false) => "not certain; the other outcomes:",
            (false, true) => "not certain; some of the other outcomes:",
        };
        writeln!(out, "{rest}")?;
    }
    let mut before = String::new();
    for other in others {
        let fate = terminal.style(paint(other.fate)).style(other.fate.name()).to_string();
        let outcome = format!("{}{fate}{}", line(&condition(answer, way, other)), line(&left(answer, other)));
        // They may differ in what they meet, but not in what comes of it.
        if outcome != before {
            writeln!(out, "  {outcome}")?;
        }
        before = outcome;
    }
    writeln!(out)
}

/// What the packet is, and what was assumed of it.
fn title(answer: &Answer<'_, '_, '_>) -> String {
    let Answer { spec, start, .. } = answer;
    let id = spec.id.as_ref().map_or_else(String::new, |id| match id.as_str() {
        Some(text) => format!("{text}: "),
        None => format!("{id}: "),
    });
    let device = |word: &str, which| {
        spec.devices.get(&which).map_or_else(String::new, |name| format!(", {word} {name}"))
    };
    let route = match start.route {
        Route::Forward => "forwarded",
        Route::Input => "to this host",
        Route::Output => "from this host",
        Route::Loopback => "from this host to itself",
    };
    let assumed = if start.is_assumed { ", as far as is known" } else { "" };
    format!(
        "{id}{}{}{}, {route}{assumed}",
        ends(answer, &start.packet),
        [Device::In, Device::PhysIn].map(|which| device("in", which)).concat(),
        [Device::Out, Device::PhysOut].map(|which| device("out", which)).concat(),
    )
}

/// `tcp 192.0.2.7:40000 → 10.0.0.5:443`; of a frame that is no IP packet, `ARP`.
fn ends(answer: &Answer<'_, '_, '_>, packet: &Packet) -> String {
    let family = answer.spec.addresses();
    if answer.spec.family.is_none() {
        let number = packet.get(Field::ETHERTYPE).and_then(|number| u16::try_from(number).ok());
        return number.and_then(ethertype_name).unwrap_or("a frame").to_owned();
    }
    let end = |host, port| {
        let address = address(family, packet, host);
        let port = packet.get(port).map(|port| format!(":{port}"));
        let address = match (address, &port) {
            (Some(address), Some(_)) if address.is_ipv6() => format!("[{address}]"),
            (Some(address), _) => address.to_string(),
            (None, _) => "?".to_owned(),
        };
        address + &port.unwrap_or_default()
    };
    let protocol = packet.get(Field::PROTOCOL).map_or_else(String::new, |number| {
        let name = u8::try_from(number).ok().and_then(protocol_name);
        name.map_or_else(|| format!("protocol {number} "), |name| format!("{name} "))
    });
    format!("{protocol}{} → {}", end(Field::SRC, Field::SPORT), end(Field::DST, Field::DPORT))
}

/// What the packet is in the end.
fn left(answer: &Answer<'_, '_, '_>, way: &Way) -> String {
    if way.fate != Fate::Accept {
        return String::new();
    }
    let mark = way.packet.get(Field::MARK).filter(|&mark| mark != 0);
    let mark = mark.map_or_else(String::new, |mark| format!(", mark {mark:#x}"));
    let device = out_device(answer, way).map_or_else(String::new, |device| format!(", out {device}"));
    format!(": {}{mark}{device}", ends(answer, &way.packet))
}

fn print_leg(
    answer: &Answer<'_, '_, '_>,
    leg: &Leg,
    terminal: Terminal,
    out: &mut dyn Write,
) -> io::Result<()> {
    let passage = match &leg.stop {
        Stop::Chain(_, passage) => passage,
        Stop::Routing(routing) => {
            let why = match routing {
                Routing::MartianSource => "drops it: no packet may come from this source",
                Routing::MartianDestination => "drops it: this destination is never on the wire",
                Routing::TimeExceeded => "drops it: its time to live is over",
                Routing::NotBridged => "the bridge leaves it to routing",
            };
            return writeln!(out, "  routing: {why}");
        }
    };
    let ruleset = answer.traced.world.ruleset;
    for step in &passage.steps {
        let line = line(answer, step).map_or_else(String::new, |line| line.to_string());
        let (table, chain) = (ruleset.table_name(step.chain), ruleset.chains[step.chain].name);
        let what = match step.met {
            Met::Rule { rule, copy, .. } => {
                let number = ruleset.rules[rule].position + copy;
                format!("{chain} {number}: {}", words(ruleset, rule))
            }
            Met::Policy(policy) => format!("{chain}: policy {}", self::policy(policy)),
        };
        let chosen = if step.is_chosen { " (may match)" } else { "" };
        let style = terminal.style(step_style(step));
        writeln!(out, "{line:>6}  {table:<8} {}{chosen}", style.style(terminal.text(what.trim_end())))?;
        for change in &step.changes {
            let text = changed(*change);
            writeln!(out, "{:>6}  {:<8} {}", "", "", terminal.text(&text))?;
        }
    }
    Ok(())
}

/// What stands behind the rule's chain.
/// The rule without its chain.
pub(crate) fn words(ruleset: &Ruleset<'_>, rule: RuleId) -> String {
    let line = ruleset.line(rule);
    let rest = Span { start: line.chain.end, end: line.span.end };
    String::from_utf8_lossy(rest.of(ruleset.dump.source)).trim().to_owned()
}

fn changed(Change { field, from, to }: Change) -> String {
    let value = |value: Option<u32>| match value {
        None => "?".to_owned(),
        Some(value) if matches!(field, Field::MARK | Field::CONNMARK) => format!("{value:#x}"),
        Some(value) => value.to_string(),
    };
    format!("{}: {} → {}", field.text(), value(from), value(to))
}

/// What makes the other outcome from the first one, as far as one step does.
fn condition(answer: &Answer<'_, '_, '_>, first: &Way, other: &Way) -> String {
    let shared = steps(first).zip(steps(other)).take_while(|(one, two)| one == two).count();
    let differing = steps(other).nth(shared);
    let place = |step: &Step| {
        let ruleset = answer.traced.world.ruleset;
        let place = format!("{} {}", ruleset.table_name(step.chain), ruleset.chains[step.chain].name);
        let line = line(answer, step).map_or_else(String::new, |line| format!(" (line {line})"));
        match step.met {
            Met::Rule { rule, copy, .. } => {
                format!("{place} {}{line} ", ruleset.rules[rule].position + copy)
            }
            Met::Policy(policy) => format!("the policy of {place}{line} is {} ", self::policy(policy)),
        }
    };
    match differing {
        Some(step @ Step { met: Met::Rule { .. }, is_chosen: true, .. }) => {
            format!("if {}matches: ", place(step))
        }
        Some(step @ Step { is_chosen: true, .. }) => format!("if {}: ", place(step).trim_end()),
        _ => String::new(),
    }
}

/// All that a packet met.
fn steps(way: &Way) -> impl Iterator<Item = &Step> {
    way.legs.iter().flat_map(|leg| match &leg.stop {
        Stop::Chain(_, passage) => passage.steps.as_slice(),
        Stop::Routing(_) => &[],
    })
}

fn step_style(step: &Step) -> Style {
    match step.met {
        Met::Rule { then: Then::End(Verdict::Drop | Verdict::Reject), .. } | Met::Policy(Policy::Drop) => {
            Style::new().red()
        }
        Met::Rule { then: Then::End(_), .. } => Style::new().bold(),
        _ => Style::new(),
    }
}

fn paint(fate: Fate) -> Style {
    match fate {
        Fate::Drop | Fate::Reject => Style::new().red().bold(),
        Fate::Unknown => Style::new().magenta().bold(),
        _ => Style::new().bold(),
    }
}

/// The line of a step: the rule's, or the one that declares the chain.
pub(super) fn line(answer: &Answer<'_, '_, '_>, step: &Step) -> Option<u32> {
    let ruleset = answer.traced.world.ruleset;
    let start = match step.met {
        Met::Rule { rule, .. } => ruleset.line(rule).span.start,
        Met::Policy(_) => ruleset.chains[step.chain].declared?.start,
    };
    Some(answer.traced.source.line(start))
}

/// What a step does, in one word.
pub(super) fn action(met: Met) -> &'static str {
    let Met::Rule { then, .. } = met else { return "policy" };
    match then {
        Then::Next => "continue",
        Then::Jump(_) => "jump",
        Then::Goto(_) => "goto",
        Then::Return => "return",
        Then::End(Verdict::Accept) => "accept",
        Then::End(Verdict::Drop) => "drop",
        Then::End(Verdict::Reject) => "reject",
        Then::End(Verdict::Queue) => "queue",
        Then::End(Verdict::Stolen) => "stolen",
        Then::End(Verdict::Translate(_)) => "translate",
        Then::NextOrEnd => "unknown",
    }
}

/// The name behind `-j` or `-g`.
pub(super) fn target(ruleset: &Ruleset<'_>, rule: RuleId) -> Option<String> {
    let span = ruleset.line(rule).target_span(ruleset.dump)?;
    Some(String::from_utf8_lossy(span.of(ruleset.dump.source)).into_owned())
}

pub(super) fn policy(policy: Policy) -> &'static str {
    match policy {
        Policy::Accept => "ACCEPT",
        Policy::Drop => "DROP",
        Policy::Return => "RETURN",
    }
}

/// The device that the packet goes out by, by the name that was given where it is that.
pub(super) fn out_device(answer: &Answer<'_, '_, '_>, way: &Way) -> Option<String> {
    let devices = &answer.traced.world.devices;
    let number = way.packet.get(Field::OUT_DEVICE).filter(|&number| number != 0)?;
    if way.route == Route::Loopback {
        return Some("lo".to_owned());
    }
    let given = |spec: &Spec| {
        let mut names =
            [Device::PhysOut, Device::Out].into_iter().filter_map(|which| spec.devices.get(&which));
        names.find(|name| devices.number(name.as_bytes()) == number).cloned()
    };
    given(answer.spec).or_else(|| devices.name(number).map(|name| escape(&name).into_owned()))
}
