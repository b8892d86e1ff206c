//! What is read of small dumps, told as text: enough of the tree to see a mistake.

use std::fmt::Write as _;

use crate::{Dump, Family, Options, extensions::core, parse};

fn read(source: &str) -> Dump<'_> {
    parse(source.as_bytes(), Options::default())
}

/// A rule of the filter table of an IPv4 dump, argument by argument, and what is wrong with it.
fn told(rule: &str) -> String {
    let source = format!("*filter\n:INPUT ACCEPT [0:0]\n:LOG - [0:0]\n{rule}\nCOMMIT\n");
    let dump = parse(source.as_bytes(), Options { family: Some(Family::Ipv4), threads: 1 });
    let mut out = String::new();
    for rule in &dump.rules {
        for arg in dump.args_of(rule) {
            let name = arg.spec().map_or("word for word", |spec| spec.name);
            let not = if arg.negated() { "not " } else { "" };
            let from = arg.extension().name;
            let value = String::from_utf8_lossy(arg.value_span().of(dump.source)).into_owned();
            let from = if from.is_empty() { String::new() } else { format!("{from} ") };
            _ = write!(out, "[{not}{from}{name} {value}]");
        }
    }
    for error in &dump.errors {
        let word = String::from_utf8_lossy(error.span.of(dump.source)).into_owned();
        _ = write!(out, " {word}: {:?}", error.problem);
    }
    out
}

#[test]
fn options_belong_to_the_match_named_last() {
    assert_eq!(
        told("-A INPUT -p tcp -m tcp --dport 22 -m comment --comment \"a b\" -j ACCEPT"),
        "[protocol tcp][match tcp][tcp dport 22][match comment][comment comment \"a b\"][jump ACCEPT]"
    );
    assert_eq!(
        told("-A INPUT -m mark --mark 1 -m connmark --mark 2"),
        "[match mark][mark mark 1][match connmark][connmark mark 2]"
    );
    assert_eq!(told("-A INPUT -p udp --dport 53"), "[protocol udp][udp dport 53]");
    assert_eq!(told("-A INPUT -j LOG --log-prefix x -i lo"), "[jump LOG][LOG log-prefix x][in-interface lo]");
}

#[test]
fn names_may_be_abbreviated_and_joined() {
    assert_eq!(told("-A INPUT --proto tcp --dpo 22"), "[protocol tcp][tcp dport 22]");
    assert_eq!(told("-A INPUT --in-int lo --jum ACCEPT"), "[in-interface lo][jump ACCEPT]");
    assert_eq!(
        told("--append=INPUT -p tcp -mtcp --dport=22 -gLOG"),
        "[protocol tcp][match tcp][tcp dport 22][goto LOG]"
    );
    assert_eq!(told("-A INPUT -s10.0.0.0/8"), "[source 10.0.0.0/8] -s10.0.0.0/8: JoinedValue");
    assert_eq!(told("-A INPUT --s 10.0.0.0/8"), " --s: AmbiguousOption");
}

/// Legacy takes chains that are called so, and saves them.
#[test]
fn a_dash_begins_the_name_of_a_chain_that_is_declared() {
    let source = "*filter\n:-X - [0:0]\n:--log - [0:0]\n-A -X -j --log\n-A --log -g -X\nCOMMIT\n";
    let dump = parse(source.as_bytes(), Options { family: Some(Family::Ipv4), threads: 1 });
    assert_eq!(dump.errors, []);
    assert_eq!(dump.rules.len(), 2);
    assert_eq!(told("-A INPUT -j -X"), " -j: MissingValue(Words(\"the name of a chain or target\"))");
}

#[test]
fn no_chain_has_blanks_in_its_name() {
    for line in ["-N \"A B\"", "-E LOG \"A B\"", "-A \"IN PUT\" -j DROP"] {
        assert!(told(line).ends_with(": NoChain"), "{line}");
    }
}

