//! Matches and targets as data: one room each, one table of options per room.
//!
//! A line in the list below declares the room and registers it, with the page beside it; reading,
//! printing and the manual are all derived from it.

pub(crate) mod check;
pub mod core;
mod place;
mod unmodelled;

pub use check::{Check, Given};
pub use place::{Particular, Place, Refusal, particular};

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::{tree::Family, value::Kind};

macro_rules! extensions {
    ($($room:ident),* $(,)?) => {
        $(mod $room;)*
        /// Every extension whose options are read one by one. The first is [`core`].
        static MODELLED: &[&Extension] = &[&core::EXTENSION, $(&$room::EXTENSION),*];
        /// The pages of [`MODELLED`], in the same order.
        static PAGES: &[&str] = &[
            include_str!("extensions/core.md"),
            $(include_str!(concat!("extensions/", stringify!($room), ".md"))),*
        ];
    };
}

extensions! {
    addrtype,
    ah,
    ah6,
    arp_classify_target,
    arp_mangle_target,
    arp_mark_target,
    audit_target,
    bpf,
    bridge_802_3,
    bridge_among,
    bridge_arp,
    bridge_arpreply_target,
    bridge_dnat_target,
    bridge_ip,
    bridge_ip6,
    bridge_limit,
    bridge_log,
    bridge_mark,
    bridge_mark_target,
    bridge_nflog,
    bridge_pkttype,
    bridge_redirect_target,
    bridge_snat_target,
    bridge_stp,
    bridge_string,
    bridge_ulog,
    bridge_vlan,
    cgroup,
    checksum_target,
    classify_target,
    cluster,
    clusterip_target,
    comment,
    connbytes,
    connlabel,
    connlimit,
    connmark,
    connmark_target,
    connsecmark_target,
    conntrack,
    cpu,
    ct_target,
    dccp,
    devgroup,
    dnat_target,
    dnpt_target,
    dscp,
    dscp_target,
    dst,
    ecn,
    ecn_target,
    esp,
    eui64,
    frag,
    hashlimit,
    hbh,
    helper,
    hl,
    hl_target,
    hmark_target,
    icmp,
    icmp6,
    idletimer_target,
    ipcomp,
    iprange,
    ipv6header,
    ipvs,
    led_target,
    length,
    limit,
    log_target,
    mac,
    mark,
    mark_target,
    masquerade_target,
    mh,
    mirror_target,
    multiport,
    netmap_target,
    nfacct,
    nflog_target,
    nfqueue_target,
    notrack_target,
    osf,
    owner,
    physdev,
    pkttype,
    policy,
    quota,
    rateest,
    rateest_target,
    realm,
    recent,
    redirect_target,
    reject_target,
    rpfilter,
    rt,
    sctp,
    secmark_target,
    set,
    set_target,
    snat_target,
    snpt_target,
    socket,
    srh,
    state,
    statistic,
    string,
    synproxy_target,
    tcp,
    tcpmss,
    tcpmss_target,
    tcpoptstrip_target,
    tee_target,
    time,
    tos,
    tos_target,
    tproxy_target,
    trace_target,
    ttl,
    ttl_target,
    u32,
    udp,
    ulog_target,
}

/// A match, a target, or the options that every rule has.
#[derive(Debug)]
pub struct Extension {
    /// As it stands behind `-m` or `-j`.
    pub name: &'static str,
    /// What it is.
    pub role: Role,
    /// For which programs.
    pub families: Families,
    /// Its options, in the order in which they are printed.
    pub options: &'static [OptionSpec],
    /// What it demands beyond its single options.
    pub checks: &'static [Check],
    /// How `-save` writes its options, where it does not write them one by one: each with a blank in front.
    pub saved: Option<fn(&Given<'_>, &mut Vec<u8>)>,
    /// What it demands of the place of its rule.
    pub places: &'static [Place],
    /// What it is refused for wherever its rule stands.
    pub refusals: &'static [Refusal],
    /// Its options are not known one by one but kept word for word.
    pub verbatim: bool,
}

impl Extension {
    const fn new(name: &'static str, role: Role, families: Families, options: &'static [OptionSpec]) -> Self {
        Self {
            name,
            role,
            families,
            options,
            checks: &[],
            saved: None,
            places: &[],
            refusals: &[],
            verbatim: false,
        }
    }

