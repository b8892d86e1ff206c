//! Rules that no packet can match, whatever other rules do: which of their options cannot be met together?

use fwlint_model::RuleId;
use fwlint_packet::{Region, Term, overlap};

use super::Engine;
use crate::meaning::{Meaning, Meanings, Passes, Test};

/// Why no packet can match a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// The options that no packet passes together, in order, as indexes into
    /// [`Dump::args_of`](fwlint_model::syntax::Dump::args_of). None of them could be missing.
    pub args: Vec<u16>,
    /// Packets that pass them all there are, but none that come from the hooks that lead to the chain.
    pub is_of_hooks: bool,
}

impl Engine {
    /// Whether a packet that comes from the hooks which lead to the rule's chain may match it, if other rules let it come.
    pub fn may_match(&self, rule: RuleId) -> bool {
        let code = &self.program.rules[rule];
        let domain = self.domains.of(code.chain);
        code.is_rough || self.program.cubes(code.may).any(|cube| overlap(cube, domain))
    }

    /// Why no packet can match the rule, whatever other rules do; `None` if one may. `meanings` are of the same world.
    pub fn contradiction(&self, rule: RuleId, meanings: &mut Meanings<'_, '_, '_>) -> Option<Contradiction> {
        if self.may_match(rule) {
            return None;
        }
        let code = &self.program.rules[rule];
        let domain = self.domains.of(code.chain);
        let is_of_hooks = self.program.cubes(code.may).len() > 0;
        let mut meaning = Meaning::default();
        meanings.of(rule, None, &mut meaning);
        let mut args: Vec<u16> = meaning.tests.iter().map(|test| test.arg).collect();
        args.sort_unstable();
        args.dedup();
        let domain = if is_of_hooks { domain } else { &[] };
        // Each turn does without an option for good, or finds that it is needed.
        for tried in args.clone() {
            let without: Vec<u16> = args.iter().copied().filter(|&arg| arg != tried).collect();
            if !can_pass(&meaning.tests, &without, domain) {
                args = without;
            }
        }
        Some(Contradiction { args, is_of_hooks })
    }
}

/// Whether a packet of a cube may pass the tests of these options.
fn can_pass(tests: &[Test], args: &[u16], domain: &[Term]) -> bool {
    let mut all = Region::from(fwlint_packet::Cube::from(domain));
    for test in tests.iter().filter(|test| args.contains(&test.arg)) {
        all = match &test.passes {
            Passes::Term(term) => all.and(&Region::of(term.field, term.values)),
            Passes::Exactly(region) | Passes::Between(_, region) => all.and(region),
        };
    }
    !all.is_empty()
}
