//! What targets write, and where packets go then.

use fwlint_model::{Fields, syntax::Backend::Nft, target_writes};
use fwlint_packet::Field;

use super::{ARPTABLES, EBTABLES, IPTABLES, filter, meaning};
use crate::{
    meaning::{Action, Nat, Then, Verdict, Write},
    testing,
    world::World,
};

fn action(header: &str, rule: &str) -> Action {
    let ruleset = filter(header, rule);
    meaning(&World::new(&ruleset, Nft, None)).action
}

#[test]
fn targets_write_and_go_on_or_end() {
    let bits = |field, and, xor| Write::Bits { field, and, xor };
    let all = u32::MAX;
    for (header, rule, writes, then) in [
        (IPTABLES, "-j MARK --set-xmark 0x5/0xf", vec![bits(Field::MARK, !0xf, 5)], Then::Next),
        (IPTABLES, "-j MARK --set-mark 0x5/0xf0", vec![bits(Field::MARK, !0xf5, 5)], Then::Next),
        (IPTABLES, "-j MARK --and-mark 0xf", vec![bits(Field::MARK, 0xf, 0)], Then::Next),
        (IPTABLES, "-j MARK --or-mark 0xf", vec![bits(Field::MARK, !0xf, 0xf)], Then::Next),
        (IPTABLES, "-j MARK --xor-mark 0xf", vec![bits(Field::MARK, all, 0xf)], Then::Next),
        (
            IPTABLES,
            "-s 10.0.0.1,10.0.0.0/8 -j MARK --xor-mark 1",
            vec![Write::Anything(Field::MARK)],
            Then::Next,
        ),
        (IPTABLES, "-s 10.0.0.1,10.0.0.0/8 -j MARK --set-mark 1", vec![bits(Field::MARK, 0, 1)], Then::Next),
        (IPTABLES, "-j DSCP --set-dscp 0x0a", vec![bits(Field::TOS, !0xfc, 0x28)], Then::Next),
        (IPTABLES, "-j TOS --and-tos 0x0f", vec![bits(Field::TOS, !0xf0, 0)], Then::Next),
        (IPTABLES, "-p tcp -j ECN --ecn-tcp-remove", vec![bits(Field::TCP_FLAGS, !0xc0, 0)], Then::Next),
        (IPTABLES, "-j TTL --ttl-set 9", vec![bits(Field::TTL, 0, 9)], Then::Next),
        (IPTABLES, "-j TTL --ttl-inc 9", vec![Write::Anything(Field::TTL)], Then::Next),
        (IPTABLES, "-j CLASSIFY --set-class 1:2", vec![bits(Field::PRIORITY, 0, 0x1_0002)], Then::Next),
        (IPTABLES, "-j LOG", vec![], Then::Next),
        (IPTABLES, "-j NFQUEUE", vec![], Then::End(Verdict::Queue)),
        (IPTABLES, "-p tcp -j SYNPROXY", vec![], Then::NextOrEnd),
        (IPTABLES, "-j MASQUERADE", vec![], Then::End(Verdict::Translate(Nat::Source))),
        (
            IPTABLES,
            "-p tcp -j TPROXY --on-port 1 --tproxy-mark 0x1/0x3",
            vec![bits(Field::MARK, !3, 1)],
            Then::End(Verdict::Stolen),
        ),
        (
            EBTABLES,
            "-j mark --mark-set 0x5 --mark-target CONTINUE",
            vec![bits(Field::MARK, 0, 5)],
            Then::Next,
        ),
        (EBTABLES, "-j mark --mark-or 0x5", vec![bits(Field::MARK, !5, 5)], Then::End(Verdict::Accept)),
        (
            EBTABLES,
            "-j snat --to-src 52:54:0:0:0:1 --snat-target RETURN",
            vec![bits(Field::MAC_SRC, 0, 0x5254_0000), bits(Field::MAC_SRC1, 0, 1)],
            Then::Return,
        ),
        (EBTABLES, "-p ARP -j arpreply --arpreply-mac 52:54:0:0:0:1", vec![], Then::NextOrEnd),
        (
            ARPTABLES,
            "-j mangle --mangle-ip-s 10.0.0.1",
            vec![bits(Field::SRC, 0, 0x0a00_0001)],
            Then::End(Verdict::Accept),
        ),
    ] {
        let action = action(header, rule);
        assert_eq!((action.writes.to_vec(), action.then, action.only), (writes, then, None), "{rule}");
    }
}

#[test]
fn what_has_no_connection_is_not_written_to() {
    let connmark = action(IPTABLES, "-j CONNMARK --restore-mark --nfmask 0x3 --ctmask 0xc");
    assert!(
        connmark.only.is_some_and(|only| !only.values.has(Field::UNTRACKED) && only.values.has(Field::NEW))
    );
    assert_eq!(
        connmark.writes.to_vec(),
        [Write::Copy { from: Field::CONNMARK, to: Field::MARK, from_mask: 0xc, to_mask: 3 }]
    );
    let raw = testing::load("*raw\n:A -\n-A A -j CT --notrack\nCOMMIT\n");
    let notrack = meaning(&World::new(&raw, Nft, None)).action;
    assert_eq!(
        notrack.writes.to_vec(),
        [Write::Bits { field: Field::CT_STATE, and: 0, xor: Field::UNTRACKED }]
    );
    assert!(notrack.only.is_some_and(|only| only.values.single() == Some(Field::INVALID)));
}

/// What is written to a field, in the rougher words of the model.
const fn class(field: Field) -> Fields {
    match field {
        Field::MARK => Fields::MARK,
        Field::CONNMARK => Fields::CONNMARK,
        Field::TTL | Field::TOS | Field::TCP_FLAGS | Field::LENGTH => Fields::HEADERS,
        Field::PRIORITY => Fields::NONE,
        Field::SRC | Field::DST | Field::MAC_SRC | Field::MAC_SRC1 | Field::MAC_DST | Field::MAC_DST1 => {
            Fields::ADDRESSES
        }
        Field::PACKET_TYPE => Fields::ADDRESSES,
        _ => Fields::CONNTRACK,
    }
}

#[test]
fn nothing_is_written_that_the_model_does_not_know_of() {
    for (header, name, options) in [
        (IPTABLES, "MARK", "--set-mark 1"),
        (IPTABLES, "CONNMARK", "--save-mark"),
        (IPTABLES, "CONNMARK", "--restore-mark"),
        (IPTABLES, "CT", "--zone 5"),
        (IPTABLES, "CT", "--notrack"),
        (IPTABLES, "NOTRACK", ""),
        (IPTABLES, "SET", "--map-set x src --map-mark --map-prio"),
        (IPTABLES, "TTL", "--ttl-inc 1"),
        (IPTABLES, "TOS", "--set-tos 1"),
        (IPTABLES, "CLASSIFY", "--set-class 1:1"),
        (EBTABLES, "dnat", "--to-dst 52:54:0:0:0:1"),
        (EBTABLES, "redirect", ""),
        (ARPTABLES, "mangle", "--mangle-ip-d 10.0.0.1"),
    ] {
        for write in action(header, &format!("-j {name} {options}")).writes {
            let class = class(write.field());
            assert_eq!(target_writes(name).and(class), target_writes(name), "{name} {options} {write:?}");
        }
    }
}
