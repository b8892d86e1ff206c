//! What iptables-legacy and iptables-nft make of the same lines where that is not the same.

mod declarations;
mod hooks;
mod nothing;
mod ports;

use fwlint_model::{
    RuleId,
    syntax::{Backend, Backends, Span},
};

use crate::{Confidence, Facts, Finding, Group, Label, Lint, RulesetFacts, Severity, Sink, Witness, facts::Subject};

pub(super) static LINT: Lint = Lint {
    name: "differs-between-backends",
    group: Group::Correctness,
    severity: Severity::Warning,
    since: "0.1.0",
    page: include_str!("differs_between_backends.md"),
    check,
};

/// Lines of which each backend makes something else.
struct Difference {
    /// What they read differently.
    span: Span,
    message: String,
    /// What is to be seen there.
    label: String,
    help: String,
    /// The backends that do what the text says.
    right: &'static [Backend],
    /// Who refuses it instead.
    refused_by: Backends,
    witness: Option<Witness>,
    related: Option<Label>,
    confidence: Confidence,
}

fn check(facts: &Facts<'_>, sink: &mut Sink) {
    for rules in facts.rulesets.iter().filter(|rules| rules.ruleset.family.is_ip()) {
        declarations::check(rules, sink);
        hooks::check(rules, sink);
        for rule in rules.ruleset.rules.ids() {
            if let Some(difference) = of_rule(rules, rule) {
                difference.report(rules, || rules.about_rule(rule), sink);
            }
        }
    }
}

/// Whether it is told of the rule that the backends make something else of it.
pub(super) fn is_told_of(rules: &RulesetFacts<'_>, rule: RuleId) -> bool {
    rules.ruleset.family.is_ip() && of_rule(rules, rule).is_some()
}

/// The first difference in a rule: one is enough to look at it.
fn of_rule(rules: &RulesetFacts<'_>, rule: RuleId) -> Option<Difference> {
    if rules.ruleset.line(rule).broken {
        return None;
    }
    ports::find(rules, rule).or_else(|| nothing::find(rules, rule))
}

impl Difference {
    fn new(span: Span, message: String, right: &'static [Backend]) -> Self {
        let (label, help) = Default::default();
        let (refused_by, confidence) = (Backends::NONE, Confidence::Proved);
        Self { span, message, label, help, right, refused_by, witness: None, related: None, confidence }
    }

    fn label(self, label: impl Into<String>) -> Self {
        Self { label: label.into(), ..self }
    }

    fn help(self, help: impl Into<String>) -> Self {
        Self { help: help.into(), ..self }
    }

    fn refused_by(self, refused_by: Backends) -> Self {
        Self { refused_by, ..self }
    }

    /// A note where the backend that runs it is known to do what the text says: then it only matters to who moves it to
    /// the other one.
    fn report(self, rules: &RulesetFacts<'_>, subject: impl FnOnce() -> Subject, sink: &mut Sink) {
        let is_right = rules.ruleset.backend.is_some_and(|backend| self.right.contains(&backend));
        let severity = if is_right { Severity::Note } else { Severity::Warning };
        sink.report(severity, || {
            let mut finding = Finding::new(&LINT, self.message, Label::new(self.span, self.label)).help(self.help);
            finding.witness = self.witness;
            finding.related.extend(self.related);
            finding.confidence = self.confidence;
            finding.refused_by(self.refused_by).at(subject())
        });
    }
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::testing::told;

    fn filter(header: &str, rule: &str) -> String {
        told(&LINT, &format!("{header}*filter\n:INPUT ACCEPT [0:0]\n-A INPUT {rule}\nCOMMIT\n"))
    }

