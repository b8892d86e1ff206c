//! Random targets of a rule, with what iptables asks of each.

use crate::{
    feature::Feature,
    place::{FORWARD, OUTPUT, POSTROUTING, Place},
    ruleset::Maker,
};

impl Maker<'_> {
    /// Adds a target to the tests of a rule; now and then none.
    pub(crate) fn target(&mut self, place: Place, protocol: &str, rule: &mut Vec<String>) {
        // What ends the way of every packet leaves nothing to compare behind it.
        let drawn = if rule.is_empty() && self.random.chance(80) {
            15 + self.random.below(33)
        } else {
            self.random.below(100)
        };
        let target = match drawn {
            0..12 => "-j RETURN".to_owned(),
            12..23 => return,
            23..40 => self.mark(),
            40..48 => self.connmark(place),
            48..56 => self.note(place, rule),
            56..72 => self.of_table(place, protocol, rule),
            72..76 => self.refusal(place, rule),
            _ => self.verdict(place),
        };
        rule.push(target);
    }

    fn verdict(&mut self, place: Place) -> String {
        let drops = place.table != "nat" && self.random.chance(50);
        if drops { "-j DROP" } else { "-j ACCEPT" }.to_owned()
    }

    fn mark(&mut self) -> String {
        if !self.has(Feature::Mark) {
            return "-j ACCEPT".to_owned();
        }
        let value = self.random.pick(&self.words.marks);
        let any = self.random.number();
        let mask = self.random.pick(&[u32::MAX, 0xff, 0x4000, any]);
        match self.random.pick(&["set-mark", "set-xmark", "and-mark", "or-mark", "xor-mark"]) {
            spelling @ ("set-mark" | "set-xmark") => format!("-j MARK --{spelling} {value:#x}/{mask:#x}"),
            spelling => format!("-j MARK --{spelling} {value:#x}"),
        }
    }

    fn connmark(&mut self, place: Place) -> String {
        // In raw there is no connection yet to mark.
        if place.table == "raw" || !self.has(Feature::Connmark) {
            return self.mark();
        }
        let value = self.random.pick(&self.words.marks);
        let mut mask = || {
            let any = self.random.number();
            self.random.pick(&[u32::MAX, 0xff, 0x4000, 0xffff_0000, any])
        };
        let (mask, other) = (mask(), mask());
        match self.random.below(8) {
            0 => format!("-j CONNMARK --set-mark {value:#x}/{mask:#x}"),
            1 => format!("-j CONNMARK --set-xmark {value:#x}/{mask:#x}"),
            2 => format!("-j CONNMARK --and-mark {value:#x}"),
            3 => format!("-j CONNMARK --or-mark {value:#x}"),
            4 => format!("-j CONNMARK --xor-mark {value:#x}"),
            5 => format!("-j CONNMARK --save-mark --nfmask {mask:#x} --ctmask {other:#x}"),
            _ => format!("-j CONNMARK --restore-mark --nfmask {mask:#x} --ctmask {other:#x}"),
        }
    }

    fn note(&mut self, place: Place, rule: &[String]) -> String {
        if !self.has(Feature::Notes) {
            return self.mark();
        }
        match self.random.below(5) {
            0 => "-j NFLOG --nflog-group 7".to_owned(),
            1 if place.within(FORWARD | OUTPUT | POSTROUTING) => "-j CLASSIFY --set-class 1:2".to_owned(),
            2 => "-j AUDIT --type accept".to_owned(),
            3 if self.has(Feature::Sets) => "-j SET --add-set S9 src".to_owned(),
            // A rate would make the log's rule itself undecided.
            _ if rule.iter().any(|test| test.contains("limit")) => "-j ACCEPT".to_owned(),
            _ => "-j LOG --log-prefix \"random \"".to_owned(),
        }
    }

    fn refusal(&mut self, place: Place, rule: &[String]) -> String {
        if !self.has(Feature::Refusals) {
            return self.verdict(place);
        }
        let tcp = rule.iter().any(|test| test == "-p tcp");
        match self.random.below(4) {
            0 => "-j NFQUEUE --queue-num 9".to_owned(),
            1 => "-j NFQUEUE --queue-num 9 --queue-bypass".to_owned(),
            2 if tcp && place.table == "filter" => "-j REJECT --reject-with tcp-reset".to_owned(),
            _ if place.table == "filter" => "-j REJECT".to_owned(),
            _ => self.verdict(place),
        }
    }

    fn of_table(&mut self, place: Place, protocol: &str, rule: &mut Vec<String>) -> String {
        match place.table {
            "raw" if self.has(Feature::Notrack) => {
                self.random.pick(&["-j CT --notrack", "-j CT --notrack", "-j NOTRACK"]).to_owned()
            }
            "mangle" if self.has(Feature::Rewrites) => self.rewrite(protocol, rule),
            "nat" if self.has(Feature::Nat) => self.translation(place, protocol),
            _ => self.verdict(place),
        }
    }

    fn rewrite(&mut self, protocol: &str, rule: &mut Vec<String>) -> String {
        let target = match self.random.below(8) {
            0 => self.random.pick(&[
                "TTL --ttl-set 7",
                "TTL --ttl-inc 2",
                "TTL --ttl-dec 1",
                "TTL --ttl-set 255",
                "TTL --ttl-set 1",
            ]),
            1 | 2 => self.random.pick(&[
                "TOS --set-tos 0x10/0x3f",
                "TOS --set-tos 0x28/0xff",
                "TOS --and-tos 0xfc",
                "TOS --or-tos 0x01",
                "TOS --xor-tos 0x28",
            ]),
            3 | 4 => {
                self.random.pick(&["DSCP --set-dscp 0x0a", "DSCP --set-dscp 0x2e", "DSCP --set-dscp 0x00"])
            }
            5 if protocol == "tcp" && !self.words.v6 => "ECN --ecn-tcp-remove",
            6 if protocol == "tcp" => {
                rule.push("-m tcp --tcp-flags SYN,RST SYN".to_owned());
                "TCPMSS --set-mss 1200"
            }
            _ => "TTL --ttl-set 64",
        };
        if self.words.v6 && target.starts_with("TTL") {
            return format!("-j {}", target.replace("TTL", "HL").replace("ttl", "hl"));
        }
        format!("-j {target}")
    }

    fn translation(&mut self, place: Place, protocol: &str) -> String {
        let address = self.random.pick(&self.words.addresses);
        let port = self.random.pick(&self.words.ports).max(1);
        let has_ports = matches!(protocol, "tcp" | "udp" | "sctp" | "dccp");
        let with_port = has_ports && self.random.chance(50);
        let place_and_port = match (with_port, self.words.v6) {
            (false, _) => address.to_string(),
            (true, false) => format!("{address}:{port}"),
            (true, true) => format!("[{address}]:{port}"),
        };
        let network = if self.words.v6 { format!("{address}/64") } else { format!("{address}/24") };
        let sources = place.within(crate::place::INPUT | POSTROUTING);
        let destinations = place.within(crate::place::PREROUTING | OUTPUT);
        let settled = self.loops && place.hooks & OUTPUT != 0;
        match self.random.below(6) {
            0 if place.base && !settled => format!("-j NETMAP --to {network}"),
            1 if place.within(POSTROUTING) => "-j MASQUERADE".to_owned(),
            1 if destinations && with_port => format!("-j REDIRECT --to-ports {port}"),
            1 if destinations => "-j REDIRECT".to_owned(),
            _ if sources && place.hooks != 0 => format!("-j SNAT --to-source {place_and_port}"),
            _ if destinations && place.hooks != 0 && !settled => {
                format!("-j DNAT --to-destination {place_and_port}")
            }
            _ => "-j ACCEPT".to_owned(),
        }
    }
}