    /// The options that every rule has.
    const fn core(options: &'static [OptionSpec]) -> Self {
        Self::new("", Role::Core, Families::ALL, options)
    }

    /// A match with these options.
    const fn matching(name: &'static str, families: Families, options: &'static [OptionSpec]) -> Self {
        Self::new(name, Role::Match, families, options)
    }

    /// A target with these options.
    const fn target(name: &'static str, families: Families, options: &'static [OptionSpec]) -> Self {
        Self::new(name, Role::Target, families, options)
    }

    /// With these demands.
    const fn checks(mut self, checks: &'static [Check]) -> Self {
        self.checks = checks;
        self
    }

    /// In these places only.
    const fn places(mut self, places: &'static [Place]) -> Self {
        self.places = places;
        self
    }

    /// Refused for this.
    const fn refusals(mut self, refusals: &'static [Refusal]) -> Self {
        self.refusals = refusals;
        self
    }

    /// Whether the kernel takes it in some places only, or not whatever its options.
    fn is_particular(&self) -> bool {
        !self.places.is_empty() || !self.refusals.is_empty()
    }

    /// Saved as a whole by this.
    const fn saved(mut self, saved: fn(&Given<'_>, &mut Vec<u8>)) -> Self {
        self.saved = Some(saved);
        self
    }
}

/// What an extension is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// The options that every rule has.
    Core,
    /// Stands behind `-m`; for ebtables it stands for itself.
    Match,
    /// Stands behind `-j`.
    Target,
}

/// A set of [`Family`]s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Families(u8);

impl Families {
    /// iptables.
    pub const V4: Self = Self(1);
    /// ip6tables.
    pub const V6: Self = Self(2);
    /// ebtables.
    pub const BRIDGE: Self = Self(4);
    /// arptables.
    pub const ARP: Self = Self(8);
    /// iptables and ip6tables.
    pub const IP: Self = Self(3);
    /// All.
    pub const ALL: Self = Self(15);

    /// Both sets together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether this family is among them.
    pub const fn has(self, family: Family) -> bool {
        self.0 & (1 << family as u8) != 0
    }
}

/// An option: all that reading and printing need to know.
#[derive(Debug)]
pub struct OptionSpec {
    /// The long name without its dashes.
    pub name: &'static str,
    /// Other long names.
    pub aliases: &'static [&'static str],
    /// The letter behind one dash.
    pub short: Option<u8>,
    /// What it takes.
    pub kind: Kind,
    /// Whether a `!` may stand with it.
    pub negatable: bool,
    /// Whether it may be given more than once.
    pub repeats: bool,
    /// For which programs.
    pub families: Families,
    /// How `-save` writes it, where that is not the name and the value as they are.
    pub saved: Saved,
    /// The value that `-save` writes where the option is not given.
    pub always: Option<&'static str>,
}

