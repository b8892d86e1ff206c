//! Chain lines that one backend takes and the other does not.

use fwlint_model::{
    ChainId,
    syntax::{Backend, Backends, ChainForm, Evidence},
};

use super::Difference;
use crate::{RulesetFacts, Sink, text::code};

pub(super) fn check(rules: &RulesetFacts<'_>, sink: &mut Sink) {
    let user_chains = rules.ruleset.chains.iter().filter(|(_, chain)| chain.hook.is_none());
    for (id, _) in user_chains {
        if let Some(difference) = refused_name(rules, id).or_else(|| policy(rules, id)) {
            difference.report(rules, || rules.about_chain(id), sink);
        }
    }
}

fn refused_name(rules: &RulesetFacts<'_>, id: ChainId) -> Option<Difference> {
    let chain = &rules.ruleset.chains[id];
    let [first @ (b'-' | b'!'), ..] = chain.name.0 else { return None };
    let message = format!("nft refuses chain {}, and legacy takes it", code(chain.name.0));
    let difference = Difference::new(chain.declared?, message, &[Backend::Legacy])
        .refused_by(Backends::NFT)
        .label(format!("a name that begins with {}", code(&[*first])))
        .help("give the chain another name, here and in the rules that call it");
    Some(difference)
}

fn policy(rules: &RulesetFacts<'_>, id: ChainId) -> Option<Difference> {
    let dump = rules.ruleset.dump;
    // ebtables has policies for all chains, and nothing may tell that it is ebtables.
    dump.runs.get(rules.ruleset.run).filter(|run| run.evidence != Evidence::Assumed)?;
    let chain = &rules.ruleset.chains[id];
    let line = dump.chain_line(chain.declared?).filter(|line| line.form == ChainForm::Colon)?;
    if !matches!(line.policy.of(dump.source), b"ACCEPT" | b"DROP") {
        return None;
    }
    let name = code(chain.name.0);
    let message = format!("legacy refuses the policy of chain {name}, and nft leaves it out");
    let difference = Difference::new(line.policy, message, &[])
        .refused_by(Backends::LEGACY)
        .label(format!("{name} is no built-in chain of {}", rules.table_text(chain.table)))
        .help("write `-` for the policy, and give the chain a last rule if one is meant");
    Some(difference)
}
