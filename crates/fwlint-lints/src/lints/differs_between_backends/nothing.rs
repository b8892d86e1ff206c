//! Tests that exclude everything, and so pass no packet: `! -s 0.0.0.0/0`, `! -i +`.

use fwlint_model::{
    RuleId,
    syntax::{Backend, Backends, Value, extensions::core, value::Net},
};

use super::Difference;
use crate::{RulesetFacts, text::code};

pub(super) fn find(rules: &RulesetFacts<'_>, rule: RuleId) -> Option<Difference> {
    let dump = rules.ruleset.dump;
    let negated = dump.args_of(rules.ruleset.line(rule)).iter().filter(|arg| arg.negated());
    let mut found = negated.filter_map(|arg| {
        let text = || code(arg.span().of(dump.source));
        let difference = match (arg.id(), arg.value(dump.source)) {
            (core::SOURCE | core::DESTINATION, Value::Nets(nets)) if nets.iter().any(is_everything) => {
                let message = format!("{} matches no packet on legacy, and nft refuses the rule", text());
                Difference::new(arg.span(), message, &[Backend::Legacy]).refused_by(Backends::NFT)
            }
            (core::IN_INTERFACE | core::OUT_INTERFACE, Value::Text(name)) if *name == *b"+" => {
                let message = format!("{} matches no packet, and legacy saves the rule without it", text());
                Difference::new(arg.span(), message, &[Backend::Nft])
                    .label("saved by iptables-legacy-save and loaded again, the rule matches more")
            }
            _ => return None,
        };
        Some(difference.help("delete the rule, which can match nothing"))
    });
    found.next()
}

fn is_everything(net: Net<'_>) -> bool {
    matches!(net, Net::V4(_, 0) | Net::V6(_, 0))
}
