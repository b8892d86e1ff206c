use std::net::Ipv4Addr;

use fwlint_model::syntax::Backend;

use super::*;
use crate::{interpret::Met, testing::load};

const ADDRESSES: (u32, u32) = (0xc000_0207, 0x0a00_0005);

/// A TCP SYN from 192.0.2.7:40000 to 10.0.0.5:80, in by eth0 and out by eth1.
fn syn() -> Packet {
    Packet::new()
        .with(Field::SRC, ADDRESSES.0)
        .with(Field::DST, ADDRESSES.1)
        .with(Field::PROTOCOL, 6)
        .with(Field::SPORT, 40_000)
        .with(Field::DPORT, 80)
        .with(Field::TCP_FLAGS, 2)
        .with(Field::FRAGMENT, Field::WHOLE)
        .with(Field::TTL, 64)
        .with(Field::MARK, 0)
        .with(Field::BRIDGED, 0)
}

/// What a packet meets: `raw PREROUTING 1, …`; and its way.
fn walk_with(text: &str, backend: Backend, packet: &Packet, route: Route) -> (String, Way) {
    let ruleset = load(text);
    let world = World::new(&ruleset, backend, None);
    let mut packet = packet.clone();
    packet.set(Field::IN_DEVICE, world.devices.number(b"eth0"));
    packet.set(Field::OUT_DEVICE, world.devices.number(b"eth1"));
    let start = Start { packet, route, is_assumed: false };
    let way = walk(&mut Meanings::new(&world), &start, &mut Choices::default());
    let mut met = Vec::new();
    for leg in &way.legs {
        let Stop::Chain(_, passage) = &leg.stop else { continue };
        for step in &passage.steps {
            let (table, chain) = (ruleset.table_name(step.chain), ruleset.chains[step.chain].name);
            if let Met::Rule { rule, copy, .. } = step.met {
                met.push(format!("{table} {chain} {}", ruleset.rules[rule].position + copy));
            }
        }
    }
    (met.join(", "), way)
}

fn met(text: &str, packet: &Packet, route: Route) -> String {
    walk_with(text, Backend::Legacy, packet, route).0
}

/// Every built-in chain of IPv4, with a rule that counts.
fn everything() -> String {
    let tables = [
        ("filter", &["INPUT", "FORWARD", "OUTPUT"][..]),
        ("nat", &["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"]),
        ("mangle", &["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"]),
        ("security", &["INPUT", "FORWARD", "OUTPUT"]),
        ("raw", &["PREROUTING", "OUTPUT"]),
    ];
    let chains = |chains: &[&str]| -> String {
        let declared = chains.iter().map(|chain| format!(":{chain} ACCEPT [0:0]\n"));
        declared.chain(chains.iter().map(|chain| format!("-A {chain}\n"))).collect()
    };
    let tables = tables.iter().map(|(table, names)| format!("*{table}\n{}COMMIT", chains(names)));
    tables.collect::<Vec<_>>().join("\n")
}

#[test]
fn tables_come_in_the_kernels_order() {
    let text = everything();
    let order = |backend, route| {
        let (met, way) = walk_with(&text, backend, &syn(), route);
        assert_eq!(way.fate, Fate::Accept);
        met.replace(" 1", "")
    };
    let forward = "raw PREROUTING, mangle PREROUTING, nat PREROUTING, mangle FORWARD, filter FORWARD, security FORWARD, \
                   mangle POSTROUTING, nat POSTROUTING";
    let output = "raw OUTPUT, mangle OUTPUT, nat OUTPUT, filter OUTPUT, security OUTPUT, mangle POSTROUTING, nat POSTROUTING";
    for backend in [Backend::Legacy, Backend::Nft] {
        assert_eq!(order(backend, Route::Forward), forward);
        assert_eq!(order(backend, Route::Output), output);
    }
    let input = "raw PREROUTING, mangle PREROUTING, nat PREROUTING, mangle INPUT, filter INPUT, ";
    assert_eq!(order(Backend::Legacy, Route::Input), format!("{input}security INPUT, nat INPUT"));
    assert_eq!(order(Backend::Nft, Route::Input), format!("{input}nat INPUT, security INPUT"));
    // What comes back on lo is not translated a second time.
    let back = "raw PREROUTING, mangle PREROUTING, mangle INPUT, filter INPUT, security INPUT";
    assert_eq!(order(Backend::Nft, Route::Loopback), format!("{output}, {back}"));
}

