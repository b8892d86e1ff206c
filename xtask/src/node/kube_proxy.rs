//! kube-proxy 1.28 in iptables mode, and the kubelet's share of the same chains.

use std::{net::Ipv4Addr, ops::Range};

use super::{NAMESPACES, Node, PODS, address, hash, pick};

const APPS: [&str; 11] =
    ["api", "web", "auth", "cache", "db", "queue", "search", "metrics", "ui", "gateway", "worker"];
const PORTS: [(u16, &str); 7] = [
    (80, "http"),
    (443, "https"),
    (8080, "main"),
    (9090, "metrics"),
    (53, "dns"),
    (5432, "main"),
    (6379, "main"),
];
const ENDPOINTS: u32 = 3;

/// All that Kubernetes gives out, so a node has no more, however many services there are.
const NODE_PORTS: Range<u16> = 30_000..32_768;

/// Writes services until the node has this many rules.
pub(super) fn write(node: &mut Node, rules: usize) {
    frame(node);
    let mut node_ports = NODE_PORTS;
    for number in 0.. {
        // One more comes at the end.
        if node.rules() + 1 >= rules {
            break;
        }
        service(node, number, &mut node_ports);
    }
    node.nat.add(
        "KUBE-SERVICES",
        "-m comment --comment \"kubernetes service nodeports; NOTE: this must be the last rule in this chain\" \
         -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS",
    );
}

struct Service {
    name: String,
    proto: &'static str,
    /// `-m tcp --dport 80`
    port_match: String,
    chain: String,
    endpoints: Vec<Endpoint>,
}

struct Endpoint {
    chain: String,
    address: Ipv4Addr,
    /// `10.128.0.1:8080`
    destination: String,
}

/// What is there without any service.
fn frame(node: &mut Node) {
    let Node { mangle, filter, nat } = node;
    mangle.declare(&["KUBE-IPTABLES-HINT", "KUBE-KUBELET-CANARY", "KUBE-PROXY-CANARY"]);

    let new = "-m conntrack --ctstate NEW -m comment --comment";
    for chain in ["INPUT", "FORWARD", "OUTPUT"] {
        filter.add(chain, format_args!("{new} \"kubernetes load balancer firewall\" -j KUBE-PROXY-FIREWALL"));
    }
    filter.add("INPUT", "-m comment --comment \"kubernetes health check service ports\" -j KUBE-NODEPORTS");
    filter.add("FORWARD", "-m comment --comment \"kubernetes forwarding rules\" -j KUBE-FORWARD");
    for chain in ["FORWARD", "OUTPUT"] {
        filter.add(chain, format_args!("{new} \"kubernetes service portals\" -j KUBE-SERVICES"));
    }
    for chain in ["INPUT", "FORWARD"] {
        filter.add(
            chain,
            format_args!("{new} \"kubernetes externally-visible service portals\" -j KUBE-EXTERNAL-SERVICES"),
        );
    }
    for chain in ["INPUT", "OUTPUT"] {
        filter.add(chain, "-j KUBE-FIREWALL");
    }
    filter.add(
        "KUBE-FIREWALL",
        "! -s 127.0.0.0/8 -d 127.0.0.0/8 -m comment --comment \"block incoming localnet connections\" \
         -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP",
    );
    filter.add("KUBE-FORWARD", "-m conntrack --ctstate INVALID -j DROP");
    filter.add(
        "KUBE-FORWARD",
        "-m comment --comment \"kubernetes forwarding rules\" -m mark --mark 0x4000/0x4000 -j ACCEPT",
    );
    filter.add(
        "KUBE-FORWARD",
        "-m comment --comment \"kubernetes forwarding conntrack rule\" \
         -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT",
    );
    filter.declare(&[
        "KUBE-EXTERNAL-SERVICES",
        "KUBE-KUBELET-CANARY",
        "KUBE-NODEPORTS",
        "KUBE-PROXY-CANARY",
        "KUBE-PROXY-FIREWALL",
        "KUBE-SERVICES",
    ]);

    for chain in ["PREROUTING", "OUTPUT"] {
        nat.add(chain, "-m comment --comment \"kubernetes service portals\" -j KUBE-SERVICES");
    }
    nat.add("POSTROUTING", "-m comment --comment \"kubernetes postrouting rules\" -j KUBE-POSTROUTING");
    nat.add("KUBE-MARK-MASQ", "-j MARK --set-xmark 0x4000/0x4000");
    nat.add("KUBE-POSTROUTING", "-m mark ! --mark 0x4000/0x4000 -j RETURN");
    nat.add("KUBE-POSTROUTING", "-j MARK --set-xmark 0x4000/0x0");
    nat.add(
        "KUBE-POSTROUTING",
        "-m comment --comment \"kubernetes service traffic requiring SNAT\" -j MASQUERADE --random-fully",
    );
    nat.declare(&["KUBE-KUBELET-CANARY", "KUBE-NODEPORTS", "KUBE-PROXY-CANARY"]);
}