    #[test]
    fn each_difference_is_told_with_what_both_make_of_it() {
        let ports = "-i eth+ -s 10.0.0.0/8 -p tcp -m tcp ! --sport 1000 ! --dport 443 -j DROP";
        insta::assert_snapshot!(filter("", ports), @"
        warning (proved): a TCP packet from port 1000 to port 80 matches on nft and not on legacy
          in filter INPUT 1
          3:46 ! --sport 1000 ! --dport 443 <- legacy excludes either port; nft before 1.8.11 only both together
          help: `-m multiport ! --sports 1000 -m multiport ! --dports 443` excludes either on both
          packet: in=eth0 src=10.0.0.1 dst=192.0.2.2 proto=tcp sport=1000 dport=80
        ");
        let with_more = "-p udp -m udp ! --sport 53 ! --dport 53 -m mark --mark 1 -j DROP";
        insta::assert_snapshot!(filter("", with_more), @"
        warning (proved): `! --sport 53 ! --dport 53` excludes either port on legacy, and both together on nft
          in filter INPUT 1
          3:24 ! --sport 53 ! --dport 53 <- legacy excludes either port; nft before 1.8.11 only both together
          help: `-m multiport ! --sports 53 -m multiport ! --dports 53` excludes either on both
        ");
        insta::assert_snapshot!(filter("", "-p tcp -m tcp --dport 80 ! --tcp-flags NONE NONE -j DROP"), @"
        warning (proved): `! --tcp-flags NONE NONE` matches every packet on nft and none on legacy
          in filter INPUT 1
          3:35 ! --tcp-flags NONE NONE <- no TCP header is like that; nft leaves the option out
          help: delete the rule, which can match nothing as it is written, or only this option
          packet: src=192.0.2.1 dst=192.0.2.2 proto=tcp sport=40000 dport=80
        ");
        insta::assert_snapshot!(filter("", "-p tcp -m tcp ! --dport 0:65535 -j DROP"), @"
        warning (proved): `! --dport 0:65535` matches every packet on nft and none on legacy
          in filter INPUT 1
          3:24 ! --dport 0:65535 <- no port is left; nft leaves the option out
          help: delete the rule, which can match nothing as it is written, or only this option
          packet: src=192.0.2.1 dst=192.0.2.2 proto=tcp sport=40000 dport=443
        ");
        insta::assert_snapshot!(filter("", "! -p tcp -m tcp --dport 80 -j DROP"), @"
        warning (proved): legacy refuses `-m tcp` with `! -p tcp`, and nft reads other protocols as if they were it
          in filter INPUT 1
          3:10 ! -p tcp <- on nft a UDP packet from port 40000 to port 80 matches
          help: leave out the `!`, or the ports and flags
          packet: src=192.0.2.1 dst=192.0.2.2 proto=udp sport=40000 dport=80
        ");
        insta::assert_snapshot!(filter("", "! -d 0/0 -j DROP"), @"
        warning (proved): `! -d 0/0` matches no packet on legacy, and nft refuses the rule
          in filter INPUT 1
          3:10 ! -d 0/0
          help: delete the rule, which can match nothing
        ");
        insta::assert_snapshot!(filter("", "! -i + -j DROP"), @"
        warning (proved): `! -i +` matches no packet, and legacy saves the rule without it
          in filter INPUT 1
          3:10 ! -i + <- saved by iptables-legacy-save and loaded again, the rule matches more
          help: delete the rule, which can match nothing
        ");
    }

    #[test]
    fn each_chain_that_differs_is_told() {
        let chains = "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD - [0:0]\n:PREROUTING DROP [0:0]\n:LOG_DROP ACCEPT\n:!x - [0:0]\n:x -\n-A INPUT -s 192.0.2.1 -j DROP\nCOMMIT\n";
        insta::assert_snapshot!(told(&LINT, chains), @"
        warning (proved): legacy refuses the policy of chain `PREROUTING`, and nft leaves it out
          in filter PREROUTING
          4:13 DROP <- `PREROUTING` is no built-in chain of table `filter`
          help: write `-` for the policy, and give the chain a last rule if one is meant
        warning (proved): legacy refuses the policy of chain `LOG_DROP`, and nft leaves it out
          in filter LOG_DROP
          5:11 ACCEPT <- `LOG_DROP` is no built-in chain of table `filter`
          help: write `-` for the policy, and give the chain a last rule if one is meant
        warning (proved): nft refuses chain `!x`, and legacy takes it
          in filter !x
          6:2 !x <- a name that begins with `!`
          help: give the chain another name, here and in the rules that call it
        ");
    }

    #[test]
    fn nat_in_front_of_security_is_told_once() {
        let dump = "*nat\n:INPUT ACCEPT [0:0]\n-A INPUT -p udp -j MARK --set-xmark 0x7/0xffffffff\nCOMMIT\n*security\n\
            :INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n-A INPUT -s 192.0.2.1/32 -j DROP\n-A FORWARD -m mark --mark 0x7 -j DROP\n\
            -A INPUT -m mark --mark 0x7 -j DROP\n-A INPUT -m mark --mark 0x8 -j DROP\nCOMMIT\n";
        insta::assert_snapshot!(told(&LINT, dump), @"
        warning (likely): nft runs nat INPUT before security INPUT, legacy after it: the mark differs
          in security INPUT 2
          10:18 --mark 0x7 <- the mark as it was before nat on legacy, and as nat left it on nft
          3:20 MARK <- written here
          help: test this in a hook in which both run the tables in one order
        ");
    }

    #[test]
    fn a_target_that_is_not_understood_is_not_said_to_write() {
        let dump = "*nat\n:INPUT ACCEPT [0:0]\n-A INPUT -p udp -j TEAPOT --short --stout\nCOMMIT\n*security\n\
            :INPUT ACCEPT [0:0]\n-A INPUT -s 192.0.2.1/32 -m mark --mark 0x7 -j DROP\nCOMMIT\n";
        assert_eq!(told(&LINT, dump), "");
    }

    #[test]
    fn it_is_a_note_where_the_backend_does_what_is_said() {
        let severity = |header: &str, rule: &str| filter(header, rule).split(' ').next().unwrap_or_default().to_owned();
        let legacy = "# Generated by iptables-save v1.8.9 (legacy) on Mon Mar  2 10:00:00 2026\n";
        let nft = "# Generated by iptables-save v1.8.9 (nf_tables) on Mon Mar  2 10:00:00 2026\n";
        let fixed = "# Generated by iptables-save v1.8.11 (nf_tables) on Mon Mar  2 10:00:00 2026\n";
        let ports = "-p tcp -m tcp ! --sport 1000 ! --dport 80 -j DROP";
        assert_eq!([legacy, nft, fixed].map(|header| severity(header, ports)), ["note", "warning", ""]);
        let device = "! -i + -j DROP";
        assert_eq!([legacy, nft, fixed].map(|header| severity(header, device)), ["warning", "note", "note"]);
    }

    #[test]
    fn what_both_read_alike_is_left_alone() {
        for rule in [
            "-p tcp -m tcp ! --sport 1000:1001 ! --dport 80",
            "-p tcp -m tcp ! --sport 0 ! --dport 80",
            "-p tcp -m tcp ! --sport 1000 --dport 80",
            "-p tcp ! --sport 1000 -m tcp ! --dport 80",
            "-p tcp -m tcp ! --sport 1000 ! --dport 80 ! --tcp-option 4",
            "-p tcp -m multiport ! --dports 0:65535",
            "-p sctp -m sctp ! --sport 1000 ! --dport 80",
            "-p tcp -m tcp --tcp-flags NONE NONE",
            "-p tcp -m tcp ! --tcp-flags NONE SYN",
            "-p tcp -m tcp --tcp-flags SYN ACK",
            "! -p tcp -m tcp",
            "! -p tcp -m tcp --dport 0:65535",
            "! -s 10.0.0.0/8 ! -i eth+",
        ] {
            assert_eq!(filter("", rule), "", "{rule}");
        }
    }
}