#[test]
fn rules_are_numbered_from_one() {
    assert_eq!(told("-I INPUT 1 -j LOG"), "[jump LOG]");
    assert_eq!(told("-I INPUT 0 -j LOG"), "[jump LOG] 0: BadValue(Number(1, 2147483647))");
    assert_eq!(told("-D INPUT 4000000000"), " 4000000000: BadValue(Number(1, 2147483647))");
}

#[test]
fn negation_stands_in_front_or_is_told() {
    assert_eq!(told("-A INPUT ! -s 10.0.0.1 -j DROP"), "[not source 10.0.0.1][jump DROP]");
    assert_eq!(told("-A INPUT -s ! 10.0.0.1"), "[not source 10.0.0.1] !: OldNegation");
    assert_eq!(told("-A INPUT ! ! -s 10.0.0.1"), "[not source 10.0.0.1] !: DanglingNegation");
    assert_eq!(told("-A INPUT -j DROP !"), "[jump DROP] !: DanglingNegation");
    assert_eq!(told("-A INPUT ! -j DROP"), " !: NotNegatable");
}

#[test]
fn what_nobody_knows_is_kept_word_for_word() {
    assert_eq!(
        told("-A INPUT -m geoip ! --src-cc CN,RU --more \"a b\" c -p tcp -j DROP"),
        "[match geoip][not geoip word for word  CN,RU][geoip word for word  \"a b\" c][protocol tcp][jump DROP]"
    );
    assert_eq!(told("-A INPUT -m ndpi --proto x,y"), "[match ndpi][ndpi word for word  x,y]");
    assert_eq!(told("-A INPUT -j NEW --speed 5"), "[jump NEW][(unknown) word for word  5]");
    // The options of a chain are nobody's.
    assert_eq!(told("-A INPUT -j ACCEPT --speed 5").split(": ").nth(1), Some("UnknownOption"));
}

#[test]
fn an_option_may_stand_before_its_match() {
    assert_eq!(
        told("-A INPUT --dport 53 -j ACCEPT -p udp"),
        "[udp dport 53][jump ACCEPT][protocol udp] --dport: TooEarly"
    );
}

#[test]
fn a_name_that_is_not_known_here_may_be_known_elsewhere() {
    for known in [
        "-p tcp --dport epmd",
        "-p tcp --dport zabbix-agent",
        "-p ipsec-esp",
        "-p tcp -m multiport --dports nfs,x11",
    ] {
        assert!(!told(&format!("-A INPUT {known} -j DROP")).contains(": "), "{known}");
    }
    for unknown in
        ["-p tcp --dport acme", "-p tcp --dport acme:80", "-p tcp -m multiport --dports 80,acme", "-p acme"]
    {
        assert!(told(&format!("-A INPUT {unknown} -j DROP")).contains("UnknownName"), "{unknown}");
    }
    for bad in ["-j MARK --and-mark 0xff/0xf", "-j CONNMARK --save-mark --nfmask 0xf/0xf"] {
        assert!(told(&format!("-A INPUT {bad}")).contains("BadValue"), "{bad}");
    }
    for bad in ["-p tcp --dport 65536", "-p tcp --dport 80-90", "-p tcp --dport -1", "-p 256"] {
        assert!(told(&format!("-A INPUT {bad} -j DROP")).contains("BadValue"), "{bad}");
    }
}

#[test]
fn counters_stand_in_front_or_inside() {
    for line in ["[1:2] -A INPUT", "[1:2]-A INPUT", "[ 1:2 ] -A INPUT"] {
        let source = format!("*filter\n{line}\nCOMMIT\n");
        let dump = read(&source);
        assert!(dump.errors.is_empty(), "{line}");
        assert!(dump.rules[0].counters.of(dump.source).starts_with(b"["), "{line}");
    }
    let dump = read("*filter\n-A INPUT -c 10 840 -j ACCEPT\nCOMMIT\n");
    assert_eq!(dump.rules[0].counters.of(dump.source), b"10 840");
    assert_eq!(dump.args_of(&dump.rules[0])[0].id(), core::COUNTERS);
}

