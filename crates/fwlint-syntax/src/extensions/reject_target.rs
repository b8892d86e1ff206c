//! Drops the packet and tells its sender.

use super::check::Check;
use super::{Extension, Families, OptionSpec, place::Place};
use crate::value::{Kind, Names};

pub(super) static EXTENSION: Extension = Extension::target("REJECT", Families::IP, &[
    OptionSpec::new("reject-with", Kind::Start(&V4)).only(Families::V4).always("icmp-port-unreachable"),
    OptionSpec::new("reject-with", Kind::Start(&V6)).only(Families::V6).always("icmp6-port-unreachable"),
])
.checks(&[Check::Other(|given| {
    (given.says("reject-with", b"tcp-r") && !given.is_for(&[6]))
        .then_some("`-p tcp` in the same rule, which a TCP reset needs")
})])
.places(&[Place::tables(&["filter"])]);

static V4: Names = Names {
    list: &[
        ("icmp-net-unreachable", 0),
        ("net-unreach", 0),
        ("icmp-host-unreachable", 1),
        ("host-unreach", 1),
        ("icmp-proto-unreachable", 2),
        ("proto-unreach", 2),
        ("icmp-port-unreachable", 3),
        ("port-unreach", 3),
        ("icmp-net-prohibited", 5),
        ("net-prohib", 5),
        ("icmp-host-prohibited", 6),
        ("host-prohib", 6),
        ("tcp-reset", 7),
        ("tcp-rst", 7),
        ("icmp-admin-prohibited", 8),
        ("admin-prohib", 8),
    ],
    one: "how to reject: icmp-port-unreachable, tcp-reset, icmp-host-prohibited, …",
    some: "ways to reject",
};

static V6: Names = Names {
    list: &[
        ("icmp6-no-route", 0),
        ("no-route", 0),
        ("icmp6-adm-prohibited", 1),
        ("adm-prohibited", 1),
        ("icmp6-addr-unreachable", 3),
        ("addr-unreach", 3),
        ("icmp6-port-unreachable", 4),
        ("port-unreach", 4),
        ("tcp-reset", 6),
        ("icmp6-policy-fail", 7),
        ("policy-fail", 7),
        ("icmp6-reject-route", 8),
        ("reject-route", 8),
    ],
    one: "how to reject: icmp6-port-unreachable, tcp-reset, icmp6-adm-prohibited, …",
    some: "ways to reject",
};
