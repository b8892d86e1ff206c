//! Packets as people and scripts write them: `in=eth0 src=192.0.2.7 …`, or a JSON object.

use std::{collections::BTreeMap, fmt, net::IpAddr};

use fwlint_analysis::packet::{Field, Packet};
use fwlint_lints::Nearest;
use fwlint_model::syntax::{
    Family, Value,
    value::{self, Kind},
};
use serde_json::Value as Json;

use crate::text;

/// A packet as it is given: what is not said of it is left open.
#[derive(Debug, Default)]
pub(super) struct Spec {
    /// What it is called: as given, text or a number.
    pub(super) id: Option<Json>,
    /// It is made by this host.
    pub(super) is_local: Option<bool>,
    /// Routing sends it through this host, or to it.
    pub(super) is_forwarded: Option<bool>,
    /// Its addresses' family.
    pub(super) family: Option<Family>,
    /// Its devices by name.
    pub(super) devices: BTreeMap<Device, String>,
    pub(super) icmp_type: Option<u32>,
    pub(super) icmp_code: Option<u32>,
    /// All else that is said of it.
    pub(super) packet: Packet,
}

/// A device of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Device {
    In,
    Out,
    PhysIn,
    PhysOut,
    LogicalIn,
    LogicalOut,
}

/// What a key says.
#[derive(Clone, Copy)]
pub(super) enum Key {
    Id,
    From,
    Route,
    Device(Device),
    Address(Field),
    Protocol(Field),
    /// From 0 to the field's highest value.
    Number(Field),
    IcmpType,
    IcmpCode,
    /// One of these names.
    Name(Field, &'static [(&'static str, u32)]),
    /// Some of these names, as bits.
    Names(Field, &'static [(&'static str, u32)]),
    Mac(Field),
    EtherType,
    /// What no test that is looked into asks for.
    Vlan,
}

const TCP_FLAGS: &[(&str, u32)] = &[
    ("FIN", 0x01),
    ("SYN", 0x02),
    ("RST", 0x04),
    ("PSH", 0x08),
    ("ACK", 0x10),
    ("URG", 0x20),
    ("ECE", 0x40),
    ("CWR", 0x80),
];

const FRAGMENTS: &[(&str, u32)] = &[
    ("none", Field::WHOLE),
    ("first", Field::FIRST),
    ("later", Field::LATER),
    ("short", Field::SHORT),
    ("broken", Field::BROKEN),
    ("short-source", Field::SHORT_SOURCE),
    ("short-ports", Field::SHORT_PORTS),
    ("later-short", Field::LATER_SHORT),
    ("later-source", Field::LATER_SOURCE),
    ("later-ports", Field::LATER_PORTS),
];

const STATES: &[(&str, u32)] = &[
    ("NEW", Field::NEW),
    ("ESTABLISHED", Field::ESTABLISHED),
    ("RELATED", Field::RELATED),
    ("INVALID", Field::INVALID),
    ("UNTRACKED", Field::UNTRACKED),
];

const STATUS: &[(&str, u32)] = &[
    ("NONE", 0),
    ("EXPECTED", Field::STATUS_EXPECTED),
    ("SEEN_REPLY", Field::STATUS_SEEN_REPLY),
    ("ASSURED", Field::STATUS_ASSURED),
    ("CONFIRMED", Field::STATUS_CONFIRMED),
    ("SNAT", Field::STATUS_SRC_NAT),
    ("DNAT", Field::STATUS_DST_NAT),
];

const DIRECTIONS: &[(&str, u32)] = &[("original", 0), ("reply", 1)];

const PACKET_TYPES: &[(&str, u32)] =
    &[("unicast", 0), ("host", 0), ("broadcast", 1), ("multicast", 2), ("otherhost", 3)];

const ADDRESS_TYPES: &[(&str, u32)] = &[
    ("UNSPEC", 0),
    ("UNICAST", 1),
    ("LOCAL", 2),
    ("BROADCAST", 3),
    ("ANYCAST", 4),
    ("MULTICAST", 5),
    ("BLACKHOLE", 6),
    ("UNREACHABLE", 7),
    ("PROHIBIT", 8),
    ("THROW", 9),
    ("NAT", 10),
    ("XRESOLVE", 11),
];

