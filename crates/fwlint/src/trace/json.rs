//! The way of a packet as data.

use std::io::{self, Write};

use fwlint_analysis::{Leg, Met, Routing, Step, Stop, Way, address, packet::Field};
use serde::Serialize;
use serde_json::Value as Json;

use super::{Answer, text};

#[derive(Serialize)]
struct AnswerRecord<'a> {
    id: Option<&'a Json>,
    #[serde(flatten)]
    way: WayRecord,
    certain: bool,
    /// The other outcomes.
    alternatives: Vec<WayRecord>,
    /// There are more than are listed.
    more_alternatives: bool,
}

#[derive(Serialize)]
struct WayRecord {
    verdict: &'static str,
    path: Vec<StepRecord>,
    packet: PacketRecord,
}

/// Fields that do not apply are `null`.
#[derive(Serialize)]
struct StepRecord {
    hook: &'static str,
    table: Option<String>,
    chain: Option<String>,
    /// Its position in the chain, from 1; `null` for a policy and for a decision of routing.
    rule: Option<u32>,
    line: Option<u32>,
    action: &'static str,
    target: Option<String>,
}

/// What is not known, and what does not apply, is `null`.
#[derive(Serialize)]
struct PacketRecord {
    src: Option<String>,
    dst: Option<String>,
    sport: Option<u32>,
    dport: Option<u32>,
    mark: Option<String>,
    out: Option<String>,
}

pub(super) fn print(answer: &Answer<'_, '_, '_>, out: &mut dyn Write) -> io::Result<()> {
    let mut ways = answer.outcomes.iter().map(|way| way_record(answer, way));
    let Some(first) = ways.next() else { return Ok(()) };
    let record = AnswerRecord {
        id: answer.spec.id.as_ref(),
        way: first,
        certain: answer.outcomes.first().is_some_and(|way| way.is_certain),
        alternatives: ways.collect(),
        more_alternatives: answer.is_cut,
    };
    serde_json::to_writer(&mut *out, &record)?;
    writeln!(out)
}

fn way_record(answer: &Answer<'_, '_, '_>, way: &Way) -> WayRecord {
    let family = answer.spec.addresses();
    let shown = |field| address(family, &way.packet, field).map(|address| address.to_string());
    let steps = way.legs.iter().flat_map(|leg| match &leg.stop {
        Stop::Chain(_, passage) => passage.steps.iter().map(|step| step_record(answer, leg, step)).collect(),
        Stop::Routing(routing) => vec![routing_record(leg, *routing)],
    });
    WayRecord {
        verdict: way.fate.name(),
        path: steps.collect(),
        packet: PacketRecord {
            src: shown(Field::SRC),
            dst: shown(Field::DST),
            sport: way.packet.get(Field::SPORT),
            dport: way.packet.get(Field::DPORT),
            mark: way.packet.get(Field::MARK).map(|mark| format!("{mark:#x}")),
            out: text::out_device(answer, way),
        },
    }
}

fn step_record(answer: &Answer<'_, '_, '_>, leg: &Leg, step: &Step) -> StepRecord {
    let ruleset = answer.traced.world.ruleset;
    let (rule, target) = match step.met {
        Met::Rule { rule, copy, .. } => {
            (Some(ruleset.rules[rule].position + copy), text::target(ruleset, rule))
        }
        Met::Policy(policy) => (None, Some(text::policy(policy).to_owned())),
    };
    StepRecord {
        hook: leg.hook.chain_name(),
        table: Some(ruleset.table_name(step.chain).to_string()),
        chain: Some(ruleset.chains[step.chain].name.to_string()),
        rule,
        line: text::line(answer, step),
        action: text::action(step.met),
        target,
    }
}

fn routing_record(leg: &Leg, routing: Routing) -> StepRecord {
    StepRecord {
        hook: leg.hook.chain_name(),
        table: None,
        chain: None,
        rule: None,
        line: None,
        action: "routing",
        target: (routing != Routing::NotBridged).then(|| "DROP".to_owned()),
    }
}
