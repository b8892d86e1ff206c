//! What is given besides the rules themselves: the terms on which a rule has its meaning.

use fwlint_model::{
    Fields, Node, RuleId, Ruleset, TableId, Target, match_writes,
    syntax::{
        Arg, Backend, Value,
        extensions::{Role, core},
    },
    target_writes,
};

use fwlint_packet::Field;

use crate::devices::Devices;

/// A rule set, and what is given besides it.
#[derive(Debug)]
pub struct World<'a, 'd> {
    /// The rules.
    pub ruleset: &'a Ruleset<'d>,
    /// Which half of the kernel runs them.
    pub backend: Backend,
    /// Whether connections are tracked where these rules run.
    pub tracking: Tracking,
    /// Whether a rule says of packets that they are not to be tracked. Those that come back over `lo` then are not put
    /// together where others are. Source: `ipv4_conntrack_defrag()` of the kernel's `nf_defrag_ipv4.c`.
    pub has_untracked: bool,
    /// Whether a test of `ecn` looks at flags of TCP.
    pub has_flags_of_ecn: bool,
    /// The devices that the rules tell apart.
    pub devices: Devices,
    /// The machine that they were taken from, as far as that is known.
    pub node: Option<&'a Node<'d>>,
    /// What the targets and matches of each table write.
    written: Vec<(TableId, Fields)>,
    /// Fields that matches write, whether or not the packet passes. Where there are any, nothing is known of them.
    touched: Vec<Field>,
}

/// Whether connections are tracked. Source: the kernel attaches tracking to a network namespace when a rule asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tracking {
    /// A rule of these needs it.
    On,
    /// None of these rules needs it, but something else on the machine may.
    Unknown,
}

impl<'a, 'd> World<'a, 'd> {
    /// The world of a rule set that runs on this backend.
    pub fn new(ruleset: &'a Ruleset<'d>, backend: Backend, node: Option<&'a Node<'d>>) -> Self {
        let dump = ruleset.dump;
        let args = || ruleset.rules.ids().flat_map(|rule| dump.args_of(ruleset.line(rule)));
        let devices = Devices::new(args().filter(|arg| names_device(arg)).filter_map(|arg| {
            let words = arg.value_span().of(dump.source);
            // A name is hardly ever quoted, and then needs no copy to compare.
            Some(words).filter(|words| !words.starts_with(b"\""))
        }));
        let mut written: Vec<_> = ruleset.tables.ids().map(|table| (table, Fields::NONE)).collect();
        for (id, rule) in ruleset.rules.iter() {
            let by_target = match rule.target {
                Target::Extension(id) => target_writes(id.extension().name),
                Target::Undefined => Fields::ALL,
                _ => Fields::NONE,
            };
            let args = dump.args_of(ruleset.line(id)).iter();
            let fields = args.map(match_writes).fold(by_target, Fields::and);
            if fields == Fields::NONE {
                continue;
            }
            let table = ruleset.chains[rule.chain].table;
            if let Some((_, all)) = written.iter_mut().find(|(id, _)| *id == table) {
                *all = all.and(fields);
            }
        }
        let untracks = |rule: RuleId| untracks(ruleset.rules[rule].target, dump.args_of(ruleset.line(rule)));
        let tracks = |rule: RuleId| tracks(ruleset.rules[rule].target) && !untracks(rule);
        let tracking = if args().any(needs_tracking) || ruleset.rules.ids().any(tracks) {
            Tracking::On
        } else {
            Tracking::Unknown
        };
        let has_flags_of_ecn = args().any(is_flag_of_ecn);
        let has_untracked = ruleset.rules.ids().any(untracks);
        let mut touched: Vec<_> = args().flat_map(|arg| touched_by(match_writes(arg))).copied().collect();
        touched.dedup();
        Self { ruleset, backend, tracking, has_untracked, has_flags_of_ecn, devices, node, written, touched }
    }

    /// What the targets and matches of a table write.
    pub fn written_in(&self, table: TableId) -> Fields {
        let written = self.written.iter().find(|(id, _)| *id == table);
        written.map_or(Fields::ALL, |&(_, fields)| fields)
    }

    /// Whether a rule of any table may write one of these.
    pub fn writes(&self, fields: Fields) -> bool {
        self.written.iter().any(|&(_, written)| written.overlaps(fields))
    }

    /// Whether matches write any field, whether or not the packet passes.
    pub(crate) fn touches_any(&self) -> bool {
        !self.touched.is_empty()
    }

    /// Whether matches write the field, whether or not the packet passes.
    pub(crate) fn is_touched(&self, field: Field) -> bool {
        self.touched.contains(&field)
    }

    /// The devices that the words of an option stand for.
    pub fn devices(&self, value: &Value<'_>) -> Option<fwlint_packet::Values> {
        let Value::Text(pattern) = value else { return None };
        Some(self.devices.matching(pattern))
    }
}

/// What of these a match may write. Of what depends on addresses, that is the packet's type.
fn touched_by(fields: Fields) -> &'static [Field] {
    match fields {
        Fields::NONE => &[],
        Fields::MARK => &[Field::MARK],
        _ => &[Field::PACKET_TYPE],
    }
}

fn names_device(arg: &Arg) -> bool {
    match arg.extension().role {
        Role::Core => {
            matches!(
                arg.id(),
                core::IN_INTERFACE | core::OUT_INTERFACE | core::LOGICAL_IN | core::LOGICAL_OUT
            )
        }
        Role::Match => {
            arg.extension().name == "physdev"
                && arg.spec().is_some_and(|spec| matches!(spec.name, "physdev-in" | "physdev-out"))
        }
        Role::Target => false,
    }
}

fn is_flag_of_ecn(arg: &Arg) -> bool {
    let extension = arg.extension();
    extension.role == Role::Match
        && extension.name == "ecn"
        && arg.spec().is_some_and(|spec| spec.name.starts_with("ecn-tcp"))
}

/// Whether the kernel tracks connections for the sake of this test.
fn needs_tracking(arg: &Arg) -> bool {
    let extension = arg.extension();
    extension.role == Role::Match
        && matches!(
            extension.name,
            "cluster"
                | "connbytes"
                | "connlabel"
                | "connlimit"
                | "connmark"
                | "conntrack"
                | "helper"
                | "state"
        )
}

/// Whether the kernel tracks connections for the sake of this target.
fn tracks(target: Target) -> bool {
    let Target::Extension(id) = target else { return false };
    matches!(
        id.extension().name,
        "CONNMARK"
            | "CONNSECMARK"
            | "CT"
            | "DNAT"
            | "MASQUERADE"
            | "NETMAP"
            | "REDIRECT"
            | "SNAT"
            | "SYNPROXY"
    )
}

/// Whether a target says that a packet is not to be tracked. For its sake alone nothing is tracked: the kernel takes it before
/// it asks for tracking. Source: `xt_ct_tg_check()` and `notrack_chk()` of `xt_CT.c`.
fn untracks(target: Target, args: &[Arg]) -> bool {
    let Target::Extension(id) = target else { return false };
    let is_notrack = |arg: &Arg| {
        arg.extension().role == Role::Target && arg.spec().is_some_and(|spec| spec.name == "notrack")
    };
    match id.extension().name {
        "NOTRACK" => true,
        "CT" => args.iter().any(is_notrack),
        _ => false,
    }
}