/// Every 31st service has no endpoints; every fifth has a node port, while there are any.
fn service(node: &mut Node, number: u32, node_ports: &mut Range<u16>) {
    let (port, port_name) = pick(PORTS, number);
    let proto = if number % 11 == 5 { "udp" } else { "tcp" };
    let name = format!("{}/{}-{number}:{port_name}", pick(NAMESPACES, number), pick(APPS, number));
    let to = format!("-d {}/32 -p {proto} -m comment --comment", address([10, 96, 0, 1], number));
    let port_match = format!("-m {proto} --dport {port}");

    if number % 31 == 7 {
        node.filter.add(
            "KUBE-SERVICES",
            format_args!(
                "{to} \"{name} has no endpoints\" {port_match} -j REJECT --reject-with icmp-port-unreachable"
            ),
        );
        return;
    }

    let chain = format!("KUBE-SVC-{}", hash::kube(&[&name, proto]));
    let cluster_ip = format!("{to} \"{name} cluster IP\" {port_match}");
    node.nat.add("KUBE-SERVICES", format_args!("{cluster_ip} -j {chain}"));
    node.nat.add(&chain, format_args!("! -s {PODS} {cluster_ip} -j KUBE-MARK-MASQ"));

    let endpoint_port = pick([8080, 8443, 9090, 5353, 5432], number);
    let endpoints = (0..ENDPOINTS).map(|endpoint| {
        let address = address([10, 128, 0, 1], number * ENDPOINTS + endpoint);
        let destination = format!("{address}:{endpoint_port}");
        let chain = format!("KUBE-SEP-{}", hash::kube(&[&name, proto, &destination]));
        Endpoint { chain, address, destination }
    });
    let service = Service { endpoints: endpoints.collect(), name, proto, port_match, chain };
    service.balance(node, number % 53 == 11);
    if number.is_multiple_of(5)
        && let Some(node_port) = node_ports.next()
    {
        service.expose(node, number, node_port);
    }
}

impl Service {
    /// The rules that choose between the endpoints, and the endpoints' chains.
    fn balance(&self, node: &mut Node, affinity: bool) {
        let Self { name, proto, chain, endpoints, .. } = self;
        if affinity {
            for Endpoint { chain: own, destination, .. } in endpoints {
                node.nat.add(
                    chain,
                    format_args!(
                        "-m comment --comment \"{name} -> {destination}\" -m recent --rcheck --seconds 10800 \
                         --reap --name {own} --mask 255.255.255.255 --rsource -j {own}"
                    ),
                );
            }
        }
        for (Endpoint { chain: own, address, destination }, left) in
            endpoints.iter().zip((1..=ENDPOINTS).rev())
        {
            // As iptables-save prints what the kernel keeps: a fraction of 31 bits.
            let share = match left {
                1 => "",
                2 => "-m statistic --mode random --probability 0.50000000000 ",
                _ => "-m statistic --mode random --probability 0.33333333349 ",
            };
            node.nat
                .add(chain, format_args!("-m comment --comment \"{name} -> {destination}\" {share}-j {own}"));
            node.nat
                .add(own, format_args!("-s {address}/32 -m comment --comment \"{name}\" -j KUBE-MARK-MASQ"));
            let remember = if affinity {
                format!("-m recent --set --name {own} --mask 255.255.255.255 --rsource ")
            } else {
                String::new()
            };
            node.nat.add(
                own,
                format_args!(
                    "-p {proto} -m comment --comment \"{name}\" {remember}-m {proto} \
                     -j DNAT --to-destination {destination}"
                ),
            );
        }
    }