#[test]
fn bridges_have_an_order_of_their_own() {
    let text = "*broute\n:BROUTING ACCEPT\n-A BROUTING -j CONTINUE\n*nat\n:PREROUTING ACCEPT\n:OUTPUT ACCEPT\n:POSTROUTING ACCEPT\n\
                -A PREROUTING -j CONTINUE\n-A OUTPUT -j CONTINUE\n-A POSTROUTING -j CONTINUE\n\
                *filter\n:INPUT ACCEPT\n:FORWARD ACCEPT\n:OUTPUT ACCEPT\n-A INPUT -j CONTINUE\n-A FORWARD -j CONTINUE\n-A OUTPUT -j CONTINUE\n";
    let order = |backend, route| walk_with(text, backend, &Packet::new(), route).0.replace(" 1", "");
    assert_eq!(
        order(Backend::Legacy, Route::Forward),
        "broute BROUTING, nat PREROUTING, filter FORWARD, nat POSTROUTING"
    );
    assert_eq!(order(Backend::Legacy, Route::Input), "broute BROUTING, nat PREROUTING, filter INPUT");
    assert_eq!(order(Backend::Legacy, Route::Output), "nat OUTPUT, filter OUTPUT, nat POSTROUTING");
    assert_eq!(order(Backend::Nft, Route::Output), "filter OUTPUT, nat OUTPUT, nat POSTROUTING");
    let routed = text.replace("-A BROUTING -j CONTINUE", "-A BROUTING -j DROP");
    let (met, way) = walk_with(&routed, Backend::Legacy, &Packet::new(), Route::Forward);
    assert_eq!((met.as_str(), way.fate), ("broute BROUTING 1", Fate::Accept));
}

#[test]
fn arp_has_one_table() {
    let text = "*filter\n:INPUT ACCEPT\n:OUTPUT ACCEPT\n-A INPUT --opcode 1 -j ACCEPT\n-A OUTPUT --opcode 1 -j ACCEPT\n";
    let packet = Packet::new().with(Field::ARP_OPERATION, 1);
    assert!(walk_with(text, Backend::Legacy, &packet, Route::Input).1.legs.len() == 1);
}

#[test]
fn hooks_know_devices() {
    let rules = |chain| {
        format!("-A {chain} -j V\n-A V -i eth0\n-A V -o eth1\n-A V ! -o eth1\n-A V -o +\n-A V ! -i eth0")
    };
    let text =
        |table, chain| format!("*{table}\n:{chain} ACCEPT [0:0]\n:V - [0:0]\n{}\nCOMMIT\n", rules(chain));
    for (table, chain, route, expected) in [
        ("mangle", "PREROUTING", Route::Forward, "V 1, V 3, V 4"),
        ("filter", "INPUT", Route::Input, "V 1, V 3, V 4"),
        ("filter", "FORWARD", Route::Forward, "V 1, V 2, V 4"),
        ("filter", "OUTPUT", Route::Output, "V 2, V 4, V 5"),
        ("mangle", "POSTROUTING", Route::Forward, "V 1, V 2, V 4"),
        ("mangle", "POSTROUTING", Route::Output, "V 2, V 4, V 5"),
    ] {
        let met = met(&text(table, chain), &syn(), route);
        let expected = expected.replace('V', &format!("{table} V"));
        assert_eq!(met, format!("{table} {chain} 1, {expected}"));
    }
    let bridged = syn().with(Field::BRIDGED, 1);
    let met = met(&text("mangle", "POSTROUTING"), &bridged, Route::Forward);
    assert_eq!(met, "mangle POSTROUTING 1, mangle V 2, mangle V 4, mangle V 5");
}

