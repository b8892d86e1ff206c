//! Tells connection tracking what to do with the packet's connection, before it is tracked.

use super::{Extension, Families, OptionSpec, Saved, place::Place};
use crate::value::{Kind, Names, Value};

pub(super) static EXTENSION: Extension = Extension::target("CT", Families::IP, &[
    OptionSpec::new("notrack", Kind::Flag),
    OptionSpec::new("helper", Kind::Word),
    OptionSpec::new("timeout", Kind::Word),
    OptionSpec::new("ctevents", Kind::Some(&EVENTS)),
    OptionSpec::new("expevents", Kind::Some(&EXPECTATION_EVENTS)),
    OptionSpec::new("zone-orig", ZONE).saved(NOT_ZERO),
    OptionSpec::new("zone-reply", ZONE).saved(NOT_ZERO),
    OptionSpec::new("zone", ZONE).saved(NOT_ZERO),
])
.places(&[Place::tables(&["raw"])]);

const ZONE: Kind = Kind::NumberOr(u16::MAX as u64, &ZONES);

/// Zone 0 is where every connection is.
const NOT_ZERO: Saved = Saved::Unless(|value| *value == Value::Number(0));

static ZONES: Names = Names {
    list: &[("mark", u32::MAX)],
    one: "a zone from 0 to 65535, or `mark` for the one that the packet's mark names",
    some: "zones",
};

/// As bits by the numbers of `nf_conntrack_common.h`, in the order in which they are printed.
static EVENTS: Names = Names {
    list: &[
        ("new", 1),
        ("related", 1 << 1),
        ("destroy", 1 << 2),
        ("reply", 1 << 3),
        ("assured", 1 << 4),
        ("protoinfo", 1 << 5),
        ("helper", 1 << 6),
        ("mark", 1 << 7),
        ("natseqinfo", 1 << 8),
        ("secmark", 1 << 9),
    ],
    one: "an event",
    some: "events: new, related, destroy, reply, assured, protoinfo, helper, mark, natseqinfo, secmark, with commas between",
};

static EXPECTATION_EVENTS: Names = Names { list: &[("new", 1)], one: "`new`", some: "`new`" };

#[cfg(test)]
mod tests {
    use crate::{Family, testing::saved};

    #[test]
    fn events_are_sorted_and_zone_0_is_not_said() {
        assert_eq!(
            saved(Family::Ipv4, "-j CT --zone 0 --ctevents mark,new --notrack"),
            "-j CT --notrack --ctevents new,mark"
        );
        assert_eq!(
            saved(Family::Ipv4, "-j CT --zone-orig mark --zone-reply 0x10"),
            "-j CT --zone-orig mark --zone-reply 16"
        );
        assert_eq!(
            saved(Family::Ipv4, "-j CT --zone 65536"),
            "65536: a zone from 0 to 65535, or `mark` for the one that the packet's mark names"
        );
    }
}
