//! Random tests of a rule, with what iptables asks of each.

use crate::{
    feature::Feature,
    place::{FORWARD, INPUT, OUTPUT, POSTROUTING, PREROUTING, Place},
    ruleset::Maker,
    sets::QUESTIONS,
    words::PATTERNS,
};

const FLAGS: [&str; 6] = ["FIN", "SYN", "RST", "PSH", "ACK", "URG"];

impl Maker<'_> {
    /// Tests of a rule that stands there, and the protocol that they ask for.
    pub(crate) fn matches(&mut self, place: Place) -> (Vec<String>, &'static str) {
        let mut out = Vec::new();
        self.addresses_and_devices(place, &mut out);
        let protocol = self.protocol(&mut out);
        self.of_protocol(protocol, &mut out);
        self.of_header(&mut out);
        self.of_conversation(place, &mut out);
        self.of_origin(place, &mut out);
        self.undecided(&mut out);
        (out, protocol)
    }

    fn addresses_and_devices(&mut self, place: Place, out: &mut Vec<String>) {
        for option in ["-s", "-d"] {
            if self.random.chance(30) {
                let network = self.words.network(&mut self.random);
                out.push(format!("{}{option} {network}", self.random.not(25)));
            }
        }
        // A base chain's hook forbids one or the other; behind a jump iptables no longer sees that.
        let devices = [("-i", PREROUTING | INPUT | FORWARD), ("-o", FORWARD | OUTPUT | POSTROUTING)];
        for (option, hooks) in devices {
            if self.random.chance(20) && (!place.base || place.within(hooks)) {
                let bridges = self.bridged && self.random.chance(50);
                let device = if bridges { "br0" } else { self.random.pick(&PATTERNS) };
                out.push(format!("{}{option} {device}", self.random.not(25)));
            }
        }
        if !self.words.v6 && self.draws(Feature::Fragments, 5) {
            out.push(format!("{}-f", self.random.not(40)));
        }
    }

    fn protocol(&mut self, out: &mut Vec<String>) -> &'static str {
        if !self.random.chance(65) {
            return "";
        }
        let icmp = if self.words.v6 { "ipv6-icmp" } else { "icmp" };
        let protocols =
            ["tcp", "tcp", "tcp", "udp", "udp", icmp, "sctp", "47", "udplite", "esp", "ah", "dccp"];
        let protocol = self.random.pick(&protocols);
        let not = self.random.not(12);
        out.push(format!("{not}-p {protocol}"));
        if not.is_empty() { protocol } else { "" }
    }

    fn of_protocol(&mut self, protocol: &str, out: &mut Vec<String>) {
        let drawn = self.random.below(100);
        let not = self.random.not(25);
        let pick = |this: &mut Self, from: &[&'static str]| this.random.pick(from);
        match protocol {
            "tcp" | "udp" | "sctp" | "dccp" | "udplite" if (45..65).contains(&drawn) => self.multiport(out),
            "tcp" | "udp" | "sctp" | "dccp" if drawn < 45 => {
                out.push(format!("-m {protocol}"));
                let mut source = None;
                if self.random.chance(30) {
                    let ports = self.words.ports(&mut self.random);
                    out.push(format!("{not}--sport {ports}"));
                    source = Some(not);
                }
                if self.random.chance(90) || source.is_none() {
                    let ports = self.words.ports(&mut self.random);
                    // iptables-nft 1.8.9 takes two negated ports for one of the pair.
                    let not = if source == Some("! ") { "" } else { self.random.not(25) };
                    out.push(format!("{not}--dport {ports}"));
                }
                if protocol == "tcp" && self.random.chance(30) {
                    self.tcp_flags(out);
                }
            }
            "icmp" if drawn < 70 => {
                let kind = pick(self, &["8", "0", "3", "3/1", "3/4", "11/0", "8/0", "5"]);
                out.push(format!("-m icmp {not}--icmp-type {kind}"));
            }
            "ipv6-icmp" if drawn < 70 => {
                let kind = pick(self, &["128", "129", "1", "1/3", "2/0", "3", "135", "133"]);
                out.push(format!("-m icmp6 {not}--icmpv6-type {kind}"));
            }
            "esp" if drawn < 50 => {
                let range = pick(self, &["1", "0:10", "500", "500:600"]);
                out.push(format!("-m esp {not}--espspi {range}"));
            }
            _ => {}
        }
    }

    fn multiport(&mut self, out: &mut Vec<String>) {
        if !self.has(Feature::Multiport) {
            return;
        }
        let wanted = self.random.below(8) + 1;
        let ports: Vec<_> = (0..wanted).map(|_| self.words.ports(&mut self.random)).collect();
        // Fifteen slots, of which a range takes two.
        let mut slots = 0;
        let fits = |ports: &&String| {
            slots += if ports.contains(':') { 2 } else { 1 };
            slots <= 15
        };
        let ports: Vec<_> = ports.iter().take_while(fits).map(String::as_str).collect();
        let which = self.random.pick(&["dports", "sports", "ports"]);
        out.push(format!("-m multiport {}--{which} {}", self.random.not(25), ports.join(",")));
    }

    fn tcp_flags(&mut self, out: &mut Vec<String>) {
        let not = self.random.not(25);
        if self.random.chance(40) {
            out.push(format!("{not}--syn"));
            return;
        }
        let mask = self.random.some(&FLAGS, 50);
        let (mask, named) =
            if mask.is_empty() { (FLAGS.to_vec(), "ALL".to_owned()) } else { (mask.clone(), mask.join(",")) };
        let set = self.random.some(&mask, 50).join(",");
        out.push(format!("{not}--tcp-flags {named} {}", if set.is_empty() { "NONE" } else { &set }));
    }

    fn of_header(&mut self, out: &mut Vec<String>) {
        if self.draws(Feature::Iprange, 12) {
            let range = self.words.range(&mut self.random);
            let which = self.random.pick(&["src", "dst"]);
            out.push(format!("-m iprange {}--{which}-range {range}", self.random.not(25)));
        }
        if self.draws(Feature::Length, 6) {
            let length = self.random.pick(&["40", "0:60", "41:65535", "30:50", "60:100", "20:10"]);
            out.push(format!("-m length {}--length {length}", self.random.not(25)));
        }
        if self.draws(Feature::Rewrites, 12) {
            let (name, not) = (if self.words.v6 { "hl" } else { "ttl" }, self.random.not(25));
            let ttl = self.random.pick(&[1, 5, 7, 62, 63, 64, 255]);
            let test = self.random.pick(&["eq", "gt", "lt"]);
            let not = if test == "eq" { not } else { "" };
            out.push(format!("-m {name} {not}--{name}-{test} {ttl}"));
        }
        if self.draws(Feature::Rewrites, 8) {
            out.push(format!(
                "-m dscp {}--dscp {}",
                self.random.not(25),
                self.random.pick(&["0", "0x0a", "0x2e"])
            ));
        }
        if self.draws(Feature::Rewrites, 8) {
            let tos = self.random.pick(&["0x10/0x3f", "0x28/0xff", "0xb8/0xfc", "0x01/0x03", "0x00/0xff"]);
            out.push(format!("-m tos {}--tos {tos}", self.random.not(25)));
        }
        if self.draws(Feature::Mark, 25) {
            let mark = self.words.masked_mark(&mut self.random);
            out.push(format!("-m mark {}--mark {mark}", self.random.not(25)));
        }
        if self.draws(Feature::Sets, 15) {
            let question = self.random.pick(&QUESTIONS);
            out.push(format!("-m set {}--match-set {question}", self.random.not(25)));
        }
        if self.random.chance(5) {
            out.push("-m comment --comment \"with \\\"quotes\\\" inside\"".to_owned());
        }
    }

    fn of_conversation(&mut self, place: Place, out: &mut Vec<String>) {
        if self.draws(Feature::Conntrack, 20) {
            let states = self.random.some(&["INVALID", "NEW", "RELATED", "ESTABLISHED", "UNTRACKED"], 40);
            let states = if states.is_empty() { "NEW".to_owned() } else { states.join(",") };
            let not = self.random.not(25);
            let spelling = if self.random.chance(80) { "-m conntrack" } else { "-m state" };
            let option = if spelling == "-m state" { "--state" } else { "--ctstate" };
            out.push(format!("{spelling} {not}{option} {states}"));
        }
        if self.draws(Feature::Conntrack, 12) {
            let not = self.random.not(25);
            let test = match self.random.below(8) {
                0 => format!("--ctdir {}", self.random.pick(&["ORIGINAL", "REPLY"])),
                1 => {
                    let status = self.random.pick(&[
                        "SEEN_REPLY",
                        "ASSURED",
                        "CONFIRMED",
                        "EXPECTED",
                        "NONE",
                        "EXPECTED,ASSURED",
                    ]);
                    format!("{not}--ctstatus {status}")
                }
                2 => format!("{not}--ctproto {}", self.random.pick(&["6", "17", "47"])),
                3 if self.has(Feature::Nat) => {
                    format!("{not}--ctstate {}", self.random.pick(&["SNAT", "DNAT", "DNAT,ESTABLISHED"]))
                }
                port @ (3..=5) => {
                    let which = ["ctorigdstport", "ctorigsrcport", "ctrepldstport"][port as usize - 3];
                    format!("{not}--{which} {}", self.words.ports(&mut self.random))
                }
                _ => {
                    let which = self.random.pick(&["ctorigsrc", "ctorigdst", "ctreplsrc", "ctrepldst"]);
                    format!("{not}--{which} {}", self.words.network(&mut self.random))
                }
            };
            out.push(format!("-m conntrack {test}"));
        }
        if place.table != "raw" && self.draws(Feature::Connmark, 10) {
            let mark = self.words.masked_mark(&mut self.random);
            out.push(format!("-m connmark {}--mark {mark}", self.random.not(25)));
        }
    }

    fn of_origin(&mut self, place: Place, out: &mut Vec<String>) {
        if place.within(PREROUTING | INPUT | FORWARD) && self.draws(Feature::Mac, 5) {
            let mac = self.random.pick(&["02:AA:00:00:00:01", "02:AA:00:00:00:02", "02:AA:00:00:00:03"]);
            out.push(format!("-m mac {}--mac-source {mac}", self.random.not(25)));
        }
        if place.within(OUTPUT | POSTROUTING) && self.draws(Feature::Owner, 15) {
            let not = self.random.not(25);
            let test = self.random.pick(&[
                "--uid-owner 0",
                "--uid-owner 1000",
                "--gid-owner 100",
                "--uid-owner 500-1500",
            ]);
            out.push(format!("-m owner {not}{test}"));
        }
        if place.within(PREROUTING | INPUT | FORWARD) && self.draws(Feature::Pkttype, 4) {
            let kind = self.random.pick(&["unicast", "broadcast", "multicast"]);
            out.push(format!("-m pkttype {}--pkt-type {kind}", self.random.not(25)));
        }
        let physdev = if self.bridged { 25 } else { 2 };
        if place.within(PREROUTING | INPUT | FORWARD) && self.draws(Feature::Physdev, physdev) {
            let not = self.random.not(25);
            let device = self.random.pick(&["eth0", "eth1", "eth+", "wlan0"]);
            let test = match self.random.below(4) {
                0 => "--physdev-is-in".to_owned(),
                1 if place.within(FORWARD) => "--physdev-is-bridged".to_owned(),
                2 if place.within(FORWARD) => format!("--physdev-out {device}"),
                _ => format!("--physdev-in {device}"),
            };
            out.push(format!("-m physdev {not}{test}"));
        }
        // IPv6 asks all routing tables, and those of the test send everything to one place.
        if !self.words.v6 && !self.bridged && self.draws(Feature::Addrtype, 6) {
            let kinds = self.random.pick(&["LOCAL", "UNICAST", "MULTICAST,BROADCAST", "LOCAL,UNICAST"]);
            let which = self.random.pick(&["src", "dst"]);
            out.push(format!("-m addrtype {}--{which}-type {kinds}", self.random.not(25)));
        }
    }

    fn undecided(&mut self, out: &mut Vec<String>) {
        if self.draws(Feature::Opaque, 3) {
            let test = self.random.pick(&[
                "-m u32 --u32 \"0x0>>0x1c=0x4\"",
                "-m string --string \"abc\" --algo bm --to 65535",
                "-m string ! --string \"\\000\" --algo kmp --to 65535",
            ]);
            out.push(test.to_owned());
        }
        if self.draws(Feature::Stateful, 3) {
            let test = self.random.pick(&[
                "-m limit --limit 1/hour --limit-burst 3",
                "-m statistic --mode nth --every 3 --packet 1",
                "-m statistic --mode nth --every 1 --packet 0",
                "-m statistic --mode random --probability 0.5",
                "-m statistic --mode random --probability 0",
                "-m statistic --mode random --probability 1",
                "-m statistic --mode random ! --probability 1",
            ]);
            out.push(test.to_owned());
        }
    }
}
