//! What a rule does besides sending packets somewhere: who would notice that it is gone?

use fwlint_model::{
    RuleId, Ruleset, Target, is_pure, match_reads,
    syntax::{
        Arg, Family,
        extensions::{self, Role, core},
        value,
    },
};
use rustc_hash::FxHashMap;

/// What a rule does with a packet that matches. That it is counted does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    /// Nothing, or it sends it to another place in the table.
    Sends,
    /// It decides, and does nothing else.
    Decides(Fate),
    /// Something that may be noticed: it writes, logs, asks a program, or it is not known what it does.
    Acts,
}

/// What becomes of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// `ACCEPT`.
    Accept,
    /// `DROP`.
    Drop,
    /// `REJECT`: with the same number, by the same words.
    Reject(u32),
}

/// What a rule's tests leave behind, whether or not a packet passes them all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trace {
    /// Nothing.
    Nothing,
    /// What the same rule asks the next time, and no other one.
    Own,
    /// More than that, or it is not known what.
    Any,
}

/// The words of all `REJECT`s, each with its number.
pub(super) type Rejects = FxHashMap<Vec<u8>, u32>;

/// What a rule does.
pub(super) fn deed(ruleset: &Ruleset<'_>, rule: RuleId, rejects: &mut Rejects) -> Deed {
    if ruleset.line(rule).broken {
        return Deed::Acts;
    }
    match ruleset.rules[rule].target {
        Target::None | Target::Continue | Target::Jump(_) | Target::Goto(_) | Target::Return => Deed::Sends,
        Target::Accept => Deed::Decides(Fate::Accept),
        Target::Drop => Deed::Decides(Fate::Drop),
        Target::Extension(id) if id.extension().name == "REJECT" => {
            let next = u32::try_from(rejects.len()).unwrap_or(u32::MAX);
            let number = *rejects.entry(target_words(ruleset, rule)).or_insert(next);
            Deed::Decides(Fate::Reject(number))
        }
        Target::Extension(_) | Target::Queue | Target::Undefined => Deed::Acts,
    }
}

fn target_words(ruleset: &Ruleset<'_>, rule: RuleId) -> Vec<u8> {
    let dump = ruleset.dump;
    let args = dump.args_of(ruleset.line(rule)).iter().filter(|arg| arg.extension().role == Role::Target);
    let mut words = Vec::new();
    for arg in args {
        let Some(spec) = arg.spec() else { continue };
        words.extend_from_slice(spec.name.as_bytes());
        words.push(b' ');
        value::print(spec.kind, &arg.value(dump.source), &mut words);
        words.push(b'\n');
    }
    words
}

/// What a rule's tests leave behind. `is_open`: some of them may answer otherwise the next time.
pub(super) fn trace(ruleset: &Ruleset<'_>, rule: RuleId, is_open: bool) -> Trace {
    let line = ruleset.line(rule);
    if line.broken {
        return Trace::Any;
    }
    // On bridges, what looks like a match may write to the log.
    if !is_open && ruleset.family != Family::Bridge {
        return Trace::Nothing;
    }
    let traces = ruleset.dump.args_of(line).iter().map(|arg| trace_of(ruleset, arg));
    traces.fold(Trace::Nothing, |all, one| match (all, one) {
        (Trace::Any, _) | (_, Trace::Any) => Trace::Any,
        (Trace::Own, _) | (_, Trace::Own) => Trace::Own,
        _ => Trace::Nothing,
    })
}

fn trace_of(ruleset: &Ruleset<'_>, arg: &Arg) -> Trace {
    let extension = arg.extension();
    let (name, is_pure) = match extension.role {
        Role::Target => return Trace::Nothing,
        Role::Match => {
            let Some(spec) = arg.spec() else { return Trace::Any };
            (extension.name, match_reads(extension.name, spec.name).is_some())
        }
        Role::Core if arg.id() == core::MATCH => {
            let name = arg.value_span().of(ruleset.dump.source);
            let name = extensions::match_named(name, ruleset.family).extension().name;
            (name, is_pure(name.as_bytes()))
        }
        Role::Core => return Trace::Nothing,
    };
    match name {
        _ if is_pure => Trace::Nothing,
        // They look at a clock, at the processor, or at what others count. So does `--ctexpire`.
        "connbytes" | "conntrack" | "cpu" | "rateest" | "time" => Trace::Nothing,
        "limit" | "statistic" => Trace::Own,
        _ => Trace::Any,
    }
}
