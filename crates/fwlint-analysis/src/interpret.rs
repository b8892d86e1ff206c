//! One packet through one built-in chain, rule by rule: the specification. Everything clever is tested against it.
//!
//! Source: iptables(8), `ipt_do_table()` of the kernel's `ip_tables.c`; for bridges ebtables(8), `ebt_do_table()`.

use fwlint_model::{ChainId, Policy, RuleId, Ruleset};
use fwlint_packet::{Field, Kind, Packet, Term, Values};
use smallvec::SmallVec;

use crate::{
    choices::Choices,
    meaning::{Action, Meaning, Meanings, Passes, Test, Then, Verdict, Write},
};

/// A packet's way through a built-in chain and the chains that it calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// What the packet met, in order: every rule that matched, and the policy that decided if one did.
    pub steps: Vec<Step>,
    /// How the way ends.
    pub end: End,
}

/// Something that a packet met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The chain.
    pub chain: ChainId,
    /// What it met there.
    pub met: Met,
    /// It is not known that the packet meets it: it was chosen.
    pub is_chosen: bool,
    /// What was written into the packet.
    pub changes: SmallVec<[Change; 1]>,
}

/// What a packet met in a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Met {
    /// A rule that matched.
    Rule {
        /// The rule.
        rule: RuleId,
        /// Which of the rules that its line stands for, from 0.
        copy: u32,
        /// Where it sends the packet.
        then: Then,
    },
    /// The chain's policy.
    Policy(Policy),
}

/// A field that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The field.
    pub field: Field,
    /// Its value before, if that was known.
    pub from: Option<u32>,
    /// Its value then, if that is known.
    pub to: Option<u32>,
}

/// How a packet's way through a built-in chain ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With a verdict: of the last step.
    Verdict(Verdict),
    /// The last step ends it in a way that is not known.
    Unknown,
    /// Not at all, as far as it was followed: over [`MAX_RULES`] rules or [`MAX_STEPS`] steps.
    Endless,
}

/// How many rules are looked at before a packet is taken to go in circles.
pub const MAX_RULES: u32 = 20_000_000;

/// How many steps are taken before a packet is taken to go in circles.
pub const MAX_STEPS: usize = 1_000_000;

/// A place in a chain: the rule that comes next.
struct Place<R> {
    chain: ChainId,
    rules: R,
}

/// Sends a packet through a built-in chain; it is afterwards what the rules have made of it. What cannot be decided is
/// chosen.
pub fn interpret(
    meanings: &mut Meanings<'_, '_, '_>,
    chain: ChainId,
    packet: &mut Packet,
    choices: &mut Choices,
) -> Passage {
    let ruleset = meanings.world.ruleset;
    let beginning_of = |chain| Place { chain, rules: single_rules(ruleset, chain) };
    let (mut steps, mut meaning) = (Vec::new(), Meaning::default());
    let mut callers = Vec::new();
    let mut here = beginning_of(chain);
    for _ in 0..MAX_RULES {
        if steps.len() >= MAX_STEPS {
            break;
        }
        let Some((rule, copy)) = here.rules.next() else {
            // The end of a chain: back behind the last jump, and if there was none, the policy of the built-in chain.
            // User chains have a policy only on bridges.
            match ruleset.chains[here.chain].policy.filter(|_| ruleset.chains[here.chain].hook.is_none()) {
                Some(policy @ (Policy::Accept | Policy::Drop)) => {
                    return by_policy(here.chain, policy, false, steps);
                }
                Some(Policy::Return) | None => {}
            }
            match callers.pop() {
                Some(caller) => here = caller,
                None => return policy_of(ruleset, chain, steps, choices),
            }
            continue;
        };
        meanings.of(rule, Some(copy), &mut meaning);
        let (matches, is_chosen) = match matches(&meaning.tests, packet) {
            Some(matches) => (matches, false),
            None => (choose(&meaning.tests, packet, choices), true),
        };
        if !matches {
            continue;
        }
        let Action { writes, only, then } = &meaning.action;
        let changes = match only.map_or(Some(true), |only| packet.is_in(&[only])) {
            Some(true) => writes.iter().map(|&write| apply(write, packet)).collect(),
            Some(false) => SmallVec::new(),
            None => writes.iter().map(|write| apply(Write::Anything(write.field()), packet)).collect(),
        };
        let met = Met::Rule { rule, copy, then: *then };
        steps.push(Step { chain: here.chain, met, is_chosen, changes });
        match *then {
            Then::Next => {}
            Then::Jump(to) => callers.push(std::mem::replace(&mut here, beginning_of(to))),
            // No way back into this chain: its caller stays the one to return to.
            Then::Goto(to) => here = beginning_of(to),
            Then::Return => match callers.pop() {
                Some(caller) => here = caller,
                None => return policy_of(ruleset, chain, steps, choices),
            },
            Then::End(verdict) => return Passage { steps, end: End::Verdict(verdict) },
            Then::NextOrEnd if choices.decide() => return Passage { steps, end: End::Unknown },
            Then::NextOrEnd => {}
        }
    }
    Passage { steps, end: End::Endless }
}