/// How `-save` writes an option.
#[derive(Clone, Copy, Debug)]
pub enum Saved {
    /// By its name and value.
    AsRead,
    /// As other words.
    As(fn(&crate::Value<'_>, &mut Vec<u8>)),
    /// By its name, and the value as this writes it.
    Value(fn(&crate::Value<'_>, &mut Vec<u8>)),
    /// Not at all, if its value says nothing.
    Unless(fn(&crate::Value<'_>) -> bool),
}

impl OptionSpec {
    /// An option that takes this.
    pub(crate) const fn new(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            aliases: &[],
            short: None,
            kind,
            negatable: false,
            repeats: false,
            families: Families::ALL,
            saved: Saved::AsRead,
            always: None,
        }
    }

    /// With other names.
    const fn aliases(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    /// With a letter.
    const fn short(mut self, letter: u8) -> Self {
        self.short = Some(letter);
        self
    }

    /// With an opposite.
    const fn not(mut self) -> Self {
        self.negatable = true;
        self
    }

    /// Given as often as one likes.
    const fn repeats(mut self) -> Self {
        self.repeats = true;
        self
    }

    /// For these programs only.
    const fn only(mut self, families: Families) -> Self {
        self.families = families;
        self
    }

    /// Saved otherwise than it was read.
    const fn saved(mut self, saved: Saved) -> Self {
        self.saved = saved;
        self
    }

    /// Saved with this value where it is not given.
    const fn always(mut self, value: &'static str) -> Self {
        self.always = Some(value);
        self
    }

    fn begins_with(&self, start: &[u8]) -> bool {
        let begins = |name: &&str| name.as_bytes().starts_with(start);
        begins(&self.name) || self.aliases.iter().any(begins)
    }
}

/// Which extension: an index into the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExtensionId(u16);

impl ExtensionId {
    /// The options that every rule has.
    pub(crate) const CORE: Self = Self(0);

    /// Its number among [`all`], from 0.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// What it is.
    pub fn extension(self) -> &'static Extension {
        let index = self.index();
        let unmodelled = || unmodelled::EXTENSIONS.get(index.checked_sub(MODELLED.len())?);
        match MODELLED.get(index) {
            Some(extension) => extension,
            None => unmodelled().unwrap_or(&core::EXTENSION),
        }
    }

    /// Its page of the manual, in Markdown: a paragraph, a list with a line for each option, then the sections
    /// *Where*, *Saved*, *Pitfalls* and *See also*. `None` for what is kept word for word.
    pub fn page(self) -> Option<&'static str> {
        PAGES.get(usize::from(self.0)).copied()
    }

    /// An unknown option of it.
    pub(crate) fn verbatim_option(self) -> OptionId {
        OptionId(self.0 << OPTION_BITS | OPTION_MASK)
    }

    fn option(self, index: usize) -> OptionId {
        let index = u16::try_from(index).unwrap_or(OPTION_MASK).min(OPTION_MASK);
        OptionId(self.0 << OPTION_BITS | index)
    }

    /// The options whose names begin so.
    pub(crate) fn beginning(self, name: &[u8], family: Family) -> impl Iterator<Item = OptionId> {
        let options = self.extension().options.iter().enumerate();
        options
            .filter(move |(_, option)| option.begins_with(name) && option.families.has(family))
            .map(move |(index, _)| self.option(index))
    }
}

const OPTION_BITS: u32 = 6;
const OPTION_MASK: u16 = (1 << OPTION_BITS) - 1;

/// Which option of which extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OptionId(u16);

impl OptionId {
    const fn core(index: u16) -> Self {
        Self(index)
    }

    /// The number of an option in its extension's table, the order in which it is printed.
    pub fn index(self) -> usize {
        usize::from(self.0 & OPTION_MASK)
    }

    /// The extension's id.
    pub fn extension_id(self) -> ExtensionId {
        ExtensionId(self.0 >> OPTION_BITS)
    }

    /// The extension.
    pub fn extension(self) -> &'static Extension {
        self.extension_id().extension()
    }

    /// The option; `None` for an unknown option of an extension that is kept word for word.
    pub fn spec(self) -> Option<&'static OptionSpec> {
        self.extension().options.get(self.index())
    }
}

/// Every extension there is, modelled or not.
pub fn all() -> impl Iterator<Item = &'static Extension> {
    MODELLED.iter().copied().chain(unmodelled::EXTENSIONS)
}

/// The ids of every extension, in the order of [`all`].
pub fn ids() -> impl Iterator<Item = ExtensionId> {
    all().zip(0..).map(|(_, index)| ExtensionId(index))
}

type Key = (&'static [u8], Role);

static BY_NAME: LazyLock<FxHashMap<Key, Vec<ExtensionId>>> = LazyLock::new(|| {
    let mut by_name: FxHashMap<Key, Vec<ExtensionId>> = FxHashMap::default();
    for (extension, index) in all().zip(0..) {
        let key = (extension.name.as_bytes(), extension.role);
        by_name.entry(key).or_default().push(ExtensionId(index));
    }
    by_name
});

/// The match or target of this name for this program.
pub fn by_name(role: Role, name: &[u8], family: Family) -> Option<ExtensionId> {
    let named = BY_NAME.get(&(name, role))?;
    named.iter().copied().find(|id| id.extension().families.has(family))
}

/// What `-m` loads for this program; the one that is not known where nobody here has heard of it.
pub fn match_named(name: &[u8], family: Family) -> ExtensionId {
    by_name(Role::Match, match_name(name, family), family).unwrap_or_else(|| unknown(Role::Match))
}

/// The name that a match is saved by: ip6tables knows its ICMP match by three.
pub(crate) fn match_name(name: &[u8], family: Family) -> &[u8] {
    match name {
        b"icmpv6" | b"ipv6-icmp" if family == Family::Ipv6 => b"icmp6",
        name => name,
    }
}

static BY_OPTION: LazyLock<FxHashMap<&'static [u8], Vec<OptionId>>> = LazyLock::new(|| {
    let mut by_name: FxHashMap<&'static [u8], Vec<OptionId>> = FxHashMap::default();
    for (extension, index) in all().zip(0..) {
        let id = ExtensionId(index);
        for (number, option) in extension.options.iter().enumerate() {
            for name in [option.name].iter().chain(option.aliases) {
                by_name.entry(name.as_bytes()).or_default().push(id.option(number));
            }
        }
    }
    by_name
});