/// All keys.
pub(super) const KEYS: &[(&str, Key)] = &[
    ("id", Key::Id),
    ("from", Key::From),
    ("route", Key::Route),
    ("in", Key::Device(Device::In)),
    ("out", Key::Device(Device::Out)),
    ("physin", Key::Device(Device::PhysIn)),
    ("physout", Key::Device(Device::PhysOut)),
    ("logical_in", Key::Device(Device::LogicalIn)),
    ("logical_out", Key::Device(Device::LogicalOut)),
    ("src", Key::Address(Field::SRC)),
    ("dst", Key::Address(Field::DST)),
    ("proto", Key::Protocol(Field::PROTOCOL)),
    ("sport", Key::Number(Field::SPORT)),
    ("dport", Key::Number(Field::DPORT)),
    ("icmp_type", Key::IcmpType),
    ("icmp_code", Key::IcmpCode),
    ("tcp_flags", Key::Names(Field::TCP_FLAGS, TCP_FLAGS)),
    ("fragment", Key::Name(Field::FRAGMENT, FRAGMENTS)),
    ("length", Key::Number(Field::LENGTH)),
    ("ttl", Key::Number(Field::TTL)),
    ("tos", Key::Number(Field::TOS)),
    ("spi", Key::Number(Field::SPI)),
    ("mark", Key::Number(Field::MARK)),
    ("ctstate", Key::Name(Field::CT_STATE, STATES)),
    ("ctstatus", Key::Names(Field::CT_STATUS, STATUS)),
    ("ctdir", Key::Name(Field::CT_DIRECTION, DIRECTIONS)),
    ("ctproto", Key::Protocol(Field::CT_PROTOCOL)),
    ("ctorigsrc", Key::Address(Field::CT_ORIG_SRC)),
    ("ctorigdst", Key::Address(Field::CT_ORIG_DST)),
    ("ctreplsrc", Key::Address(Field::CT_REPLY_SRC)),
    ("ctrepldst", Key::Address(Field::CT_REPLY_DST)),
    ("ctorigsrcport", Key::Number(Field::CT_ORIG_SPORT)),
    ("ctorigdstport", Key::Number(Field::CT_ORIG_DPORT)),
    ("ctreplsrcport", Key::Number(Field::CT_REPLY_SPORT)),
    ("ctrepldstport", Key::Number(Field::CT_REPLY_DPORT)),
    ("connmark", Key::Number(Field::CONNMARK)),
    ("uid", Key::Number(Field::UID)),
    ("gid", Key::Number(Field::GID)),
    ("realm", Key::Number(Field::REALM)),
    ("pkttype", Key::Name(Field::PACKET_TYPE, PACKET_TYPES)),
    ("src_type", Key::Name(Field::SRC_TYPE, ADDRESS_TYPES)),
    ("dst_type", Key::Name(Field::DST_TYPE, ADDRESS_TYPES)),
    ("mac_src", Key::Mac(Field::MAC_SRC)),
    ("mac_dst", Key::Mac(Field::MAC_DST)),
    ("ethertype", Key::EtherType),
    ("vlan", Key::Vlan),
    ("arp_op", Key::Number(Field::ARP_OPERATION)),
];

/// What is wrong with a packet.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wrong(pub(super) String);

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A value as it is given.
enum Given {
    One(String),
    Several(Vec<String>),
}

impl Spec {
    /// `in=eth0 src=192.0.2.7 dst=10.0.0.5 proto=tcp dport=443`.
    pub(super) fn of_words(words: &str) -> Result<Self, Wrong> {
        let mut spec = Self::default();
        let mut seen = Vec::new();
        for word in words.split_whitespace() {
            let Some((key, value)) = word.split_once('=') else {
                return Err(Wrong(format!("expected `key=value`, not {}", quoted(word))));
            };
            if seen.contains(&key) {
                return Err(Wrong(format!("`{}` twice", text::escape(key))));
            }
            seen.push(key);
            spec.add(key, &Given::One(value.to_owned()))?;
        }
        Ok(spec)
    }