#[test]
fn a_rule_of_the_other_family_is_read_as_such() {
    let dump =
        read("*filter\n-4 -A INPUT -s 10.0.0.0/8\n-A INPUT -6 -s fe80::/10\n-6 -A INPUT -s ::1\nCOMMIT\n");
    assert!(dump.errors.is_empty());
    let families: Vec<Family> = dump.rules.iter().map(|rule| rule.family).collect();
    assert_eq!(families, [Family::Ipv4, Family::Ipv6, Family::Ipv6]);
    // One that asks for both is loaded by neither program.
    let dump = read("*filter\n-A INPUT -4 -6 -j DROP\n-6 -4 -A INPUT -i lo -j DROP\nCOMMIT\n");
    assert!(dump.rules.iter().all(|rule| rule.family == Family::Ipv6));
}

#[test]
fn runs_are_what_one_program_printed() {
    let families = |source: &str| -> Vec<(Family, usize)> {
        let dump = read(source);
        assert!(dump.errors.is_empty(), "{:?}", dump.errors);
        dump.runs.iter().map(|run| (run.family, run.tables.len())).collect()
    };
    let v4 = "# Generated by iptables-save v1.8.9 on Mon\n*filter\n-A INPUT -i lo\nCOMMIT\n";
    let v6 = "# Generated by ip6tables-save v1.8.9 on Mon\n*nat\n-A OUTPUT -o lo\nCOMMIT\n";
    let nft = "# Generated by iptables-save v1.8.9 (nf_tables) on Mon\n*nat\n-A OUTPUT -o lo\nCOMMIT\n";
    assert_eq!(families(&[v4, v6].concat()), [(Family::Ipv4, 1), (Family::Ipv6, 1)]);
    assert_eq!(families(&[v4, nft].concat()), [(Family::Ipv4, 1), (Family::Ipv4, 1)]);
    // The same table again under a header of its own is another dump; without one it replaces the first.
    assert_eq!(families(&[v4, v4].concat()).len(), 2);
    let twice = "*filter\n-A INPUT -i lo\nCOMMIT\n*filter\n-A INPUT -i lo\nCOMMIT\n";
    assert_eq!(families(twice), [(Family::Ipv4, 2)]);
    // Told from the content, of any of its tables.
    assert_eq!(families("*filter\n-A INPUT -s fe80::/10\nCOMMIT\n"), [(Family::Ipv6, 1)]);
    assert_eq!(families("*filter\n:INPUT ACCEPT\n-A INPUT -p ARP -j DROP\n"), [(Family::Bridge, 1)]);
    let (unknown, told) = ("*nat\n-A OUTPUT -o lo\nCOMMIT\n", "*filter\n-A INPUT -s fe80::/10\nCOMMIT\n");
    assert_eq!(families(&[unknown, told].concat()), [(Family::Ipv6, 2)]);
    assert_eq!(families(&[twice, told].concat()), [(Family::Ipv4, 2), (Family::Ipv6, 1)]);
}

#[test]
fn listed_rules_name_their_table_by_the_prompt_or_by_their_chains() {
    let source = "root@gw:~# iptables -S\n-P INPUT DROP\n-P FORWARD DROP\n-A INPUT -i lo -j ACCEPT\n\
                  root@gw:~# iptables -t mangle -S\n-P OUTPUT ACCEPT\n-A OUTPUT -j ACCEPT\nroot@gw:~#\n";
    let dump = read(source);
    assert!(dump.errors.is_empty(), "{:?}", dump.errors);
    let names: Vec<&[u8]> = dump.tables.iter().map(|table| table.name(dump.source)).collect();
    assert_eq!(names, [b"filter".as_slice(), b"mangle"]);
    assert_eq!(dump.stray.len(), 3);
    let listed = "-P PREROUTING ACCEPT\n-P POSTROUTING ACCEPT\n-A POSTROUTING -j MASQUERADE\n-P INPUT DROP\n-P FORWARD DROP\n";
    let dump = read(listed);
    let names: Vec<&[u8]> = dump.tables.iter().map(|table| table.name(dump.source)).collect();
    assert_eq!(names, [b"nat".as_slice(), b"filter"]);
}

