//! Rules that are refused for what they say, whatever their place.

use fwlint_model::{
    RuleId, Target,
    syntax::{
        Arg, Backends, Rule, Value,
        extensions::{self, Check, ExtensionId, Role, core},
    },
};

use super::{LINT, Words, report};
use crate::{Finding, Label, RulesetFacts, Sink, text::code};

pub(super) fn check(rules: &RulesetFacts<'_>, rule: RuleId, target: Target, sink: &mut Sink) {
    let ruleset = &rules.ruleset;
    if !ruleset.family.is_ip() {
        return;
    }
    if target == Target::Drop && ruleset.table_name(ruleset.rules[rule].chain).0 == b"nat" {
        report(rules, rule, Backends::BOTH, sink, || drop_in_nat(Label::new(rules.target_span(rule), "")));
    }
    let line = ruleset.line(rule);
    for arg in ruleset.dump.args_of(line).iter().filter(|arg| arg.negated()) {
        if let (core::PROTOCOL, Value::Protocol(protocol)) = (arg.id(), arg.value(ruleset.dump.source)) {
            negated_protocol(rules, rule, line, arg, protocol.into(), sink);
        }
    }
}

/// What iptables says to `DROP` in `nat`, be it a target or a policy.
pub(super) fn drop_in_nat(label: Label) -> Finding {
    const SAID: &str =
        "`The \"nat\" table is not intended for filtering, the use of DROP is therefore inhibited.`";
    let words = Words { legacy: SAID, nft: SAID };
    Finding::new(&LINT, "iptables refuses `DROP` in table `nat`", label)
        .help(words.help(Backends::BOTH, "drop packets in `raw`, `mangle` or `filter`"))
}

/// A match that needs the protocol which the rule excludes.
fn negated_protocol(
    rules: &RulesetFacts<'_>,
    rule: RuleId,
    line: &Rule,
    excluded: &Arg,
    protocol: u16,
    sink: &mut Sink,
) {
    let dump = rules.ruleset.dump;
    let args = dump.args_of(line);
    for arg in args.iter().filter(|arg| arg.id() == core::MATCH) {
        let name = arg.value_span().of(dump.source);
        let Some(id) = extensions::by_name(Role::Match, name, line.family) else { continue };
        let needs =
            |check: &Check| matches!(check, Check::Protocol(protocols, _) if protocols.contains(&protocol));
        if !id.extension().checks.iter().any(needs) || is_native(args, id) {
            continue;
        }
        report(rules, rule, Backends::BOTH, sink, || {
            let message = format!(
                "the kernel refuses match {} beside {}",
                code(name),
                code(excluded.span().of(dump.source))
            );
            Finding::new(&LINT, message, Label::new(arg.value_span(), "needs the protocol"))
                .related(Label::new(excluded.span(), "which is excluded here"))
                .help(Words::KERNEL.help(Backends::BOTH, "leave out the match, or the `!`"))
        });
    }
}

/// Whether nft looks for ports and flags itself, and does not ask for the protocol: `differs-between-backends` tells that.
fn is_native(args: &[Arg], id: ExtensionId) -> bool {
    let mut own = args.iter().filter(|arg| arg.id().extension_id() == id).filter_map(Arg::spec);
    let has_tests = own.next().is_some_and(|first| first.name != "tcp-option");
    let is_compiled = matches!(id.extension().name, "tcp" | "udp");
    is_compiled && has_tests && own.all(|spec| spec.name != "tcp-option")
}
