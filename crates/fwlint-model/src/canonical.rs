//! A rule's meaning as bytes: rules of one table that mean the same come out the same, however they are spelled, and
//! rules that differ never do.

mod option;

use std::{borrow::Cow, ops::Range};

use fwlint_syntax::{
    Arg, Dump, Family, Rule,
    extensions::{Role, core},
    unquote,
};

use crate::{
    ids::RuleId,
    nature, passes,
    ruleset::{Ruleset, Target},
};

/// Spells rules out. Keeps its buffers, so that many rules cost few allocations.
#[derive(Debug, Default)]
pub struct Canonical {
    out: Vec<u8>,
    text: Vec<u8>,
    parts: Vec<Range<usize>>,
}

/// What options belong to: a match that the rule uses, the rule itself, or its target.
#[derive(Clone, Copy)]
struct Owner<'d> {
    /// The tests of one stage may be made in any order. A match whose answer depends on which packets it has seen has
    /// a stage of its own.
    stage: u16,
    name: &'d [u8],
    /// Which of several uses of the same match.
    number: u16,
    /// Whether its `-m` has been seen.
    loaded: bool,
}

impl Canonical {
    /// The rule's tests and target in one spelling; `None` where part of the rule is broken or kept word for word.
    /// Comments and counters do not matter, nor do tests that no packet fails.
    pub fn of(&mut self, ruleset: &Ruleset<'_>, rule: RuleId) -> Option<&[u8]> {
        let line = ruleset.line(rule);
        if line.broken || line.verbatim || ruleset.rules[rule].is_part {
            return None;
        }
        let target = match ruleset.rules[rule].target {
            Target::Jump(chain) | Target::Goto(chain) => ruleset.chains[chain].name.0,
            _ => &target_name(ruleset.dump, line),
        };
        self.spell(ruleset.dump, ruleset.family, line, target, false);
        Some(&self.out)
    }

    fn spell(&mut self, dump: &Dump<'_>, family: Family, rule: &Rule, target: &[u8], comments: bool) {
        self.out.clear();
        self.text.clear();
        self.parts.clear();
        let rules_own = Owner { stage: 0, name: b"", number: 0, loaded: true };
        let mut matches = Vec::with_capacity(4);
        for arg in dump.args_of(rule) {
            let extension = arg.extension();
            let is_kept = comments && extension.name == "comment";
            match extension.role {
                Role::Core | Role::Match if !is_kept && passes::every_packet(dump, family, arg) => {}
                Role::Core if arg.id() == core::MATCH => {
                    let name = option::match_name(arg.value_span().of(dump.source));
                    let owner = load(&mut matches, name);
                    self.part(owner, |_| ());
                }
                Role::Core => self.option(rules_own, dump, arg),
                Role::Match => {
                    let known = matches.len();
                    let owner = last_use(&mut matches, option::match_name(extension.name.as_bytes()));
                    if matches.len() > known {
                        self.part(owner, |_| ());
                    }
                    self.option(owner, dump, arg);
                }
                Role::Target => {
                    let name = extension.name.as_bytes();
                    self.option(Owner { stage: u16::MAX, name, number: 0, loaded: true }, dump, arg);
                }
            }
        }
        let text = &self.text;
        let part = |range: &Range<usize>| text.get(range.clone()).unwrap_or_default();
        self.parts.sort_unstable_by(|one, other| part(one).cmp(part(other)));
        self.parts.dedup_by(|one, other| part(one) == part(other));
        self.out.push(u8::from(rule.is_goto(dump)));
        sized(target, &mut self.out);
        for range in &self.parts {
            sized(part(range), &mut self.out);
        }
    }

    fn option(&mut self, owner: Owner<'_>, dump: &Dump<'_>, arg: &Arg) {
        if !option::is_default(dump, arg) {
            let number = u32::try_from(self.parts.len()).unwrap_or(u32::MAX);
            self.part(owner, |text| option::write(dump, arg, number, text));
        }
    }

    fn part(&mut self, owner: Owner<'_>, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.text.len();
        self.text.extend_from_slice(&owner.stage.to_be_bytes());
        sized(owner.name, &mut self.text);
        self.text.extend_from_slice(&owner.number.to_be_bytes());
        write(&mut self.text);
        self.parts.push(start..self.text.len());
    }
}

/// The rule's tests and target in one spelling, as [`Canonical::of`] gives it, in a vector of its own.
pub fn canonical(ruleset: &Ruleset<'_>, rule: RuleId) -> Option<Vec<u8>> {
    Canonical::default().of(ruleset, rule).map(<[u8]>::to_vec)
}

/// What a line says, comments and all and in words where it must be: what `-D` compares.
pub(crate) fn spelling(dump: &Dump<'_>, family: Family, rule: &Rule) -> Vec<u8> {
    let mut canonical = Canonical::default();
    canonical.spell(dump, family, rule, &target_name(dump, rule), true);
    canonical.out
}

