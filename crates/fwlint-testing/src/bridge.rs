//! Random rule sets and frames of a bridge, as ebtables has them.

use crate::{
    dump::{Chain, Dump, Table},
    feature::Feature,
    packet::{Packet, Path, State},
    ruleset::Maker,
    words::DEVICES,
};

const TABLES: [(&str, &[&str]); 2] =
    [("filter", &["INPUT", "FORWARD", "OUTPUT"]), ("nat", &["PREROUTING", "OUTPUT", "POSTROUTING"])];

/// Hardware addresses of senders, and one that no frame has.
const MACS: [&str; 4] = ["02:aa:00:00:00:01", "02:aa:00:00:00:02", "02:aa:00:00:00:03", "02:aa:00:00:01:01"];

/// The ports' own hardware addresses begin so.
const TO: [&str; 5] = [
    "02:bb:00:00:01:00",
    "02:bb:00:00:01:01",
    "02:bb:00:00:00:01",
    "02:bb:00:00:01:00/ff:ff:ff:ff:ff:00",
    "01:00:00:00:00:00/01:00:00:00:00:00",
];

/// An Ethernet type that is nobody's.
const OTHER: u16 = 0x88b5;

const VLANS: [u16; 4] = [1, 10, 20, 100];

impl Maker<'_> {
    pub(crate) fn bridge_dump(&mut self, rules: u32) -> Dump {
        let tables = TABLES.iter().filter(|(name, _)| *name == "filter" || self.random.chance(50));
        let chosen: Vec<_> = tables.collect();
        Dump { tables: chosen.into_iter().map(|(name, base)| self.bridge_table(name, base, rules)).collect() }
    }

    fn bridge_table(&mut self, name: &'static str, base: &[&str], rules: u32) -> Table {
        let users = self.random.below(6) as usize;
        let mut chains: Vec<_> = base
            .iter()
            .map(|chain| (*chain).to_owned())
            .chain((0..users).map(|number| format!("U{number}")))
            .enumerate()
            .map(|(index, name)| {
                let user = self.random.pick(&["RETURN", "RETURN", "ACCEPT", "DROP"]);
                let builtin = self.random.pick(&["ACCEPT", "ACCEPT", "ACCEPT", "DROP"]);
                Chain { name, policy: if index < base.len() { builtin } else { user }, rules: Vec::new() }
            })
            .collect();
        let each = (rules / chains.len() as u32).max(1) + 1;
        for index in 0..chains.len() {
            let hook = base.get(index).copied().unwrap_or("");
            let later = (index + 1).max(base.len())..chains.len();
            for _ in 0..self.random.below(each) {
                let mut rule = self.bridge_matches(hook);
                if !later.is_empty() && self.random.chance(35) {
                    let called = later.start + self.random.below(later.len() as u32) as usize;
                    rule.push(format!("-j {}", chains[called].name));
                } else {
                    rule.push(self.bridge_target(name, hook));
                }
                chains[index].rules.push(rule.join(" "));
            }
        }
        Table { name, chains }
    }

    fn bridge_matches(&mut self, hook: &str) -> Vec<String> {
        let mut out = Vec::new();
        let protocol = self.random.pick(&["", "", "IPv4", "IPv4", "IPv6", "ARP", "802_1Q", "0x88b5"]);
        let not = self.random.not(12);
        if !protocol.is_empty() {
            out.push(format!("{not}-p {protocol}"));
        }
        if self.random.chance(25) {
            out.push(format!("{}-s {}", self.random.not(25), self.random.pick(&MACS)));
        }
        if self.random.chance(15) {
            out.push(format!("{}-d {}", self.random.not(25), self.random.pick(&TO)));
        }
        let devices =
            [("-i", ["INPUT", "FORWARD", "PREROUTING"]), ("-o", ["FORWARD", "OUTPUT", "POSTROUTING"])];
        for (option, hooks) in devices {
            if self.random.chance(20) && hooks.contains(&hook) {
                let device = self.random.pick(&["eth0", "eth1", "eth10", "eth+", "wlan0"]);
                out.push(format!("{}{option} {device}", self.random.not(25)));
            }
        }
        if not.is_empty() {
            self.of_ethertype(protocol, &mut out);
        }
        if self.draws(Feature::Mark, 20) {
            let mark = self.words.masked_mark(&mut self.random);
            out.push(format!("{}--mark {mark}", if self.random.chance(25) { "! " } else { "" }));
        }
        if self.draws(Feature::Pkttype, 8) {
            let kind = self.random.pick(&["host", "otherhost", "broadcast", "multicast"]);
            out.push(format!("{}--pkttype-type {kind}", self.random.not(25)));
        }
        if self.draws(Feature::Stateful, 3) {
            out.push("--limit 1/hour --limit-burst 3".to_owned());
        }
        out
    }

    fn of_ethertype(&mut self, protocol: &str, out: &mut Vec<String>) {
        let not = self.random.not(25);
        match protocol {
            "IPv4" => {
                for option in ["--ip-src", "--ip-dst"] {
                    if self.random.chance(25) {
                        let network = self.words.network(&mut self.random);
                        out.push(format!("{}{option} {network}", self.random.not(25)));
                    }
                }
                if self.random.chance(15) {
                    out.push(format!("{not}--ip-tos {}", self.random.pick(&["0x10", "0x28", "0x00"])));
                }
                if self.random.chance(50) {
                    out.push(format!("--ip-proto {}", self.random.pick(&["tcp", "udp"])));
                    let ports = self.words.ports(&mut self.random);
                    out.push(format!("{not}--ip-{} {ports}", self.random.pick(&["dport", "sport"])));
                }
            }
            "ARP" => {
                if self.random.chance(50) {
                    out.push(format!("{not}--arp-op {}", self.random.pick(&["Request", "Reply"])));
                }
                if self.random.chance(40) {
                    let network = self.words.network(&mut self.random);
                    let which = self.random.pick(&["src", "dst"]);
                    out.push(format!("{}--arp-ip-{which} {network}", self.random.not(25)));
                }
            }
            "802_1Q" if self.random.chance(70) => {
                out.push(format!("{not}--vlan-id {}", self.random.pick(&VLANS)));
            }
            _ => {}
        }
    }

    fn bridge_target(&mut self, table: &str, hook: &str) -> String {
        let value = self.random.pick(&self.words.marks);
        match self.random.below(100) {
            0..15 => "-j CONTINUE".to_owned(),
            // There is nothing to return to in a built-in chain.
            15..25 if hook.is_empty() => "-j RETURN".to_owned(),
            25..55 if self.has(Feature::Mark) => {
                let how = self.random.pick(&["set", "or", "and", "xor"]);
                let then = self.random.pick(&["CONTINUE", "CONTINUE", "ACCEPT", "DROP"]);
                format!("-j mark --mark-{how} {value:#x} --mark-target {then}")
            }
            55..62 if table == "nat" && hook == "POSTROUTING" => {
                "-j snat --to-src 02:aa:00:00:00:02 --snat-target ACCEPT".to_owned()
            }
            62..68 if self.has(Feature::Notes) => {
                "--log-level info --log-prefix random -j CONTINUE".to_owned()
            }
            _ => self.random.pick(&["-j ACCEPT", "-j DROP"]).to_owned(),
        }
    }

    /// A frame of any kind.
    pub(crate) fn frame(&mut self) -> Packet {
        let mut packet = self.bridged_packet();
        if packet.path == Path::BridgeOutput {
            return packet;
        }
        match self.random.below(10) {
            0 | 1 => packet.arp_op = Some(self.random.pick(&[1, 2])),
            2 => packet.ethertype = Some(OTHER),
            3 | 4 => packet.vlan = Some(self.random.pick(&VLANS)),
            _ => {}
        }
        packet
    }

    /// An IP packet in a frame.
    pub(crate) fn bridged_packet(&mut self) -> Packet {
        let mut packet = self.packet();
        let input = self.random.pick(&DEVICES);
        let output = self.random.pick(&DEVICES);
        let other = || DEVICES.iter().copied().find(|&other| other != input);
        let output = if input == output { other() } else { Some(output) };
        packet.path = self.random.pick(&[Path::Bridge, Path::Bridge, Path::BridgeInput, Path::BridgeOutput]);
        packet.iif = (packet.path != Path::BridgeOutput).then(|| input.to_owned());
        packet.oif = if packet.path == Path::BridgeInput { None } else { output.map(str::to_owned) };
        packet.mac = self.random.pick(&[1, 1, 2, 3]);
        if packet.ct == State::Invalid && packet.path == Path::BridgeOutput {
            // On the way out the kernel makes the checksum itself.
            packet.ct = State::Alone;
        }
        (packet.uid, packet.gid) = if packet.path == Path::BridgeOutput { (1000, 100) } else { (0, 0) };
        packet
    }
}
