//! A packet as it would be given: the opposite of [`spec`](super::spec).

use fwlint_analysis::{
    Devices, address,
    packet::{Field, Packet},
};
use fwlint_model::{
    Hook,
    syntax::{Family, value::protocol_name},
};
use serde::{Serialize, Serializer};
use serde_json::Value as Json;

use super::spec::{Device, KEYS, Key};

/// What is said of a packet, in the order of the keys.
#[derive(Debug)]
pub(crate) struct Said(Vec<(&'static str, Json)>);

impl Serialize for Said {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

/// A packet that begins at a hook, as an object with the keys of a spec. What has no key is left out.
pub(crate) fn say(packet: &Packet, hook: Hook, family: Family, devices: &Devices) -> Said {
    let said =
        KEYS.iter().filter_map(|&(name, key)| Some((name, value(key, packet, hook, family, devices)?)));
    Said(said.collect())
}

fn value(key: Key, packet: &Packet, hook: Hook, family: Family, devices: &Devices) -> Option<Json> {
    let is_local = hook == Hook::Output
        || (hook == Hook::Postrouting && packet.get(Field::IN_DEVICE) == Some(Devices::NONE));
    Some(match key {
        Key::Id | Key::Vlan => return None,
        Key::From => is_local.then(|| Json::from("local"))?,
        Key::Route => match hook {
            Hook::Input => "local".into(),
            Hook::Forward => "forward".into(),
            Hook::Postrouting if !is_local => "forward".into(),
            _ => return None,
        },
        Key::Device(device) => {
            let field = match device {
                Device::In => Field::IN_DEVICE,
                Device::Out => Field::OUT_DEVICE,
                Device::PhysIn => Field::IN_PORT,
                Device::PhysOut => Field::OUT_PORT,
                Device::LogicalIn => Field::IN_BRIDGE,
                Device::LogicalOut => Field::OUT_BRIDGE,
            };
            devices.name(packet.get(field)?)?.into()
        }
        Key::Address(field) => address(family, packet, field)?.to_string().into(),
        Key::Protocol(field) => {
            let number = packet.get(field)?;
            match u8::try_from(number).ok().and_then(protocol_name) {
                Some(name) => name.into(),
                None => number.into(),
            }
        }
        Key::Number(field @ (Field::MARK | Field::CONNMARK)) => format!("{:#x}", packet.get(field)?).into(),
        Key::Number(field) => packet.get(field)?.into(),
        Key::IcmpType => (packet.get(Field::ICMP)? >> 8).into(),
        Key::IcmpCode => (packet.get(Field::ICMP)? & 0xff).into(),
        Key::Name(field, names) => {
            let value = packet.get(field)?;
            names.iter().find(|(_, own)| *own == value)?.0.into()
        }
        Key::Names(field, names) => {
            let bits = packet.get(field)?;
            let set = names.iter().filter(|(_, bit)| bits & bit != 0);
            set.map(|(name, _)| Json::from(*name)).collect::<Vec<_>>().into()
        }
        Key::Mac(field) => {
            let [first, last, ..] = field.parts();
            let bytes = [packet.get(first)?.to_be_bytes(), packet.get(last)?.to_be_bytes()].concat();
            let shown = bytes.iter().enumerate().filter(|(index, _)| !matches!(index, 4 | 5));
            shown.map(|(_, byte)| format!("{byte:02x}")).collect::<Vec<_>>().join(":").into()
        }
        Key::EtherType => format!("{:#x}", packet.get(Field::ETHERTYPE)?).into(),
    })
}