#[test]
fn connections_are_known_behind_raw() {
    let text = "*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -m conntrack --ctstate INVALID\n-A PREROUTING -m conntrack --ctstate NEW\n\
                COMMIT\n*mangle\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -m conntrack --ctstate INVALID\n\
                -A PREROUTING -m conntrack --ctstate NEW\n-A PREROUTING -m conntrack --ctstate UNTRACKED\n\
                -A PREROUTING -m conntrack --ctstate ESTABLISHED\nCOMMIT\n*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING\nCOMMIT\n";
    let mangle = |packet: &Packet| {
        let met = met(text, packet, Route::Input);
        met.strip_prefix("raw PREROUTING 1, ").unwrap_or(&met).to_owned()
    };
    assert_eq!(mangle(&syn()), "mangle PREROUTING 2, nat PREROUTING 1");
    assert_eq!(mangle(&syn().with(Field::TCP_FLAGS, 0x12)), "mangle PREROUTING 1");
    assert_eq!(mangle(&syn().with(Field::CT_STATE, Field::ESTABLISHED)), "mangle PREROUTING 4");
    assert_eq!(mangle(&syn().with(Field::CT_STATE, Field::UNTRACKED)), "mangle PREROUTING 3");
    // No packet of any connection has all flags.
    let odd = syn().with(Field::CT_STATE, Field::ESTABLISHED).with(Field::TCP_FLAGS, 0x3f);
    assert_eq!(mangle(&odd), "mangle PREROUTING 1");
}

#[test]
fn translated_packets_are_what_later_tables_see() {
    let text = "*nat\n:PREROUTING ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n\
                -A PREROUTING -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.0.9:8080\n-A PREROUTING\n\
                -A POSTROUTING -j SNAT --to-source 10.0.0.1\nCOMMIT\n\
                *filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD -d 10.0.0.5 -j DROP\n-A FORWARD -p tcp -m tcp --dport 8080\n\
                -A FORWARD -m conntrack --ctstate DNAT\n-A FORWARD -m conntrack --ctstate NEW --ctorigdst 10.0.0.5\n\
                -A FORWARD -m conntrack --ctreplsrc 10.0.0.9\n-A FORWARD -m conntrack --ctstate SNAT\nCOMMIT\n\
                *mangle\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -s 192.0.2.7 -d 10.0.0.9\nCOMMIT\n";
    let (met, way) = walk_with(text, Backend::Legacy, &syn(), Route::Forward);
    assert_eq!(
        met,
        "nat PREROUTING 1, filter FORWARD 2, filter FORWARD 3, filter FORWARD 4, filter FORWARD 5, mangle POSTROUTING 1, \
         nat POSTROUTING 1"
    );
    let ends = [Field::SRC, Field::DST].map(|field| way.packet.get(field).map(Ipv4Addr::from_bits));
    assert_eq!(ends, [Some(Ipv4Addr::new(10, 0, 0, 1)), Some(Ipv4Addr::new(10, 0, 0, 9))]);
    assert_eq!((way.packet.get(Field::SPORT), way.packet.get(Field::DPORT)), (Some(40_000), Some(8080)));
    assert!(way.is_certain);
}

#[test]
fn translation_keeps_what_it_may() {
    for (target, address, port) in [
        ("DNAT --to-destination 10.9.0.1", Some(0x0a09_0001), Some(80)),
        ("DNAT --to-destination 10.9.0.1-10.9.0.4", None, Some(80)),
        ("DNAT --to-destination :70-90", Some(ADDRESSES.1), Some(80)),
        ("DNAT --to-destination 10.9.0.1:8080-8090", Some(0x0a09_0001), None),
        ("DNAT --to-destination 10.9.0.1:8080-8090/79", Some(0x0a09_0001), Some(8081)),
        ("REDIRECT --to-ports 3128", None, Some(3128)),
        ("NETMAP --to 10.7.0.0/16", Some(0x0a07_0005), Some(80)),
    ] {
        let text = format!("*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp -j {target}\nCOMMIT\n");
        let (_, way) = walk_with(&text, Backend::Legacy, &syn(), Route::Input);
        assert_eq!((way.packet.get(Field::DST), way.packet.get(Field::DPORT)), (address, port), "{target}");
    }
}