/// All options of exactly this long name, in the order of the extensions.
pub(crate) fn options_named(name: &[u8]) -> &'static [OptionId] {
    BY_OPTION.get(name).map_or(&[], Vec::as_slice)
}

/// The options of every rule by their letters, for each program.
static BY_LETTER: LazyLock<[[Option<OptionId>; 128]; Family::ALL.len()]> = LazyLock::new(|| {
    Family::ALL.map(|family| {
        let options = core::EXTENSION.options.iter().enumerate();
        let mut by_letter = [None; 128];
        for (number, option) in options.filter(|(_, option)| option.families.has(family)) {
            let letter = option.short.and_then(|letter| by_letter.get_mut(usize::from(letter)));
            if let Some(place) = letter {
                *place = Some(ExtensionId::CORE.option(number));
            }
        }
        by_letter
    })
});

/// The option of every rule that has this letter for this program.
pub(crate) fn core_option(letter: u8, family: Family) -> Option<OptionId> {
    BY_LETTER.get(family as usize)?.get(usize::from(letter)).copied().flatten()
}

/// A program that has a match or target of this name, though not the one whose rules these are.
pub(crate) fn other_family(role: Role, name: &[u8]) -> Option<Family> {
    Family::ALL.into_iter().find(|&family| by_name(role, name, family).is_some())
}

/// A match or target that nobody here has heard of.
pub(crate) fn unknown(role: Role) -> ExtensionId {
    by_name(role, unmodelled::UNKNOWN.as_bytes(), Family::Ipv4).unwrap_or(ExtensionId::CORE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_lead_back_to_their_extensions() {
        for (extension, index) in all().zip(0..) {
            assert_eq!(ExtensionId(index).extension().name, extension.name);
            assert!(extension.options.len() < usize::from(OPTION_MASK), "{}", extension.name);
            assert!(!extension.verbatim || extension.options.is_empty(), "{}", extension.name);
        }
        assert!(all().count() < 1 << (16 - OPTION_BITS));
    }

    #[test]
    fn no_program_has_two_extensions_of_one_name_and_role() {
        for id in BY_NAME.values().flatten() {
            let extension = id.extension();
            for family in [Family::Ipv4, Family::Ipv6, Family::Bridge, Family::Arp] {
                let found = by_name(extension.role, extension.name.as_bytes(), family);
                assert!(!extension.families.has(family) || found == Some(*id), "{}", extension.name);
            }
        }
    }

    #[test]
    fn core_options_stand_where_their_constants_say() {
        let named = |id: OptionId, name| assert_eq!(id.spec().map(|spec| spec.name), Some(name));
        named(core::PROTOCOL, "protocol");
        named(core::SOURCE, "source");
        named(core::DESTINATION, "destination");
        named(core::IN_INTERFACE, "in-interface");
        named(core::OUT_INTERFACE, "out-interface");
        named(core::LOGICAL_IN, "logical-in");
        named(core::LOGICAL_OUT, "logical-out");
        named(core::FRAGMENT, "fragment");
        named(core::MATCH, "match");
        named(core::JUMP, "jump");
        named(core::GOTO, "goto");
        named(core::COUNTERS, "set-counters");
        named(core::IPV4, "ipv4");
        named(core::IPV6, "ipv6");
        named(core::SOURCE_MAC, "src-mac");
        named(core::DESTINATION_MAC, "dst-mac");
        named(core::LENGTH, "h-length");
        named(core::OPERATION, "opcode");
        named(core::HARDWARE, "h-type");
        named(core::PROTOCOL_TYPE, "proto-type");
    }
}