fn target_name<'d>(dump: &Dump<'d>, rule: &Rule) -> Cow<'d, [u8]> {
    unquote(rule.target_span(dump).unwrap_or_default().of(dump.source))
}

/// The owner of the options behind a `-m`. Where an option of the match stood before, it is the same use of it.
fn load<'n>(matches: &mut Vec<Owner<'n>>, name: &'n [u8]) -> Owner<'n> {
    match matches.iter_mut().rfind(|owner| owner.name == name) {
        Some(owner) if !owner.loaded => {
            owner.loaded = true;
            *owner
        }
        former => {
            let number = former.map_or(0, |owner| owner.number + 1);
            begin(matches, name, number, true)
        }
    }
}

/// The owner of an option. `-p tcp` and the like need no `-m`.
fn last_use<'n>(matches: &mut Vec<Owner<'n>>, name: &'n [u8]) -> Owner<'n> {
    let last = matches.iter().rfind(|owner| owner.name == name).copied();
    last.unwrap_or_else(|| begin(matches, name, 0, false))
}

fn begin<'n>(matches: &mut Vec<Owner<'n>>, name: &'n [u8], number: u16, loaded: bool) -> Owner<'n> {
    let stage = matches.last().map_or(1, |last| {
        let apart = !nature::is_pure(last.name) || !nature::is_pure(name);
        last.stage + u16::from(apart)
    });
    let owner = Owner { stage, name, number, loaded };
    matches.push(owner);
    owner
}