#[test]
fn another_destination_may_have_another_route() {
    let redirect = "*nat\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A PREROUTING -j REDIRECT\n-A OUTPUT -j REDIRECT\nCOMMIT\n\
                    *filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT\n-A FORWARD\n-A OUTPUT -o eth1\nCOMMIT\n";
    assert_eq!(met(redirect, &syn(), Route::Forward), "nat PREROUTING 1, filter INPUT 1");
    // OUTPUT still knows the device that it would have gone out by.
    assert_eq!(met(redirect, &syn(), Route::Output), "nat OUTPUT 1, filter OUTPUT 1, filter INPUT 1");
}

#[test]
fn routing_counts_down_and_refuses() {
    let text = "*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD -p tcp\n-A FORWARD -m ttl --ttl-eq 63\nCOMMIT\n";
    let (_, way) = walk_with(text, Backend::Legacy, &syn(), Route::Forward);
    assert_eq!(way.packet.get(Field::TTL), Some(63));
    let refused = |packet: &Packet, route| {
        let (_, way) = walk_with(text, Backend::Legacy, packet, route);
        match way.legs.last().map(|leg| &leg.stop) {
            Some(Stop::Routing(why)) if way.fate == Fate::Drop => Some(*why),
            _ => None,
        }
    };
    let host = |a, b, c, d| Ipv4Addr::new(a, b, c, d).to_bits();
    assert_eq!(refused(&syn().with(Field::TTL, 1), Route::Forward), Some(Routing::TimeExceeded));
    assert_eq!(refused(&syn().with(Field::TTL, 1), Route::Input), None);
    let mut unknown = syn();
    unknown.forget(Field::TTL);
    assert!(!walk_with(text, Backend::Legacy, &unknown, Route::Forward).1.is_certain);
    let from = |source, to| refused(&syn().with(Field::SRC, source).with(Field::DST, to), Route::Input);
    assert_eq!(from(host(224, 0, 0, 1), ADDRESSES.1), Some(Routing::MartianSource));
    assert_eq!(from(0, ADDRESSES.1), Some(Routing::MartianSource));
    assert_eq!(from(0, u32::MAX), None);
    assert_eq!(from(0, host(224, 0, 0, 22)), None);
    assert_eq!(from(ADDRESSES.0, host(127, 0, 0, 1)), Some(Routing::MartianDestination));
}

#[test]
fn fragments_are_put_together() {
    let later = syn().with(Field::FRAGMENT, Field::LATER);
    let text = "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -f\nCOMMIT\n*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -f\nCOMMIT\n";
    assert_eq!(met(text, &later, Route::Input), "raw PREROUTING 1");
    // Where connections are tracked, even before raw.
    let tracked = text.replace("-A INPUT -f", "-A INPUT -f\n-A INPUT -m conntrack --ctstate NEW");
    assert_eq!(met(&tracked, &later, Route::Input), "filter INPUT 2");
}

#[test]
fn ports_of_dccp_are_known_to_some_kernels_only() {
    let text =
        "*nat\n:PREROUTING ACCEPT\n-A PREROUTING -p dccp -j DNAT --to-destination 10.0.0.9:81\nCOMMIT\n";
    let ports = |name, protocol| {
        let packet = syn().with(Field::PROTOCOL, protocol);
        let (_, way) = walk_with(&text.replace("dccp", name), Backend::Legacy, &packet, Route::Forward);
        (way.packet.get(Field::DPORT), way.packet.get(Field::CT_ORIG_DPORT))
    };
    assert_eq!(ports("dccp", 33), (None, None));
    assert_eq!(ports("tcp", 6), (Some(81), Some(80)));
}

#[test]
fn a_connection_is_confirmed_when_its_packet_comes_back() {
    let text = "*mangle\n:PREROUTING ACCEPT\n:POSTROUTING ACCEPT\n\
        -A PREROUTING -m conntrack --ctstatus CONFIRMED\n-A POSTROUTING -m conntrack ! --ctstatus CONFIRMED\nCOMMIT\n";
    assert_eq!(met(text, &syn(), Route::Loopback), "mangle POSTROUTING 1, mangle PREROUTING 1");
    assert_eq!(met(text, &syn(), Route::Forward), "mangle POSTROUTING 1");
}
