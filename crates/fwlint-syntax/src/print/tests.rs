//! Rules and what is printed of them; and rules made at random from the tables of options: what is printed of one
//! is read as the same rule.

use proptest::{prelude::*, sample::select};

use super::{Style, rule};
use crate::{
    Family, Options,
    extensions::{self, Extension, Role},
    parse,
    testing::saved,
    value::{Kind, Names},
};

#[test]
fn options_stand_in_the_order_of_iptables() {
    let v4 = |rule| saved(Family::Ipv4, rule);
    assert_eq!(
        v4("-j ACCEPT -o eth1 -p TCP -d 10.1.2.3/8 --dport 80: -i eth0 ! -s 10.0.0.1"),
        "! -s 10.0.0.1/32 -d 10.0.0.0/8 -i eth0 -o eth1 -p tcp -m tcp --dport 80:65535 -j ACCEPT"
    );
    assert_eq!(v4("-s 0/0 -i + -p all -g X"), "-g X");
    assert_eq!(
        v4("-p tcp -m comment --comment x --dport 1"),
        "-p tcp -m comment --comment x -m tcp --dport 1"
    );
    assert_eq!(v4("-p tcp --dport 80 -m tcp --dport 81"), "-p tcp -m tcp --dport 80 -m tcp --dport 81");
    assert_eq!(
        v4("-p tcp -m mark --mark 1 -m mark --mark 2/0xf"),
        "-p tcp -m mark --mark 0x1 -m mark --mark 0x2/0xf"
    );
    assert_eq!(v4("-j UNHEARD --of 1 -p tcp --too"), "-p tcp -j UNHEARD --of 1 --too");
    assert_eq!(v4("-m tarpit --delay \"a b\" -j TARPIT"), "-m tarpit --delay \"a b\" -j TARPIT");
}