    /// The way in from outside: a node port, and for every second of them a load balancer.
    fn expose(&self, node: &mut Node, number: u32, node_port: u16) {
        let Self { name, proto, port_match, .. } = self;
        let hash = hash::kube(&[name, proto]);
        let external = format!("KUBE-EXT-{hash}");
        node.nat.add(
            "KUBE-NODEPORTS",
            format_args!(
                "-p {proto} -m comment --comment \"{name}\" -m {proto} --dport {node_port} -j {external}"
            ),
        );
        self.accept_from_outside(
            node,
            &external,
            number.is_multiple_of(15).then(|| format!("KUBE-SVL-{hash}")),
        );

        if !number.is_multiple_of(10) {
            return;
        }
        let balancer = address([198, 18, 0, 1], number);
        let to = format!("-d {balancer}/32 -p {proto} -m comment --comment");
        let ip = format!("{to} \"{name} loadbalancer IP\" {port_match}");
        if !number.is_multiple_of(40) {
            node.nat.add("KUBE-SERVICES", format_args!("{ip} -j {external}"));
            return;
        }
        let firewall = format!("KUBE-FW-{hash}");
        node.nat.add("KUBE-SERVICES", format_args!("{ip} -j {firewall}"));
        for range in ["192.0.2.0/24", "198.51.100.7/32"] {
            node.nat.add(
                &firewall,
                format_args!("-s {range} -m comment --comment \"{name} loadbalancer IP\" -j {external}"),
            );
        }
        node.nat.add(
            &firewall,
            format_args!(
                "-m comment --comment \"other traffic to {name} will be dropped by KUBE-PROXY-FIREWALL\""
            ),
        );
        node.filter.add(
            "KUBE-PROXY-FIREWALL",
            format_args!("{to} \"{name} traffic not accepted by {firewall}\" {port_match} -j DROP"),
        );
    }

    /// `local`: the chain of the endpoints on this node, for the traffic policy Local.
    fn accept_from_outside(&self, node: &mut Node, external: &str, local: Option<String>) {
        let Self { name, chain, endpoints, .. } = self;
        let traffic = |what: &str| format!("-m comment --comment \"{what} {name} external destinations\"");
        let Some(local) = local else {
            node.nat.add(external, format_args!("{} -j KUBE-MARK-MASQ", traffic("masquerade traffic for")));
            node.nat.add(external, format_args!("-j {chain}"));
            return;
        };
        let from_here = "-m addrtype --src-type LOCAL";
        node.nat.add(external, format_args!("-s {PODS} {} -j {chain}", traffic("pod traffic for")));
        node.nat.add(
            external,
            format_args!("{} {from_here} -j KUBE-MARK-MASQ", traffic("masquerade LOCAL traffic for")),
        );
        node.nat.add(external, format_args!("{} {from_here} -j {chain}", traffic("route LOCAL traffic for")));
        node.nat.add(external, format_args!("-j {local}"));
        if let Some(Endpoint { chain: own, destination, .. }) = endpoints.first() {
            node.nat.add(&local, format_args!("-m comment --comment \"{name} -> {destination}\" -j {own}"));
        }
    }
}
