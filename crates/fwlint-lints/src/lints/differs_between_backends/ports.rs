//! Ports and flags of TCP and UDP, which nft compiles anew and legacy leaves to `-m tcp` and `-m udp`.

use fwlint_model::{
    RuleId,
    syntax::{
        Arg, Backend, Backends, Dump, Value, Version,
        extensions::{Role, core},
        value::PortRange,
    },
};

use super::Difference;
use crate::{RulesetFacts, Witness, text::code};

/// The release since which nft compares two excluded ports one by one.
const COMPARES_ONE_BY_ONE: Version = Version(1, 8, 11);

pub(super) fn find(rules: &RulesetFacts<'_>, rule: RuleId) -> Option<Difference> {
    let dump = rules.ruleset.dump;
    let args = dump.args_of(rules.ruleset.line(rule));
    // With this option the match itself runs on nft as well.
    if !args.iter().any(may_differ) || args.iter().any(|arg| is_option(arg, "tcp-option")) {
        return None;
    }
    let protocol = args.iter().find(|arg| arg.id() == core::PROTOCOL)?;
    let proto = match protocol.value(dump.source) {
        Value::Protocol(6) => "tcp",
        Value::Protocol(17) => "udp",
        _ => return None,
    };
    let own = || args.iter().filter(|arg| arg.extension().role == Role::Match && arg.extension().name == proto);
    if protocol.negated() {
        return own().any(|arg| tests_something(dump, arg)).then(|| other_protocols(rules, rule, protocol, proto));
    }
    let nothing = own().find(|arg| passes_nothing(dump, arg));
    nothing.map(|arg| everything_or_nothing(rules, rule, arg, proto)).or_else(|| {
        let (source, destination) = excluded_ports(dump, args, proto)?;
        (!compares_one_by_one(rules)).then(|| both_excluded(rules, rule, source, destination, proto))
    })
}

/// A cheap look at an option, so that most rules need no other.
fn may_differ(arg: &Arg) -> bool {
    arg.negated() || is_option(arg, "tcp-flags")
}

fn is_option(arg: &Arg, name: &str) -> bool {
    arg.extension().role == Role::Match && arg.spec().is_some_and(|spec| spec.name == name)
}

/// Whether nft makes a test of its own of the option.
fn tests_something(dump: &Dump<'_>, arg: &Arg) -> bool {
    match arg.value(dump.source) {
        Value::Ports(PortRange { low, high }) => (low, high) != (0, u16::MAX),
        Value::TcpFlags { mask, .. } => mask != 0,
        Value::Flag => true,
        _ => false,
    }
}

/// Whether no packet passes the option on legacy, and nft leaves it out.
fn passes_nothing(dump: &Dump<'_>, arg: &Arg) -> bool {
    match arg.value(dump.source) {
        Value::Ports(PortRange { low: 0, high: u16::MAX }) => arg.negated(),
        Value::TcpFlags { mask: 0, set } => (set == 0) == arg.negated(),
        _ => false,
    }
}

/// The two options that exclude a single port each, in one match: nft packs them into one comparison. It takes port 0
/// for none.
fn excluded_ports<'d>(dump: &Dump<'_>, args: &'d [Arg], proto: &str) -> Option<(&'d Arg, &'d Arg)> {
    let (mut source, mut destination) = (None, None);
    for arg in args {
        if arg.id() == core::MATCH && arg.value_span().of(dump.source) == proto.as_bytes() {
            (source, destination) = (None, None);
        } else if is_single(dump, arg) && is_option(arg, "sport") {
            source = Some(arg);
        } else if is_single(dump, arg) && is_option(arg, "dport") {
            destination = Some(arg);
        }
        if let Some(both) = source.zip(destination) {
            return Some(both);
        }
    }
    None
}

fn is_single(dump: &Dump<'_>, arg: &Arg) -> bool {
    let is_one = |PortRange { low, high }| low == high && low != 0;
    arg.negated() && matches!(arg.value(dump.source), Value::Ports(range) if is_one(range))
}

fn compares_one_by_one(rules: &RulesetFacts<'_>) -> bool {
    let dump = rules.ruleset.dump;
    let version = dump.runs.get(rules.ruleset.run).and_then(|run| run.version);
    version.is_some_and(|version| version >= COMPARES_ONE_BY_ONE)
}

fn both_excluded(
    rules: &RulesetFacts<'_>,
    rule: RuleId,
    source: &Arg,
    destination: &Arg,
    proto: &'static str,
) -> Difference {
    let text = rules.ruleset.dump.source;
    let port = |arg: &Arg| match arg.value(text) {
        Value::Ports(PortRange { low, .. }) => low,
        _ => 0,
    };
    let (sport, excluded) = (port(source), port(destination));
    let dport = if excluded == 443 { 80 } else { 443 };
    let witness = Witness::of_rule(rules, rule, proto).map(|packet| Witness { sport, dport, ..packet });
    let span = source.span().to(destination.span());
    let message = match &witness {
        Some(packet) => format!("{} matches on nft and not on legacy", packet.ports_text()),
        None => format!("{} excludes either port on legacy, and both together on nft", code(span.of(text))),
    };
    let help =
        format!("`-m multiport ! --sports {sport} -m multiport ! --dports {excluded}` excludes either on both");
    let difference = Difference::new(span, message, &[Backend::Legacy])
        .label("legacy excludes either port; nft before 1.8.11 only both together")
        .help(help);
    Difference { witness, ..difference }
}

fn everything_or_nothing(
    rules: &RulesetFacts<'_>,
    rule: RuleId,
    arg: &Arg,
    proto: &'static str,
) -> Difference {
    let text = code(arg.span().of(rules.ruleset.dump.source));
    let message = format!("{text} matches every packet on nft and none on legacy");
    let why = if is_option(arg, "tcp-flags") { "no TCP header is like that" } else { "no port is left" };
    let difference = Difference::new(arg.span(), message, &[Backend::Legacy])
        .label(format!("{why}; nft leaves the option out"))
        .help("delete the rule, which can match nothing as it is written, or only this option");
    Difference { witness: Witness::of_rule(rules, rule, proto), ..difference }
}

fn other_protocols(rules: &RulesetFacts<'_>, rule: RuleId, protocol: &Arg, proto: &'static str) -> Difference {
    let text = code(protocol.span().of(rules.ruleset.dump.source));
    let message = format!("legacy refuses `-m {proto}` with {text}, and nft reads other protocols as if they were it");
    let other = if proto == "tcp" { "udp" } else { "tcp" };
    let witness = has_ports_only(rules, rule).then(|| Witness::of_rule(rules, rule, other)).flatten();
    let label = match &witness {
        Some(packet) => format!("on nft {} matches", packet.ports_text()),
        None => format!("nft looks into whatever is not {proto}"),
    };
    let difference = Difference::new(protocol.span(), message, &[Backend::Nft])
        .refused_by(Backends::LEGACY)
        .label(label)
        .help("leave out the `!`, or the ports and flags");
    Difference { witness, ..difference }
}

/// Whether the rule looks for no TCP flags, for which other protocols have no place.
fn has_ports_only(rules: &RulesetFacts<'_>, rule: RuleId) -> bool {
    let mut args = rules.ruleset.dump.args_of(rules.ruleset.line(rule)).iter();
    !args.any(|arg| is_option(arg, "tcp-flags") || is_option(arg, "syn"))
}