    /// One JSON object.
    pub(super) fn of_json(line: &str) -> Result<Self, Wrong> {
        let json: Json = serde_json::from_str(line).map_err(|error| Wrong(format!("not JSON: {error}")))?;
        let Json::Object(object) = json else { return Err(Wrong("not a JSON object".to_owned())) };
        let mut spec = Self::default();
        for (key, value) in object {
            let one = |value: &Json| match value {
                Json::String(text) => Some(text.clone()),
                Json::Number(number) => Some(number.to_string()),
                _ => None,
            };
            let given = match &value {
                Json::Null => continue,
                Json::Array(several) => several.iter().map(one).collect::<Option<_>>().map(Given::Several),
                value => one(value).map(Given::One),
            };
            let Some(given) = given else {
                return Err(wrong(&key, "text, a number or a list of them", &value.to_string()));
            };
            if key == "id" {
                spec.id = Some(value);
            } else {
                spec.add(&key, &given)?;
            }
        }
        Ok(spec)
    }

    /// The family of its addresses, if it has any.
    pub(super) fn addresses(&self) -> Family {
        self.family.unwrap_or(Family::Ipv4)
    }

    fn add(&mut self, name: &str, given: &Given) -> Result<(), Wrong> {
        let Some(&(_, key)) = KEYS.iter().find(|(own, _)| *own == name) else { return Err(unknown(name)) };
        if let Key::Names(field, names) = key {
            self.packet.set(field, given.names(name, names)?);
            return Ok(());
        }
        let Given::One(value) = given else {
            return Err(Wrong(format!("`{name}`: expected one value, not a list")));
        };
        match key {
            Key::Id => self.id = Some(Json::String(value.clone())),
            Key::From => self.is_local = Some(one_of(name, value, &[("wire", false), ("local", true)])?),
            Key::Route => {
                self.is_forwarded = Some(one_of(name, value, &[("local", false), ("forward", true)])?);
            }
            Key::Device(device) => self.device(name, device, value)?,
            Key::Address(field) => self.address(name, field, value)?,
            Key::Protocol(field) => {
                let number = match value::decode(Kind::Protocol, value.as_bytes(), Family::Ipv4) {
                    Ok(Value::Protocol(number)) => Some(number.into()),
                    _ => None,
                };
                let number = number.ok_or_else(|| wrong(name, "a protocol by name or number", value))?;
                self.packet.set(field, number);
            }
            Key::Number(field) => self.packet.set(field, number(name, value, field.highest())?),
            Key::IcmpType => self.icmp_type = Some(number(name, value, 255)?),
            Key::IcmpCode => self.icmp_code = Some(number(name, value, 255)?),
            Key::Name(field, names) => self.packet.set(field, one_of(name, value, names)?),
            Key::Mac(field) => self.mac(name, field, value)?,
            Key::EtherType => {
                let Ok(Value::EtherType(number)) =
                    value::decode(Kind::EtherType, value.as_bytes(), Family::Bridge)
                else {
                    return Err(wrong(
                        name,
                        "an Ethernet type: IPv4, ARP, IPv6, … or a number in hexadecimal",
                        value,
                    ));
                };
                self.packet.set(Field::ETHERTYPE, number.into());
            }
            Key::Vlan => {
                number(name, value, 4095)?;
            }
            Key::Names(..) => {}
        }
        Ok(())
    }

    fn device(&mut self, key: &str, device: Device, name: &str) -> Result<(), Wrong> {
        if name.is_empty() || name.len() > 15 || name.ends_with('+') {
            return Err(wrong(key, "the name of one device, of at most 15 bytes", name));
        }
        self.devices.insert(device, name.to_owned());
        Ok(())
    }

    fn address(&mut self, key: &str, field: Field, value: &str) -> Result<(), Wrong> {
        let Ok(address) = value.parse::<IpAddr>() else {
            return Err(wrong(key, "an IPv4 or IPv6 address", value));
        };
        let family = if address.is_ipv4() { Family::Ipv4 } else { Family::Ipv6 };
        if self.family.is_some_and(|other| other != family) {
            return Err(Wrong(format!("`{key}`: IPv4 and IPv6 addresses in one packet")));
        }
        self.family = Some(family);
        fwlint_analysis::set_address(&mut self.packet, field, Some(address));
        Ok(())
    }

    fn mac(&mut self, key: &str, field: Field, value: &str) -> Result<(), Wrong> {
        let Ok(Value::Mac(mac)) = value::decode(Kind::HardwareAddress, value.as_bytes(), Family::Bridge)
        else {
            return Err(wrong(key, "a MAC address as six bytes in hexadecimal with colons between", value));
        };
        let [high @ .., fifth, sixth] = mac.address;
        let [first, last, ..] = field.parts();
        self.packet.set(first, u32::from_be_bytes(high));
        self.packet.set(last, u16::from_be_bytes([fifth, sixth]).into());
        Ok(())
    }
}

