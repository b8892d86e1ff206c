//! One machine's state beside its rules: sets, routing, interfaces, virtual servers, kernel parameters, and
//! what Kubernetes wants of it. Everything says in which companion it stands, and where.

mod kind;
mod kubernetes;
mod routing;

use fwlint_syntax::{
    Family,
    companions::{
        Entry, Interfaces, Misread, Reading, Routes, RoutingRule, Set, Sets, Setting, VirtualServers,
        ip_addr, ip_route, ip_rule, ipset_save, ipvsadm_save, sysctl,
    },
};
use rustc_hash::FxHashMap;

use crate::{Arena, CompanionId};

pub use kind::Kind;
pub use kubernetes::{
    ContainerPort, Endpoint, EndpointPort, EndpointSlice, KubernetesNode, Object, Pod, Service, ServiceKind,
    ServicePort, TargetPort,
};
pub use routing::{NodeRoute, table_number};

/// A file beside the dumps, read.
#[derive(Clone, Debug)]
pub struct Companion<'d> {
    /// The text that its spans point into.
    pub source: &'d [u8],
    /// The family that its name tells, where the text does not.
    pub family: Option<Family>,
    /// What it says.
    pub content: Content<'d>,
    /// What could not be read, in order.
    pub errors: Vec<Misread>,
    /// How many more errors there were.
    pub errors_omitted: usize,
}