#[test]
fn prose_is_kept_apart_and_rules_without_a_table_are_errors() {
    let source = "Hello all,\n\n- this is a list\n* and this\n\n*filter\n-A INPUT -j DROP\nwhat is this\nCOMMIT\n\
                  I tried -A FORWARD\n-A INPUT -j ACCEPT\n:LOST - [0:0]\n";
    let dump = read(source);
    let wrong: Vec<&[u8]> = dump.errors.iter().map(|error| error.span.of(dump.source)).collect();
    assert_eq!(wrong, [b"what is this".as_slice(), b"-A INPUT -j ACCEPT", b":LOST - [0:0]"]);
    assert_eq!(dump.stray.len(), 2);
    assert_eq!(dump.rules.len(), 1);
    assert_eq!(dump.tables[0].rules, 0..1);
}

#[test]
fn reading_with_two_threads_reads_the_same() {
    let mut source = String::from("*filter\n:INPUT ACCEPT [0:0]\n");
    for number in 0..40_000 {
        let port = if number % 997 == 0 { "none" } else { "22" };
        _ = writeln!(
            source,
            "-A INPUT -s 10.0.{}.{}/32 -p tcp -m tcp --dport {port} -j ACCEPT",
            number / 256 % 256,
            number % 256
        );
        if number % 5_000 == 0 {
            source.push_str("# a comment\n:CHAIN - [0:0]\n");
        }
    }
    source.push_str("COMMIT\n");
    let bytes = source.as_bytes();
    let one = parse(bytes, Options { family: None, threads: 1 });
    let two = parse(bytes, Options { family: None, threads: 2 });
    assert_eq!(one.rules.len(), 40_000);
    assert_eq!(one.errors, two.errors);
    assert_eq!(one.tables[0].rules, two.tables[0].rules);
    let spans = |dump: &Dump<'_>| -> Vec<_> {
        dump.rules
            .iter()
            .map(|rule| {
                (rule.span, rule.broken, dump.args_of(rule).iter().map(crate::Arg::span).collect::<Vec<_>>())
            })
            .collect()
    };
    assert_eq!(spans(&one), spans(&two));
}

#[test]
fn errors_are_counted_beyond_those_that_are_kept() {
    let mut source = String::from("*filter\n");
    for _ in 0..crate::MAX_ERRORS + 5 {
        source.push_str("nonsense\n");
    }
    source.push_str("COMMIT\n");
    let dump = read(&source);
    assert_eq!((dump.errors.len(), dump.errors_omitted), (crate::MAX_ERRORS, 5));
}

proptest::proptest! {
    /// Whatever the bytes, reading comes to an end, and every span lies within the source.
    #[test]
    fn any_bytes_are_read(source in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
        check_spans(&source);
    }

    /// Likewise lines that are nearly a dump.
    #[test]
    fn any_words_are_read(words in proptest::collection::vec("(-A|-I|-p|-j|!|--dport|-m|tcp|INPUT|22|\n|\\*filter\n|COMMIT\n|:X|\"|\\[1:2\\]| |-6|--|=|\\\\)", 0..60)) {
        check_spans(words.join(" ").as_bytes());
    }
}

fn check_spans(source: &[u8]) {
    let dump = parse(source, Options::default());
    let end = u32::try_from(source.len()).unwrap();
    let spans = dump.rules.iter().flat_map(|rule| [rule.span, rule.chain, rule.counters]);
    let args = dump.args.iter().map(crate::Arg::span);
    for span in spans.chain(args).chain(dump.errors.iter().map(|error| error.span)) {
        assert!(span.start <= span.end && span.end <= end, "{span:?}");
    }
}
