//! What happens to a packet that matches.

use fwlint_model::{
    ChainId, RuleId, Target,
    syntax::{Arg, Value, extensions::Role},
};
use fwlint_packet::Field;
use smallvec::SmallVec;

use crate::world::World;

/// What a rule does with a packet that matches: it writes, and then sends it somewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Action {
    /// What it writes, in order.
    pub writes: SmallVec<[Write; 1]>,
    /// Where the packet goes then.
    pub then: Then,
}

/// Where a packet goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Then {
    /// To the next rule.
    #[default]
    Next,
    /// To a chain, and when that is done to the next rule.
    Jump(ChainId),
    /// To a chain, and when that is done to where this chain would have gone.
    Goto(ChainId),
    /// To the end of the chain.
    Return,
    /// Its way through the table ends.
    End(Verdict),
    /// To the next rule, or its way through the table ends in a way that is not known.
    NextOrEnd,
}

/// How a packet's way through a table ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It goes on to the next table.
    Accept,
    /// It is thrown away.
    Drop,
    /// It is thrown away, and the sender is told.
    Reject,
    /// A program decides.
    Queue,
    /// Something else takes it.
    Stolen,
    /// It goes on to the next table with another address, as far as translation finds one.
    Translate(Nat),
}

/// Which address is translated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nat {
    /// That of the source.
    Source,
    /// That of the destination.
    Destination,
    /// That of the source or that of the destination, as the hook is (`NETMAP`).
    ByHook,
}

/// What a target writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// `field = (field & and) ^ xor`.
    Bits {
        /// What is written.
        field: Field,
        /// The bits that are kept.
        and: u32,
        /// The bits that are flipped then.
        xor: u32,
    },
    /// `to = (to & !to_mask) ^ (from & from_mask)`.
    Copy {
        /// What is read.
        from: Field,
        /// What is written.
        to: Field,
        /// Which bits are read.
        from_mask: u32,
        /// Which bits are cleared before.
        to_mask: u32,
    },
    /// The field has some value then.
    Anything(Field),
}

/// What a rule does with a packet that matches.
pub(super) fn action(world: &World<'_, '_>, rule: RuleId) -> Action {
    let ruleset = world.ruleset;
    let then = |then| Action { writes: SmallVec::new(), then };
    let line = ruleset.line(rule);
    match ruleset.rules[rule].target {
        Target::None | Target::Continue => then(Then::Next),
        Target::Accept => then(Then::End(Verdict::Accept)),
        Target::Drop => then(Then::End(Verdict::Drop)),
        Target::Queue => then(Then::End(Verdict::Queue)),
        Target::Return => then(Then::Return),
        Target::Jump(chain) => then(Then::Jump(chain)),
        Target::Goto(chain) => then(Then::Goto(chain)),
        Target::Undefined => then(Then::NextOrEnd),
        // Its own options may be what could not be read.
        Target::Extension(_) if line.broken => then(Then::NextOrEnd),
        Target::Extension(id) => {
            let args = ruleset.dump.args_of(line);
            let own = || args.iter().filter(|arg| arg.extension().role == Role::Target);
            let source = ruleset.dump.source;
            match id.extension().name {
                "MARK" => Action {
                    writes: own().filter_map(|arg| set_bits(Field::MARK, arg, source)).collect(),
                    then: Then::Next,
                },
                "REJECT" => then(Then::End(Verdict::Reject)),
                "LOG" | "NFLOG" | "TRACE" | "AUDIT" => then(Then::Next),
                "DNAT" | "REDIRECT" => then(Then::End(Verdict::Translate(Nat::Destination))),
                "SNAT" | "MASQUERADE" => then(Then::End(Verdict::Translate(Nat::Source))),
                "NETMAP" => then(Then::End(Verdict::Translate(Nat::ByHook))),
                _ => then(Then::NextOrEnd),
            }
        }
    }
}

/// `--set-xmark value/mask` clears the bits of the mask and flips those of the value; the others are the same in other
/// words. Source: `mark_tg()` of `xt_mark.c`, `libxt_MARK.c`.
fn set_bits(field: Field, arg: &Arg, source: &[u8]) -> Option<Write> {
    let Value::Masked { value, mask } = arg.value(source) else { return Some(Write::Anything(field)) };
    let (cleared, xor) = match arg.spec()?.name {
        "set-xmark" => (mask, value),
        "set-mark" => (mask | value, value),
        "and-mark" => (!value, 0),
        "or-mark" => (value, value),
        "xor-mark" => (0, value),
        _ => return Some(Write::Anything(field)),
    };
    Some(Write::Bits { field, and: !cleared, xor })
}
