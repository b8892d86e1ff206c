//! What happens to a packet that matches.

mod bridge;
mod headers;
mod marks;
mod tracking;

use fwlint_model::{
    ChainId, RuleId, Target,
    syntax::{
        Arg, Family, Value,
        extensions::{Extension, Role},
    },
};
use fwlint_packet::{Field, Term};
use smallvec::{SmallVec, smallvec};

use crate::world::World;

/// What a rule does with a packet that matches: it writes, and then sends it somewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Action {
    /// What it writes, in order.
    pub writes: SmallVec<[Write; 1]>,
    /// To which packets it writes, where that is not to all.
    pub only: Option<Term>,
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
    /// A socket of this host takes it, whatever its address; where none does, it is thrown away.
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
    /// `field = (field & and) ^ xor`; of a choice, `and` is 0 and `xor` the alternative.
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

/// Targets that may do anything as far as is known here, each with the reason. So may those whose options are not known.
pub const NOT_LOOKED_INTO: &[(&str, &str)] = &[
    ("CLUSTERIP", "which node answers for a packet depends on the other nodes, and Linux has lost it"),
    ("MIRROR", "Linux lost it long ago"),
];

/// The options of one use of a target.
#[derive(Debug)]
pub(super) struct Use<'d> {
    args: &'d [Arg],
    source: &'d [u8],
}

/// Says what one use of a target does.
pub(super) type Room = fn(&Use<'_>) -> Action;

/// The room of a target; `None` if there is none.
pub(super) fn room(extension: &Extension, family: Family) -> Option<Room> {
    Some(match extension.name {
        "AUDIT" | "CHECKSUM" | "CONNSECMARK" | "IDLETIMER" | "LED" | "LOG" | "NFLOG" | "RATEEST"
        | "SECMARK" | "TEE" | "TRACE" | "ULOG" => |_| Action::default(),
        "MARK" | "mark" if family == Family::Bridge => bridge::mark,
        "MARK" => marks::mark,
        "CONNMARK" => marks::connmark,
        "HMARK" => |_| Action::writing(Write::Anything(Field::MARK)),
        "CLASSIFY" => marks::classify,
        "SET" => marks::set,
        "CT" => tracking::ct,
        "NOTRACK" => |_| tracking::notrack(),
        "REJECT" => |_| Action::ending(Verdict::Reject),
        "NFQUEUE" => |_| Action::ending(Verdict::Queue),
        "TPROXY" => marks::tproxy,
        // A packet of a handshake ends here, others go on.
        "SYNPROXY" => |_| Action { then: Then::NextOrEnd, ..Action::default() },
        "DNAT" | "REDIRECT" => |_| Action::ending(Verdict::Translate(Nat::Destination)),
        "SNAT" | "MASQUERADE" => |_| Action::ending(Verdict::Translate(Nat::Source)),
        "NETMAP" => |_| Action::ending(Verdict::Translate(Nat::ByHook)),
        "DNPT" => |_| tracking::prefix(Field::DST),
        "SNPT" => |_| tracking::prefix(Field::SRC),
        "DSCP" | "TOS" => headers::tos,
        "ECN" => headers::ecn,
        "HL" | "TTL" => headers::ttl,
        // What they write is in no field, but for the option that makes the packet longer.
        "TCPMSS" => |_| Action::writing(Write::Anything(Field::LENGTH)),
        "TCPOPTSTRIP" => |_| Action::default(),
        "arpreply" => bridge::arpreply,
        "dnat" => bridge::dnat,
        "redirect" => bridge::redirect,
        "snat" => bridge::snat,
        "mangle" => bridge::mangle,
        _ => return None,
    })
}

/// What a rule does with a packet that matches. `copy` is one of the rules that its line stands for; without it, a packet
/// may meet several of them.
pub(super) fn action(world: &World<'_, '_>, rule: RuleId, copy: Option<u32>) -> Action {
    let ruleset = world.ruleset;
    let line = ruleset.line(rule);
    let content = &ruleset.rules[rule];
    let then = match content.target {
        Target::None | Target::Continue => Then::Next,
        Target::Accept => Then::End(Verdict::Accept),
        Target::Drop => Then::End(Verdict::Drop),
        Target::Queue => Then::End(Verdict::Queue),
        Target::Return => Then::Return,
        Target::Jump(chain) => Then::Jump(chain),
        Target::Goto(chain) => Then::Goto(chain),
        Target::Undefined => return Action::unknown(),
        // Its own options may be what could not be read.
        Target::Extension(_) if line.broken => return Action::unknown(),
        Target::Extension(id) => {
            let this = Use { args: ruleset.dump.args_of(line), source: ruleset.dump.source };
            let room = room(id.extension(), ruleset.family);
            let mut action = room.map_or_else(Action::unknown, |room| room(&this));
            for write in &mut action.writes {
                if let Write::Copy { from, to, .. } = *write
                    && world.is_touched(from)
                {
                    *write = Write::Anything(to);
                }
            }
            if copy.is_none() && (content.copies > 1 || content.is_part) {
                action.writes.iter_mut().for_each(Write::repeat);
            }
            return action;
        }
    };
    Action { then, ..Action::default() }
}

impl Action {
    /// Writes this, and goes on.
    fn writing(write: Write) -> Self {
        Self { writes: smallvec![write], ..Self::default() }
    }

    /// Ends here.
    fn ending(verdict: Verdict) -> Self {
        Self { then: Then::End(verdict), ..Self::default() }
    }

    /// Nobody knows.
    fn unknown() -> Self {
        let writes = Field::ALL.iter().map(|&field| Write::Anything(field)).collect();
        Self { writes, only: None, then: Then::NextOrEnd }
    }
}

impl Write {
    /// The field has this value then.
    const fn constant(field: Field, value: u32) -> Self {
        Self::Bits { field, and: 0, xor: value }
    }

    /// What is written.
    pub const fn field(self) -> Field {
        let (Self::Bits { field, .. } | Self::Copy { to: field, .. } | Self::Anything(field)) = self;
        field
    }

    /// What comes out where it may be done more than once.
    fn repeat(&mut self) {
        match *self {
            Self::Bits { field, and, xor } if and & xor != 0 => *self = Self::Anything(field),
            Self::Copy { to, from_mask, to_mask, .. } if from_mask & !to_mask != 0 => {
                *self = Self::Anything(to);
            }
            Self::Bits { .. } | Self::Copy { .. } | Self::Anything(_) => {}
        }
    }
}

impl<'d> Use<'d> {
    /// The options by name, each with its value.
    fn options(&self) -> impl Iterator<Item = (&'static str, Value<'d>)> {
        let own = self.args.iter().filter(|arg| arg.extension().role == Role::Target);
        own.filter_map(|arg| Some((arg.spec()?.name, arg.value(self.source))))
    }

    /// The value of the option of this name.
    fn option(&self, name: &str) -> Option<Value<'d>> {
        self.options().find(|(own, _)| *own == name).map(|(_, value)| value)
    }
}
