//! What a companion is, told by its content or by its name.

use std::str;

/// What a companion is the output of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `ipset save`.
    Sets,
    /// `ip rule`.
    RoutingRules,
    /// `ip route show`.
    Routes,
    /// `ip addr`, as text or as JSON.
    Interfaces,
    /// `ipvsadm-save -n`.
    VirtualServers,
    /// `sysctl -a`.
    Settings,
    /// `kubectl get -o json` of services, endpointslices, endpoints, pods or nodes.
    Kubernetes,
}

/// How the names of a node's files begin; the longer of two first.
const NAMES: [(&str, Kind); 11] = [
    ("ipset-save", Kind::Sets),
    ("ip-rule", Kind::RoutingRules),
    ("ip-route", Kind::Routes),
    ("ip-addr", Kind::Interfaces),
    ("ipvsadm-save", Kind::VirtualServers),
    ("sysctl", Kind::Settings),
    ("services", Kind::Kubernetes),
    ("endpointslices", Kind::Kubernetes),
    ("endpoints", Kind::Kubernetes),
    ("pods", Kind::Kubernetes),
    ("nodes", Kind::Kubernetes),
];

impl Kind {
    /// The command that prints it.
    pub fn command(self) -> &'static str {
        match self {
            Self::Sets => "ipset save",
            Self::RoutingRules => "ip rule",
            Self::Routes => "ip route show table all",
            Self::Interfaces => "ip addr",
            Self::VirtualServers => "ipvsadm-save -n",
            Self::Settings => "sysctl -a",
            Self::Kubernetes => "kubectl get -o json",
        }
    }

    /// What a file of this name in a node's directory is, and what follows the part of the name that tells.
    pub fn named(name: &str) -> Option<(Self, &str)> {
        NAMES.into_iter().find_map(|(start, kind)| Some((kind, name.strip_prefix(start)?)))
    }

    /// What this is, by its first line that is neither blank nor a comment.
    pub fn told_by(source: &[u8]) -> Option<Self> {
        let source = source.strip_prefix("\u{feff}".as_bytes()).unwrap_or(source);
        let is_said = |line: &&[u8]| !line.is_empty() && !line.starts_with(b"#");
        let line = source.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii).find(is_said)?;
        let line = str::from_utf8(line).ok()?;
        if line.starts_with(['{', '[']) {
            let is_interfaces =
                source.get(..1_024).unwrap_or(source).windows(10).any(|word| word == b"\"ifindex\":");
            return Some(if is_interfaces { Self::Interfaces } else { Self::Kubernetes });
        }
        let mut words = line.split_ascii_whitespace();
        let (first, second, third) = (words.next()?, words.next(), words.next());
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty();
        if first.strip_suffix(':').is_some_and(is_number) {
            return Some(if matches!(second, Some("from" | "not")) {
                Self::RoutingRules
            } else {
                Self::Interfaces
            });
        }
        match (first, second) {
            ("create" | "-N", Some(_))
                if third.is_some_and(|kind| kind.contains(':') || kind.ends_with("hash")) =>
            {
                Some(Self::Sets)
            }
            ("-A", Some("-t" | "-u" | "-f" | "--sctp-service")) => Some(Self::VirtualServers),
            (key, Some("=")) if key.contains('.') => Some(Self::Settings),
            _ if is_route(first, second) => Some(Self::Routes),
            _ => None,
        }
    }
}

fn is_route(first: &str, second: Option<&str>) -> bool {
    const KINDS: [&str; 9] = [
        "unicast",
        "local",
        "broadcast",
        "anycast",
        "multicast",
        "blackhole",
        "unreachable",
        "prohibit",
        "throw",
    ];
    let is_destination = |text: &str| {
        let address = text.split('/').next().unwrap_or(text);
        text == "default" || address.parse::<std::net::IpAddr>().is_ok()
    };
    is_destination(first) || (KINDS.contains(&first) && second.is_some_and(is_destination))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_tells_the_kind() {
        for (text, kind) in [
            ("create a hash:ip family inet\n", Some(Kind::Sets)),
            ("-N a iphash --hashes 1024\n", Some(Kind::Sets)),
            ("0:\tfrom all lookup local\n", Some(Kind::RoutingRules)),
            ("1: lo: <UP> mtu 1\n", Some(Kind::Interfaces)),
            ("1: lo    inet 127.0.0.1/8\n", Some(Kind::Interfaces)),
            ("[{\"ifindex\":1}]", Some(Kind::Interfaces)),
            ("\n# ip route\ndefault via 192.0.2.1 dev eth0\n", Some(Kind::Routes)),
            ("local 127.0.0.1 dev lo\n", Some(Kind::Routes)),
            ("-A -t 10.96.0.1:443 -s rr\n", Some(Kind::VirtualServers)),
            ("net.ipv4.ip_forward = 1\n", Some(Kind::Settings)),
            ("{\"kind\": \"List\"}", Some(Kind::Kubernetes)),
            ("*filter\n", None),
            ("-N CHAIN\n", None),
            ("-A INPUT -j ACCEPT\n", None),
            ("Chain INPUT (policy DROP)\n", None),
            ("local news\n", None),
            ("", None),
        ] {
            assert_eq!(Kind::told_by(text.as_bytes()), kind, "{text}");
        }
    }

    #[test]
    fn names_tell_the_kind() {
        assert_eq!(Kind::named("ip-rule-v6.txt"), Some((Kind::RoutingRules, "-v6.txt")));
        assert_eq!(Kind::named("endpointslices.json"), Some((Kind::Kubernetes, ".json")));
        assert_eq!(Kind::named("iptables-save"), None);
    }
}