/// Writes text with its length in front, so that nothing can be taken for its end.
fn sized(text: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(&u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend_from_slice(text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{filter, load};

    fn spelled(rule: &str) -> Option<Vec<u8>> {
        let ruleset = filter(&format!(":CHAIN -\n:A -\n-A A {rule}"));
        canonical(&ruleset, ruleset.rule("A", 1))
    }

    #[test]
    fn rules_that_mean_the_same_come_out_the_same() {
        for (one, other) in [
            ("-p tcp --dport 80 -j DROP", "-p tcp -m tcp --dport 80 -j DROP"),
            ("-p tcp -m tcp --dport http -j DROP", "-j DROP --protocol 6 -m tcp --destination-port 80"),
            ("-p udp -m udp --sport 1 --dport 2 -j DROP", "-p udp -m udp --dport 2 --sport 1 -j DROP"),
            ("-s 203.0.113.0/24 -j DROP", "-s 203.0.113.77/255.255.255.0 -j DROP"),
            ("-s 10.0.0.1,10.0.0.2 -j DROP", "-s 10.0.0.2,10.0.0.1 -j DROP"),
            ("-i lo -j DROP", "-i \"lo\" -j \"DROP\""),
            ("-i lo -j DROP", "-i lo -p all -s 0/0 -o + -j DROP"),
            ("-i lo -j DROP", "-i lo -m comment --comment why -j DROP -c 1 2"),
            ("-m conntrack --ctstate NEW,RELATED -j DROP", "-m state --state RELATED,NEW -j DROP"),
            ("-p tcp --syn -j DROP", "-p tcp -m tcp --tcp-flags ACK,FIN,RST,SYN SYN -j DROP"),
            (
                "-p tcp -m multiport --dports 80,443 -j DROP",
                "-p tcp -m multiport --dports https,http -j DROP",
            ),
            (
                "-m mark --mark 1 -m physdev --physdev-in a -j DROP",
                "-m physdev --physdev-in a -m mark --mark 0x1 -j DROP",
            ),
            ("-j MARK --set-mark 0x1/0xf0", "-j MARK --set-xmark 0x1/0xf1"),
            ("-j REJECT", "-j REJECT --reject-with icmp-port-unreachable"),
            ("-m ttl --ttl 64 -j DROP", "-m ttl --ttl-eq 0x40 -j DROP"),
            ("-m dscp --dscp-class EF -j DROP", "-m dscp --dscp 46 -j DROP"),
            (
                "-m string --algo bm --string a -j DROP",
                "-m string --hex-string \"|61|\" --algo bm --from 0 -j DROP",
            ),
            ("-m u32 --u32 \"6 & 0xFF = 1\" -j DROP", "-m u32 --u32 0x6&0xff=0x1 -j DROP"),
            ("-m iprange --src-range 10.0.0.1 -j DROP", "-m iprange --src-range 10.0.0.1-10.0.0.1 -j DROP"),
            ("-j NFQUEUE", "-j NFQUEUE --queue-num 0"),
            ("-j DSCP --set-dscp-class EF", "-j DSCP --set-dscp 0x2e"),
            ("-j TOS --and-tos 0x12", "-j TOS --set-tos 0x00/0xed"),
            ("-j TOS --set-tos Minimize-Delay", "-j TOS --set-tos 16/0x3f"),
            ("-p tcp -j TPROXY --on-port 80", "-p tcp -j TPROXY --on-port http --on-ip 0.0.0.0"),
            ("-m limit --limit 1/sec -j DROP", "-m limit --limit 1/sec --limit-burst 5 -j DROP"),
        ] {
            assert_eq!(spelled(one), spelled(other), "{one} | {other}");
            assert!(spelled(one).is_some(), "{one}");
        }
    }

    #[test]
    fn rules_that_differ_come_out_different() {
        let rules = [
            "",
            "-j DROP",
            "-j CHAIN",
            "-g CHAIN",
            "-j LOG",
            "-j LOG --log-prefix a",
            "-i a -j DROP",
            "-o a -j DROP",
            "! -i a -j DROP",
            "-i a+ -j DROP",
            "-s 10.0.0.1 -j DROP",
            "-d 10.0.0.1 -j DROP",
            "-s 10.0.0.1/31 -j DROP",
            "-s 10.0.0.1,10.0.0.2 -j DROP",
            "-s host.example -j DROP",
            "-s host.example/24 -j DROP",
            "-p tcp -j DROP",
            "-p tcp -m tcp -j DROP",
            "-p tcp --dport 80 -j DROP",
            "-p tcp --sport 80 -j DROP",
            "-p udp --dport 80 -j DROP",
            "-p tcp --dport 80:81 -j DROP",
            "-p tcp ! --dport 80 -j DROP",
            "-p tcp -m multiport --dports 80,81 -j DROP",
            "-p tcp -m multiport --dports 80:81 -j DROP",
            "-p tcp -m multiport --ports 80,81 -j DROP",
            "-m mark --mark 1 -j DROP",
            "-m connmark --mark 1 -j DROP",
            "-m mark --mark 1/1 -j DROP",
            "-p icmp --icmp-type 3 -j DROP",
            "-p icmp --icmp-type 3/0 -j DROP",
            "-m set --match-set a src -j DROP",
            "-m set --match-set a src,dst -j DROP",
            "-m set --match-set a src --return-nomatch -j DROP",
            "-m iprange --src-range 10.0.0.1-10.0.0.2 -j DROP",
            "-m iprange --dst-range 10.0.0.1-10.0.0.2 -j DROP",
            "-m policy --dir in --pol ipsec --strict --reqid 1 --next --reqid 2 -j DROP",
            "-m policy --dir in --pol ipsec --strict --reqid 2 --next --reqid 1 -j DROP",
            "-m hashlimit --hashlimit-upto 1/sec --hashlimit-name a -j DROP",
            "-m hashlimit --hashlimit-upto 1b/s --hashlimit-name a -j DROP",
            "-m limit --limit 1/sec -m mark --mark 1 -j DROP",
            "-m mark --mark 1 -m limit --limit 1/sec -j DROP",
            "-p tcp -j DNAT --to-destination 10.0.0.1:80-90",
            "-p tcp -j DNAT --to-destination 10.0.0.1:80-90/8000",
            "-p tcp -j DNAT --to-destination 10.0.0.1:80-90/9000",
            "-j REJECT",
            "-j REJECT --reject-with icmp-host-prohibited",
            "-j NFQUEUE",
            "-j NFQUEUE --queue-balance 0:1",
            "-j TOS --or-tos 1",
            "-j TOS --xor-tos 1",
            "-j CT --zone mark",
            "-j CT --zone 65535",
            "-j CT --zone-orig mark",
            "-p tcp -j TCPOPTSTRIP",
            "-p tcp -j TCPOPTSTRIP --strip-options 2",
            "-p tcp -j TCPOPTSTRIP --strip-options 2,3",
        ];
        let mut met = std::collections::HashMap::new();
        for rule in rules {
            let spelling = spelled(rule).unwrap_or_else(|| panic!("{rule}"));
            assert_eq!(met.insert(spelling, rule), None, "{rule}");
        }
    }

    #[test]
    fn what_is_not_understood_is_not_spelled() {
        for rule in
            ["-p tcp --dport nonsense -j DROP", "-m geoip --source-country XX -j DROP", "-j TARPIT --tarpit"]
        {
            assert_eq!(spelled(rule), None, "{rule}");
        }
    }

    #[test]
    fn the_standard_target_of_ebtables_need_not_be_said() {
        let ruleset = load(concat!(
            "# Generated by ebtables-save v1.8.9\n*filter\n:INPUT ACCEPT\n",
            "-A INPUT -p IPv4 -j mark --mark-set 0x1\n",
            "-A INPUT -p 0x0800 -j mark --set-mark 0x1 --mark-target ACCEPT\n",
            "-A INPUT -p IPv4 -j mark --mark-set 0x1 --mark-target DROP\n"
        ));
        let spelled = |position| canonical(&ruleset, ruleset.rule("INPUT", position)).unwrap();
        assert_eq!(spelled(1), spelled(2));
        assert_ne!(spelled(1), spelled(3));
    }
}