/// The rules of a chain one by one, also where a line stands for several.
fn single_rules<'r, 'd>(
    ruleset: &'r Ruleset<'d>,
    chain: ChainId,
) -> impl Iterator<Item = (RuleId, u32)> + use<'r, 'd> {
    let copies = |rule| (0..ruleset.rules[rule].copies).map(move |copy| (rule, copy));
    ruleset.rules_of(chain).flat_map(copies)
}

/// Whether a packet passes all tests; `None` if that cannot be decided.
fn matches(tests: &[Test], packet: &Packet) -> Option<bool> {
    let mut answer = Some(true);
    for test in tests {
        match passes(&test.passes, packet) {
            Some(false) => return Some(false),
            Some(true) => {}
            None => answer = None,
        }
    }
    answer
}

fn passes(test: &Passes, packet: &Packet) -> Option<bool> {
    match test {
        Passes::Term(term) => packet.get(term.field).map(|value| term.values.has(value)),
        Passes::Exactly(region) => region.has(packet),
        Passes::Between(surely, maybe) => match (surely.has(packet), maybe.has(packet)) {
            (Some(true), _) => Some(true),
            (_, Some(false)) => Some(false),
            _ => None,
        },
    }
}

/// Chooses whether a packet matches. A test that gives the same answer each time gives it again.
fn choose(tests: &[Test], packet: &mut Packet, choices: &mut Choices) -> bool {
    let matches = choices.decide();
    let is_open = |test: &&Test| passes(&test.passes, packet).is_none();
    let open: SmallVec<[&Test; 4]> = tests.iter().filter(is_open).collect();
    // Which of several tests is not passed is still not known.
    let known = if matches || open.len() == 1 { &open[..] } else { &[] };
    for test in known {
        if let Passes::Term(Term { field, values }) = &test.passes
            && field.kind() == Kind::Choice
        {
            let all = field.all();
            let left = if matches { all.and(*values) } else { all.without(*values).first().copied() };
            if let Some(value) = left.and_then(Values::single) {
                packet.set(*field, value);
            }
        }
    }
    matches
}

fn apply(write: Write, packet: &mut Packet) -> Change {
    let (field, to) = match write {
        Write::Bits { field, and, xor } => {
            let old = if and == 0 { Some(0) } else { packet.get(field) };
            (field, old.map(|old| (old & and) ^ xor))
        }
        Write::Copy { from, to, from_mask, to_mask } => {
            let both = packet.get(from).zip(packet.get(to));
            (to, both.map(|(from, to)| (to & !to_mask) ^ (from & from_mask)))
        }
        Write::Anything(field) => (field, None),
    };
    let change = Change { field, from: packet.get(field), to };
    match to {
        Some(value) => packet.set(field, value),
        None => packet.forget(field),
    }
    change
}

/// The policy of a built-in chain decides. Where the dump does not say it, it is most likely the kernel's own, `ACCEPT`.
fn policy_of(ruleset: &Ruleset<'_>, chain: ChainId, steps: Vec<Step>, choices: &mut Choices) -> Passage {
    match ruleset.chains[chain].policy {
        Some(policy) => by_policy(chain, policy, false, steps),
        None if choices.decide() => by_policy(chain, Policy::Drop, true, steps),
        None => by_policy(chain, Policy::Accept, true, steps),
    }
}

fn by_policy(chain: ChainId, policy: Policy, is_chosen: bool, mut steps: Vec<Step>) -> Passage {
    steps.push(Step { chain, met: Met::Policy(policy), is_chosen, changes: SmallVec::new() });
    let verdict = if policy == Policy::Drop { Verdict::Drop } else { Verdict::Accept };
    Passage { steps, end: End::Verdict(verdict) }
}

#[cfg(test)]
mod tests;
