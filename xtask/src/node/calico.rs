//! Calico's Felix: two chains for each pod, found by the pod's interface.

use super::{NAMESPACES, Node, Table, hash};

/// Writes this many pods.
pub(super) fn write(node: &mut Node, pods: usize) {
    if pods == 0 {
        return;
    }
    let mut felix = Felix { filter: &mut node.filter };
    felix.frame();
    for namespace in NAMESPACES {
        felix.namespace(namespace);
    }

    let mut interfaces: Vec<_> =
        (0..pods).map(|pod| format!("cali{}", hash::calico_interface(&["pod-", &pod.to_string()]))).collect();
    interfaces.sort_unstable();
    for (interface, namespace) in interfaces.iter().zip(NAMESPACES.iter().cycle()) {
        felix.pod(interface, namespace);
    }
    felix.dispatch("cali-from-wl-dispatch", "-i", "cali-fw-", &interfaces);
    felix.dispatch("cali-to-wl-dispatch", "-o", "cali-tw-", &interfaces);
}

struct Felix<'t> {
    filter: &'t mut Table,
}

impl Felix<'_> {
    /// Adds a rule; `packet` are the options that iptables-save prints in front of Felix' comment.
    fn add(&mut self, chain: &str, packet: &str, rest: &str) {
        let hash = hash::calico_rule(&[chain, &self.filter.rules.to_string(), rest]);
        let blank = if packet.is_empty() { "" } else { " " };
        self.filter.add(chain, format_args!("{packet}{blank}-m comment --comment \"cali:{hash}\" {rest}"));
    }

    fn frame(&mut self) {
        let host_accepted = "-m comment --comment \"Host endpoint policy accepted packet.\" \
                             -m mark --mark 0x10000/0x10000 -j ACCEPT";
        for (chain, packet, rest) in [
            ("INPUT", "", "-j cali-INPUT"),
            ("FORWARD", "", "-j cali-FORWARD"),
            ("OUTPUT", "", "-j cali-OUTPUT"),
            ("cali-FORWARD", "", "-j MARK --set-xmark 0x0/0xe0000"),
            ("cali-FORWARD", "", "-m mark --mark 0x0/0x10000 -j cali-from-hep-forward"),
            ("cali-FORWARD", "-i cali+", "-j cali-from-wl-dispatch"),
            ("cali-FORWARD", "-o cali+", "-j cali-to-wl-dispatch"),
            ("cali-FORWARD", "", "-j cali-to-hep-forward"),
            ("cali-FORWARD", "", "-j cali-cidr-block"),
            ("cali-INPUT", "-i cali+", "-g cali-wl-to-host"),
            ("cali-INPUT", "", "-m mark --mark 0x10000/0x10000 -j ACCEPT"),
            ("cali-INPUT", "", "-j MARK --set-xmark 0x0/0xf0000"),
            ("cali-INPUT", "", "-j cali-from-host-endpoint"),
            ("cali-INPUT", "", host_accepted),
            ("cali-OUTPUT", "", "-m mark --mark 0x10000/0x10000 -j ACCEPT"),
            ("cali-OUTPUT", "-o cali+", "-j RETURN"),
            ("cali-OUTPUT", "", "-j MARK --set-xmark 0x0/0xf0000"),
            ("cali-OUTPUT", "", "-m conntrack ! --ctstate DNAT -j cali-to-host-endpoint"),
            ("cali-OUTPUT", "", host_accepted),
            ("cali-wl-to-host", "", "-j cali-from-wl-dispatch"),
            (
                "cali-wl-to-host",
                "",
                "-m comment --comment \"Configured DefaultEndpointToHostAction\" -j ACCEPT",
            ),
        ] {
            self.add(chain, packet, rest);
        }
        self.filter.declare(&[
            "cali-cidr-block",
            "cali-from-hep-forward",
            "cali-from-host-endpoint",
            "cali-to-hep-forward",
            "cali-to-host-endpoint",
        ]);
    }

    /// A profile for each direction, and a policy.
    fn namespace(&mut self, namespace: &str) {
        let accept = "-j MARK --set-xmark 0x10000/0x10000";
        let leave = "-m mark --mark 0x10000/0x10000 -j RETURN";
        for (direction, word) in [("i", "ingress"), ("o", "egress")] {
            let profile = format!("cali-pr{direction}-kns.{namespace}");
            self.add(
                &profile,
                "",
                &format!("-m comment --comment \"Profile kns.{namespace} {word}\" {accept}"),
            );
            self.add(&profile, "", leave);
        }
        let policy = format!("cali-pi-{namespace}");
        self.add(
            &policy,
            "-p tcp",
            &format!(
                "-m comment --comment \"Policy {namespace}/knp.default.allow ingress\" \
                 -m multiport --dports 80,443,9090 {accept}"
            ),
        );
        self.add(&policy, "", leave);
    }

    fn pod(&mut self, interface: &str, namespace: &str) {
        let to = format!("cali-tw-{interface}");
        self.open_pod(&to);
        for rest in [
            "-m comment --comment \"Start of policies\" -j MARK --set-xmark 0x0/0x20000",
            &format!("-m mark --mark 0x0/0x20000 -j cali-pi-{namespace}"),
            "-m comment --comment \"Return if policy accepted\" -m mark --mark 0x10000/0x10000 -j RETURN",
            "-m comment --comment \"Drop if no policies passed packet\" -m mark --mark 0x0/0x20000 -j DROP",
        ] {
            self.add(&to, "", rest);
        }
        self.close_pod(&to, &format!("cali-pri-kns.{namespace}"));

        let from = format!("cali-fw-{interface}");
        self.open_pod(&from);
        self.add(
            &from,
            "-p udp",
            "-m comment --comment \"Drop VXLAN encapped packets originating in workloads\" \
             -m multiport --dports 4789 -j DROP",
        );
        self.add(
            &from,
            "-p ipencap",
            "-m comment --comment \"Drop IPinIP encapped packets originating in workloads\" -j DROP",
        );
        self.close_pod(&from, &format!("cali-pro-kns.{namespace}"));
    }

    fn open_pod(&mut self, chain: &str) {
        self.add(chain, "", "-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT");
        self.add(chain, "", "-m conntrack --ctstate INVALID -j DROP");
        self.add(chain, "", "-j MARK --set-xmark 0x0/0x10000");
    }

    fn close_pod(&mut self, chain: &str, profile: &str) {
        self.add(chain, "", &format!("-j {profile}"));
        self.add(
            chain,
            "",
            "-m comment --comment \"Return if profile accepted\" -m mark --mark 0x10000/0x10000 -j RETURN",
        );
        self.add(chain, "", "-m comment --comment \"Drop if no profiles matched\" -j DROP");
    }

    /// A tree of two storeys: by the first digit behind `cali`, and then by the whole name.
    fn dispatch(&mut self, top: &str, option: &str, prefix: &str, interfaces: &[String]) {
        let unknown = "-m comment --comment \"Unknown interface\" -j DROP";
        let digit = |interface: &str| interface.chars().nth("cali".len());
        for group in interfaces.chunk_by(|one, next| digit(one) == digit(next)) {
            let Some(digit) = group.first().and_then(|interface| digit(interface)) else { continue };
            let below = format!("{top}-{digit}");
            self.add(top, &format!("{option} cali{digit}+"), &format!("-g {below}"));
            for interface in group {
                self.add(&below, &format!("{option} {interface}"), &format!("-g {prefix}{interface}"));
            }
            self.add(&below, "", unknown);
        }
        self.add(top, "", unknown);
    }
}