#[test]
fn quotes_that_say_nothing_are_left_out() {
    assert_eq!(
        saved(
            Family::Ipv4,
            r#""-p" "tcp" "--tcp-flags" "SYN,ACK" "SYN" -m set --match-set "web" "src" -j "DROP""#
        ),
        "-p tcp -m tcp --tcp-flags SYN,ACK SYN -m set --match-set web src -j DROP"
    );
    assert_eq!(saved(Family::Ipv4, r#"-j DROP -s "192.0.2.1"#), "-s 192.0.2.1/32 -j DROP");
    assert_eq!(saved(Family::Ipv4, r#"-m owner --uid-owner a"b c""#), r#"-m owner --uid-owner "ab c""#);
}

#[test]
fn lists_of_addresses_are_several_rules() {
    assert_eq!(
        saved(Family::Ipv4, "-s 10.0.0.1,10.0.0.2 -d 10.0.0.3,0/0 -j DROP"),
        "-s 10.0.0.1/32 -d 10.0.0.3/32 -j DROP\n-s 10.0.0.1/32 -j DROP\n\
         -s 10.0.0.2/32 -d 10.0.0.3/32 -j DROP\n-s 10.0.0.2/32 -j DROP"
    );
}

#[test]
fn bridges_and_arp_have_orders_of_their_own() {
    assert_eq!(
        saved(Family::Bridge, "-i ! eth0 --mark 3 -p ip -d broadcast"),
        "-p IPv4 -d Broadcast ! -i eth0 --mark 0x3 -j CONTINUE"
    );
    assert_eq!(
        saved(Family::Arp, "-s 10.0.0.1 -i eth0 --opcode Request -j MARK --set-mark 1"),
        "-j MARK -i eth0 -s 10.0.0.1 --opcode 1 --set-mark 1"
    );
}

/// Found by the fuzz target `round_trip`, and cut down.
#[test]
fn odd_rules_are_read_again_as_they_are_printed() {
    for (words, expected) in [
        // A match that nobody knows, with options like those of one that the protocol brings along.
        (
            "-p icmp -m zicmp --icmp-type x --icmp-type 88/0",
            "-p icmp -m zicmp --icmp-type x -m icmp --icmp-type 88/0",
        ),
        // Quotes that are never closed, in what is printed in front of something else.
        (r#"-j LO.G --lop -m tcp? --t "x"#, r#"-m tcp? --t "x" -j LO.G --lop"#),
        (r#"-j DROP -m tcp? --t ""x"y z\"#, r#"-m tcp? --t "" x"y z" -j DROP"#),
        (r#"-j LO.G -m unheard --of "x""-j DROP"#, r#"-m unheard --of "x" "-j DROP" -j LO.G"#),
        // An option in quotes, of which a match that nobody knows takes care.
        (r#"-m unheard "--of" x -p tcp -j DROP"#, r#"-p tcp -m unheard "--of" x -j DROP"#),
        // A name that looks like options.
        (r#"-i x"--jump " -j ACCEPT"#, r#"-i "x--jump " -j ACCEPT"#),
        // A name that ends with what is cut off at the end of a line.
        ("-i \"R\x0c\"", "-i \"R\x0c\""),
        // Names that end with what escapes the quote behind them.
        (r"-m connlabel --label a\", r#"-m connlabel --label "a\\""#),
        // A match and a target that nobody knows: whose options are whose?
        ("-j UNHEARD --of-target -m unheard --of-match x", "-m unheard --of-match x -j UNHEARD --of-target"),
    ] {
        let once = printed(Family::Ipv4, &format!("-A X {words}\n"), Style::default());
        assert_eq!(once, Some(format!("-A X {expected}\n")), "{words}");
        let again = once.as_deref().and_then(|once| printed(Family::Ipv4, once, Style::default()));
        assert_eq!(once, again, "{words}");
    }
}

#[test]
fn what_cannot_be_printed_is_not_read() {
    for (words, told) in [
        (r#"-j "--of""#, "-j: the name of a chain or target"),
        ("-m--of-whom -j DROP", "--of-whom: the name of a match"),
        (r#"-j AC"CEPT -s 192.0.2.1""#, r#"AC"CEPT -s 192.0.2.1": the name of a chain or target"#),
        (
            "-s 192.0.2.1,-j DROP",
            "192.0.2.1,-j: an IPv4 address, with a mask or prefix length behind `/` if it likes",
        ),
        (r#""-m tcp --dport "21"#, r#""-m tcp --dport ": an option"#),
    ] {
        assert_eq!(saved(Family::Ipv4, words), told);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, max_global_rejects: 200_000, ..ProptestConfig::default() })]

    #[test]
    fn what_is_printed_is_read_and_printed_the_same(
        (family, words) in families().prop_flat_map(|family| (Just(family), rules(family))),
        before_1_8_10: bool,
    ) {
        let style = Style { counters: false, before_1_8_10 };
        let Some(once) = printed(family, &format!("-A X {words}\n"), style) else {
            return Err(TestCaseError::reject("no such rule"));
        };
        let Some(twice) = printed(family, &once, style) else {
            return Err(TestCaseError::fail(format!("{words}\ncannot be read when printed:\n{once}")));
        };
        prop_assert_eq!(&once, &twice, "{}", words);
    }
}

/// What is printed of rules; `None` if one cannot be read.
fn printed(family: Family, rules: &str, style: Style) -> Option<String> {
    let text = format!("*filter\n:X ACCEPT [0:0]\n{rules}COMMIT\n");
    let dump = parse(text.as_bytes(), Options { family: Some(family), ..Options::default() });
    // Those of the other family (`-6`) no program saves.
    if !dump.errors.is_empty() || dump.rules.iter().any(|rule| rule.family != family) {
        return None;
    }
    let mut out = Vec::new();
    dump.rules.iter().for_each(|read| rule(&dump, read, style, &mut out));
    String::from_utf8(out).ok()
}

fn families() -> impl Strategy<Value = Family> {
    select(vec![Family::Ipv4, Family::Ipv6, Family::Bridge, Family::Arp])
}

/// Some of the options that every rule has, some matches, and perhaps a target.
fn rules(family: Family) -> impl Strategy<Value = String> {
    let of = |role: Role| {
        // iptables leaves out the indices of all of `ipcomp`, and reads none as index 0.
        let known: Vec<_> = extensions::all()
            .filter(|extension| extension.name != "ipcomp")
            .filter(|extension| {
                extension.role == role && extension.families.has(family) && !extension.verbatim
            })
            .collect();
        select(known).prop_flat_map(move |extension| part(extension, family)).boxed()
    };
    // arptables has no matches.
    let matches = if family == Family::Arp { 0..1 } else { 0..3usize };
    let matches =
        prop::collection::vec(if family == Family::Arp { of(Role::Core) } else { of(Role::Match) }, matches);
    let target =
        prop_oneof![of(Role::Target), select(vec!["", "-j ACCEPT", "-j DROP"]).prop_map(str::to_owned)];
    (protocols(family), prop::option::of(core(family)), matches, target).prop_map(
        |(protocol, core, matches, target)| {
            [protocol.to_owned(), core.unwrap_or_default(), matches.join(" "), target].join(" ")
        },
    )
}

/// The protocols that matches and targets want.
fn protocols(family: Family) -> impl Strategy<Value = &'static str> {
    select(match family {
        Family::Ipv4 => vec!["", "-p tcp", "-p udp", "-p icmp", "-p 50", "-p ah", "-p ipcomp", "! -p sctp"],
        Family::Ipv6 => vec!["", "-p tcp", "-p udp", "-p icmpv6", "-p esp", "-p dccp", "-p mh", "-p 132"],
        Family::Bridge => vec!["", "-p ip", "-p ip6", "-p arp", "-p length", "-p 8100", "! -p IPX"],
        Family::Arp => vec![""],
    })
}

fn core(family: Family) -> impl Strategy<Value = String> {
    options(&extensions::core::EXTENSION, family)
}

/// A match or target by its name, where it has one, with some of its options.
fn part(extension: &'static Extension, family: Family) -> impl Strategy<Value = String> {
    let name = match extension.role {
        Role::Target => format!("-j {}", extension.name),
        Role::Match if family != Family::Bridge => format!("-m {}", extension.name),
        _ => String::new(),
    };
    options(extension, family).prop_map(move |options| format!("{name} {options}"))
}

fn options(extension: &'static Extension, family: Family) -> impl Strategy<Value = String> {
    let known: Vec<_> = extension.options.iter().filter(|spec| spec.families.has(family)).collect();
    let most = known.len().min(3);
    prop::sample::subsequence(known, 0..=most).prop_shuffle().prop_flat_map(move |specs| {
        let each = specs.into_iter().map(move |spec| {
            let negated = prop::bool::weighted(if spec.negatable { 0.3 } else { 0.0 });
            (negated, value(spec.kind, family)).prop_map(move |(negated, value)| {
                format!("{}--{} {value}", if negated { "! " } else { "" }, spec.name)
            })
        });
        each.collect::<Vec<_>>().prop_map(|options| options.join(" "))
    })
}

/// Words that an option of this kind may take; now and then others.
fn value(kind: Kind, family: Family) -> BoxedStrategy<String> {
    let number = || prop_oneof![Just(0u64), 1..8u64, 1..300u64, Just(0xffff), Just(0xffff_ffff)].boxed();
    let text = |words: &[&'static str]| select(words.to_vec()).prop_map(str::to_owned).boxed();
    match kind {
        Kind::Flag => text(&[""]),
        // Not every save program escapes quotes.
        Kind::Text => r#""[ !#-\[\]-~]{1,9}"|[a-z_-]{1,9}"#.boxed(),
        Kind::Word | Kind::Interface | Kind::Target | Kind::Verbatim => "[a-z]{1,9}[+]?".boxed(),
        Kind::Match => text(&["comment"]),
        Kind::Protocol if family == Family::Bridge => text(&["ip", "ARP", "0x1234", "length"]),
        Kind::Protocol | Kind::IpProtocol => text(&["tcp", "17", "0", "255", "ipv6-icmp"]),
        Kind::Nets if family == Family::Bridge => {
            text(&["broadcast", "1:2:3:4:5:6", "1:2:3:4:5:6/ff:ff:ff:0:0:0"])
        }
        Kind::Nets | Kind::Net | Kind::Host | Kind::Hosts | Kind::PrefixLength | Kind::Prefix
            if family == Family::Ipv6 =>
        {
            text(&["fd00::1", "fe80::/10", "::/0", "::1,fd00::2", "2001:db8::1/ffff::ff", "64"])
        }
        Kind::BridgeNet6 => text(&["fd00::1", "fe80::/10", "::/0", "2001:db8::1/ffff::ff"]),
        Kind::Nets
        | Kind::Net
        | Kind::BridgeNet
        | Kind::Host
        | Kind::Hosts
        | Kind::PrefixLength
        | Kind::Prefix => {
            text(&["10.0.0.1", "10.1.2.3/8", "0/0", "10.0.0.1,10.0.0.2", "10.1.2.3/255.0.255.0", "24"])
        }
        Kind::AddressRange if family == Family::Ipv6 => text(&["fd00::1-fd00::9", "fd00::1"]),
        Kind::AddressRange => text(&["10.0.0.1-10.0.0.9", "10.0.0.1"]),
        Kind::Mac | Kind::HardwareAddress => {
            text(&["1:2:3:4:5:6", "00:11:22:33:44:55", "Unicast", "1:2:3:4:5:6/ff:0:0:0:0:0"])
        }
        Kind::MacList => text(&[
            "1:2:3:4:5:6",
            "6:5:4:3:2:1=10.0.0.1,1:2:3:4:5:6",
            "1:2:3:4:5:6=10.0.0.9,1:2:3:4:5:6=10.0.0.1",
        ]),
        Kind::EtherType => text(&["ip", "0x1234", "ARP", "88cc"]),
        Kind::Ports | Kind::Port => text(&["80", "http", "1:9", ":9", "9:", "0:65535"]),
        Kind::PortList => text(&["80", "ssh,80:90", "1,2,3"]),
        Kind::TcpFlags => text(&["SYN,ACK SYN", "ALL NONE", "FIN FIN", "NONE NONE"]),
        Kind::NatPorts => text(&["80", "80-90", "ssh"]),
        Kind::NatRange | Kind::ShiftingNatRange if family == Family::Ipv6 => {
            text(&["fd00::1", "[fd00::1]:80", "fd00::1-fd00::9", ":80-90", "[fd00::1-fd00::9]:80-90/8000"])
        }
        Kind::NatRange | Kind::ShiftingNatRange => {
            text(&["10.0.0.1", "10.0.0.1:80", "10.0.0.1-10.0.0.9:80-90", ":80", "10.0.0.1:80-90/8000"])
        }
        Kind::Masked | Kind::Tos => prop_oneof![
            number().prop_map(|n| n.to_string()),
            (number(), number()).prop_map(|(n, mask)| format!("{n:#x}/{mask}")),
        ]
        .boxed(),
        Kind::Unmasked => text(&["0", "255", "0x10", "017"]),
        Kind::MaskedOrBits => text(&["5", "0x5/7", "/6"]),
        Kind::Coded(_) => text(&["1", "6", "Ethernet", "Request", "0x800/0xff", "6/15"]),
        Kind::Range(_) | Kind::Rising(_) | Kind::Queues => prop_oneof![
            number().prop_map(|n| n.to_string()),
            (number(), number()).prop_map(|(low, high)| format!("{low}:{high}")),
            text(&[":", "3:", ":3"]),
        ]
        .boxed(),
        Kind::Icmp(names) | Kind::IcmpRanges(names) => {
            prop_oneof![name(names), text(&["8", "3/1", "255", "255/255", "1:10", "3/1:2", "any"])].boxed()
        }
        Kind::Some(names) => {
            prop::collection::vec(name(names), 1..3).prop_map(|names| names.join(",")).boxed()
        }
        Kind::One(names)
        | Kind::Name(names)
        | Kind::Start(names)
        | Kind::Code(names, _)
        | Kind::NamedRange(names)
        | Kind::NumberOr(_, names) => prop_oneof![name(names), number().prop_map(|n| n.to_string())].boxed(),
        Kind::SetRef => text(&["set src", "set dst,src,dst"]),
        Kind::Rate => text(&["1/s", "5", "120/min", "3/hour", "7/day", "9999/sec"]),
        Kind::Probability => text(&["0", "0.5", "1", "0.33333333349", "1e-3"]),
        Kind::Counters => text(&["1 2", "3,4"]),
        Kind::Duration => text(&["250ms", "1s", "4s", "16.0s"]),
        Kind::TrafficClass => text(&["1:ffff", "0:0"]),
        Kind::TcpOptions => text(&["8", "mss,wscale", "timestamp"]),
        Kind::Number(_) | Kind::Between(..) | Kind::Hex(_) => number().prop_map(|n| n.to_string()).boxed(),
        Kind::Own(_) => prop_oneof![
            text(&[
                "1", "0:5", "2", "a", "10mbit", "5kb", "Mon,Tue", "08:00", "0x1", "0,1", "esp", "src,dst",
                "2/min"
            ]),
            "[0-9a-z:,./-]{1,6}",
        ]
        .boxed(),
    }
}

fn name(names: &'static Names) -> BoxedStrategy<String> {
    match names.list {
        [] => Just("x".to_owned()).boxed(),
        list => select(list).prop_map(|(name, _)| (*name).to_owned()).boxed(),
    }
}