impl Given {
    fn names(&self, key: &str, names: &[(&str, u32)]) -> Result<u32, Wrong> {
        let words: Vec<&str> = match self {
            Self::One(words) => words.split(',').collect(),
            Self::Several(words) => words.iter().map(String::as_str).collect(),
        };
        let words = words.into_iter().filter(|word| !word.is_empty() && !word.eq_ignore_ascii_case("none"));
        words.map(|word| one_of(key, word, names)).try_fold(0, |all, bit| Ok(all | bit?))
    }
}

fn number(key: &str, value: &str, highest: u32) -> Result<u32, Wrong> {
    let number = match value.strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => value.parse().ok(),
    };
    number
        .filter(|&number| number <= highest)
        .ok_or_else(|| wrong(key, &format!("a number from 0 to {highest}"), value))
}

fn one_of<T: Copy>(key: &str, value: &str, names: &[(&str, T)]) -> Result<T, Wrong> {
    let found = names.iter().find(|(name, _)| name.eq_ignore_ascii_case(value));
    found.map(|&(_, value)| value).ok_or_else(|| {
        let names: Vec<_> = names.iter().map(|(name, _)| *name).collect();
        wrong(key, &format!("one of {}", names.join(", ")), value)
    })
}

fn wrong(key: &str, expected: &str, value: &str) -> Wrong {
    Wrong(format!("`{key}`: expected {expected}, not {}", quoted(value)))
}

fn unknown(name: &str) -> Wrong {
    let names = KEYS.iter().map(|(name, _)| name.as_bytes());
    let problem = format!("unknown key {}", quoted(name));
    Wrong(match Nearest::default().to(name.as_bytes(), names) {
        Some(nearest) => format!("{problem}: did you mean `{}`?", String::from_utf8_lossy(nearest)),
        None => problem,
    })
}

fn quoted(text: &str) -> String {
    format!("`{}`", text::escape(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_to_write_a_packet_are_the_same() {
        let words = Spec::of_words(
            "in=eth0 src=192.0.2.7 dst=10.0.0.5 proto=tcp dport=443 mark=0x10 tcp_flags=SYN,ACK fragment=none",
        );
        let json = Spec::of_json(
            r#"{"in": "eth0", "src": "192.0.2.7", "dst": "10.0.0.5", "proto": 6, "dport": 443, "mark": 16,
                "tcp_flags": ["SYN", "ACK"], "fragment": "none", "uid": null}"#,
        );
        let (words, json) = (words.unwrap(), json.unwrap());
        assert_eq!(words.packet, json.packet);
        assert_eq!(words.devices, json.devices);
        assert_eq!(words.packet.get(Field::TCP_FLAGS), Some(0x12));
    }

    #[test]
    fn mistakes_are_told() {
        for (words, what) in [
            ("eth0", "expected `key=value`, not `eth0`"),
            ("dprt=80", "unknown key `dprt`: did you mean `dport`?"),
            ("dport=80 dport=81", "`dport` twice"),
            ("dport=65536", "`dport`: expected a number from 0 to 65535, not `65536`"),
            ("src=10.0.0.0/8", "`src`: expected an IPv4 or IPv6 address, not `10.0.0.0/8`"),
            ("src=10.0.0.1 dst=fd00::1", "`dst`: IPv4 and IPv6 addresses in one packet"),
            ("in=eth+", "`in`: expected the name of one device, of at most 15 bytes, not `eth+`"),
            ("route=lo", "`route`: expected one of local, forward, not `lo`"),
            (
                "mac_src=02:00",
                "`mac_src`: expected a MAC address as six bytes in hexadecimal with colons between, not `02:00`",
            ),
        ] {
            assert_eq!(Spec::of_words(words).unwrap_err().0, what);
        }
        assert!(Spec::of_json("{").unwrap_err().0.starts_with("not JSON: "));
        assert_eq!(Spec::of_json("[]").unwrap_err().0, "not a JSON object");
        assert_eq!(
            Spec::of_json(r#"{"dport": true}"#).unwrap_err().0,
            "`dport`: expected text, a number or a list of them, not `true`"
        );
    }
}