/// What a companion says.
#[derive(Clone, Debug)]
pub enum Content<'d> {
    /// `ipset save`.
    Sets(Sets<'d>),
    /// `ip rule`.
    RoutingRules(Vec<RoutingRule<'d>>),
    /// `ip route show`.
    Routes(Routes<'d>),
    /// `ip addr`.
    Interfaces(Interfaces<'d>),
    /// `ipvsadm-save -n`.
    VirtualServers(VirtualServers<'d>),
    /// `sysctl -a`.
    Settings(Vec<Setting<'d>>),
    /// `kubectl get -o json`.
    Kubernetes(Vec<Object>),
}

impl<'d> Companion<'d> {
    /// A companion of what was read of it.
    pub fn new(source: &'d [u8], family: Option<Family>, reading: Reading<Content<'d>>) -> Self {
        let Reading { content, errors, errors_omitted } = reading;
        Self { source, family, content, errors, errors_omitted }
    }

    /// Reads a text; `None` for JSON, which whoever has the file must read.
    pub fn read(source: &'d [u8], kind: Kind, family: Option<Family>) -> Option<Self> {
        let reading = match kind {
            Kind::Sets => ipset_save(source).map(Content::Sets),
            Kind::RoutingRules => ip_rule(source).map(Content::RoutingRules),
            Kind::Routes => ip_route(source).map(Content::Routes),
            Kind::Interfaces => ip_addr(source).map(Content::Interfaces),
            Kind::VirtualServers => ipvsadm_save(source).map(Content::VirtualServers),
            Kind::Settings => sysctl(source).map(Content::Settings),
            Kind::Kubernetes => return None,
        };
        Some(Self::new(source, family, reading))
    }
}

/// One machine's state beside its rules.
#[derive(Debug, Default)]
pub struct Node<'d> {
    /// The files it was read from.
    pub companions: Arena<CompanionId, Companion<'d>>,
    /// Where the set of each name stands: the companion, and the index in it.
    sets: FxHashMap<&'d [u8], (CompanionId, usize)>,
}

/// A set of a node.
#[derive(Clone, Copy, Debug)]
pub struct NodeSet<'n, 'd> {
    /// Where it stands.
    pub companion: CompanionId,
    /// The set.
    pub set: &'n Set<'d>,
    /// The text that its spans point into.
    pub source: &'d [u8],
    all: &'n Sets<'d>,
}

impl<'n> NodeSet<'n, '_> {
    /// Its entries, in order.
    pub fn entries(self) -> &'n [Entry] {
        self.all.entries.get(self.set.entries.clone()).unwrap_or_default()
    }
}

impl<'d> Node<'d> {
    /// The node that these companions tell of.
    pub fn new(companions: impl IntoIterator<Item = Companion<'d>>) -> Self {
        let companions: Arena<CompanionId, _> = companions.into_iter().collect();
        let mut sets = FxHashMap::default();
        for (id, companion) in companions.iter() {
            if let Content::Sets(content) = &companion.content {
                for (index, set) in content.sets.iter().enumerate() {
                    sets.entry(set.name).or_insert((id, index));
                }
            }
        }
        Self { companions, sets }
    }

    /// The companions with what was asked for.
    fn all<'n, T: 'n>(
        &'n self,
        content: impl Fn(&'n Content<'d>) -> Option<&'n T>,
    ) -> impl Iterator<Item = (CompanionId, &'n Companion<'d>, &'n T)> {
        self.companions
            .iter()
            .filter_map(move |(id, companion)| Some((id, companion, content(&companion.content)?)))
    }

    /// Whether its sets are known.
    pub fn knows_sets(&self) -> bool {
        self.companions.iter().any(|(_, companion)| matches!(companion.content, Content::Sets(_)))
    }

    /// All sets, in order.
    pub fn sets(&self) -> impl Iterator<Item = NodeSet<'_, 'd>> {
        let sets = self.all(|content| if let Content::Sets(sets) = content { Some(sets) } else { None });
        sets.flat_map(|(companion, Companion { source, .. }, all)| {
            all.sets.iter().map(move |set| NodeSet { companion, set, source, all })
        })
    }

    /// The set of this name.
    pub fn set(&self, name: &[u8]) -> Option<NodeSet<'_, 'd>> {
        let &(companion, index) = self.sets.get(name)?;
        let Companion { source, content: Content::Sets(all), .. } = &self.companions[companion] else {
            return None;
        };
        Some(NodeSet { companion, set: all.sets.get(index)?, source, all })
    }

    /// The interfaces with their addresses, for each companion that tells.
    pub fn interfaces(&self) -> impl Iterator<Item = (CompanionId, &Interfaces<'d>)> {
        let all = self.all(|content| if let Content::Interfaces(all) = content { Some(all) } else { None });
        all.map(|(id, _, interfaces)| (id, interfaces))
    }

    /// IPVS' virtual and real servers, for each companion that tells.
    pub fn virtual_servers(&self) -> impl Iterator<Item = (CompanionId, &VirtualServers<'d>)> {
        let all =
            self.all(|content| if let Content::VirtualServers(all) = content { Some(all) } else { None });
        all.map(|(id, _, servers)| (id, servers))
    }

    /// A kernel parameter, as the last line has it that sets it: `net.ipv4.ip_forward`.
    pub fn setting(&self, key: &[u8]) -> Option<(CompanionId, Setting<'d>)> {
        let all = self.all(|content| if let Content::Settings(all) = content { Some(all) } else { None });
        let found = all.filter_map(|(id, _, settings)| {
            Some((id, *settings.iter().rfind(|setting| setting.key == key)?))
        });
        found.last()
    }

    /// What Kubernetes has, in order.
    pub fn objects(&self) -> impl Iterator<Item = (CompanionId, &Object)> {
        let all = self.all(|content| if let Content::Kubernetes(all) = content { Some(all) } else { None });
        all.flat_map(|(id, _, objects)| objects.iter().map(move |object| (id, object)))
    }
}

#[cfg(test)]
mod tests {
    use fwlint_syntax::companions::Part;

    use super::*;

    fn read(source: &str, kind: Kind, family: Option<Family>) -> Companion<'_> {
        Companion::read(source.as_bytes(), kind, family).unwrap()
    }

    #[test]
    fn sets_are_found_by_name_with_what_is_in_them() {
        let node = Node::new([
            read("create a hash:ip\nadd a 192.0.2.1\ncreate l list:set\nadd l a\n", Kind::Sets, None),
            read("create b hash:net family inet6\nadd b fd00::/8\n", Kind::Sets, None),
        ]);
        let names: Vec<_> = node.sets().map(|set| set.set.name.escape_ascii().to_string()).collect();
        assert_eq!(names, ["a", "l", "b"]);
        let list = node.set(b"l").unwrap();
        let members: Vec<_> =
            list.entries().iter().flat_map(|entry| entry.parts(list.source, list.set)).collect();
        assert_eq!(members, [Part::Set(b"a")]);
        assert_eq!(node.set(b"b").unwrap().set.family, Some(Family::Ipv6));
        assert!(node.set(b"c").is_none() && node.knows_sets());
    }

    #[test]
    fn the_last_line_sets_a_kernel_parameter() {
        let node = Node::new([read("a.b = 1\na.c = 2\na.b = 3\n", Kind::Settings, None)]);
        assert_eq!(node.setting(b"a.b").map(|(_, setting)| setting.value), Some(&b"3"[..]));
        assert!(node.setting(b"a.d").is_none() && !node.knows_sets());
    }
}
