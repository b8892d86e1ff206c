//! `ip -j addr`.

use std::net::IpAddr;

use fwlint_model::syntax::companions::{Interface, InterfaceAddress, Interfaces, Prefix, Reading};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::json::Json;

/// Interface names are borrowed: none has a character that JSON escapes.
#[derive(Deserialize)]
struct Link<'s> {
    ifindex: u32,
    ifname: &'s str,
    #[serde(default, borrow)]
    flags: Vec<&'s str>,
    master: Option<&'s str>,
    #[serde(rename = "link_type")]
    kind: Option<&'s str>,
    address: Option<&'s str>,
    #[serde(default, borrow)]
    addr_info: Vec<&'s RawValue>,
}

#[derive(Deserialize)]
struct Address<'s> {
    family: &'s str,
    local: Option<&'s str>,
    #[serde(rename = "address")]
    peer: Option<&'s str>,
    prefixlen: u8,
    broadcast: Option<&'s str>,
    scope: Option<&'s str>,
    #[serde(default)]
    secondary: bool,
}

pub(super) fn read(source: &[u8]) -> Reading<Interfaces<'_>> {
    let mut json = Json::<Interfaces<'_>>::new(source);
    for value in json.values() {
        for raw in json.value::<Vec<&RawValue>>(value).unwrap_or_default() {
            // `ip -j -4 addr` prints `{}` for an interface without such addresses.
            if raw.get() != "{}" {
                interface(raw, &mut json);
            }
        }
    }
    json.reading
}

fn interface<'s>(raw: &'s RawValue, json: &mut Json<'s, Interfaces<'s>>) {
    let Some(link) = json.value::<Link<'_>>(raw) else { return };
    let is_ethernet = link.kind == Some("ether");
    json.reading.content.interfaces.push(Interface {
        span: json.span(raw.get().as_bytes()),
        index: link.ifindex,
        name: link.ifname.as_bytes(),
        is_up: Some(link.flags.contains(&"UP")),
        master: link.master.map(str::as_bytes),
        mac: link.address.filter(|_| is_ethernet).and_then(mac),
    });
    for raw in link.addr_info {
        if let Some(address) = json.value::<Address<'_>>(raw)
            && let Some(address) = interface_address(raw, &address, link.ifname, json)
        {
            json.reading.content.addresses.push(address);
        }
    }
}

fn interface_address<'s>(
    raw: &'s RawValue,
    address: &Address<'s>,
    interface: &'s str,
    json: &mut Json<'s, Interfaces<'s>>,
) -> Option<InterfaceAddress<'s>> {
    // Others, as `mctp`, have no IP addresses.
    let local = address.local.filter(|_| matches!(address.family, "inet" | "inet6"))?;
    let of_length = |address: IpAddr, length: u8| {
        let host = Prefix::host(address);
        Prefix { length: length.min(host.length), ..host }
    };
    let own = json.address(local)?;
    // With a peer the prefix is the peer's.
    let peer = address.peer.and_then(|peer| json.address(peer));
    Some(InterfaceAddress {
        span: json.span(raw.get().as_bytes()),
        interface: interface.as_bytes(),
        address: if peer.is_some() { Prefix::host(own) } else { of_length(own, address.prefixlen) },
        peer: peer.map(|peer| of_length(peer, address.prefixlen)),
        broadcast: address.broadcast.and_then(|broadcast| json.address(broadcast)),
        scope: address.scope.unwrap_or("global").as_bytes(),
        is_secondary: address.secondary,
    })
}

fn mac(text: &str) -> Option<[u8; 6]> {
    let bytes: Result<Vec<u8>, _> = text.split(':').map(|byte| u8::from_str_radix(byte, 16)).collect();
    bytes.ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_as_from_text() {
        let source = br#"[{"ifindex":1,"ifname":"lo","flags":["LOOPBACK","UP"],"link_type":"loopback","address":"00:00:00:00:00:00",
            "addr_info":[{"family":"inet","local":"127.0.0.1","prefixlen":8,"scope":"host","label":"lo"}]},{},
            {"ifindex":3,"ifname":"d0","flags":[],"master":"br0","link_type":"ether","address":"de:e3:f3:51:f2:95",
            "addr_info":[{"family":"inet","local":"10.9.0.1","address":"10.9.0.2","prefixlen":32,"scope":"global"},
            {"family":"inet","local":"10.0.0.7","prefixlen":24,"broadcast":"10.0.0.255","scope":"global","secondary":true}]}]"#;
        let reading = read(source);
        assert_eq!(reading.errors, []);
        let Interfaces { interfaces, addresses } = reading.content;
        assert_eq!(
            (interfaces[1].name, interfaces[1].is_up, interfaces[1].master),
            (&b"d0"[..], Some(false), Some(&b"br0"[..]))
        );
        assert_eq!(interfaces[1].mac, Some([0xde, 0xe3, 0xf3, 0x51, 0xf2, 0x95]));
        let read: Vec<_> = addresses.iter().map(|address| address.address.to_string()).collect();
        assert_eq!(read, ["127.0.0.1/8", "10.9.0.1/32", "10.0.0.7/24"]);
        assert!(addresses[2].is_secondary && addresses[2].span.of(source).starts_with(b"{\"family\""));
    }

    #[test]
    fn one_that_cannot_be_read_costs_no_other() {
        let source = br#"[{"ifname":"a"},{"ifindex":1,"ifname":"lo","addr_info":[{"family":"inet","local":"127.0.0.x","prefixlen":8},{"family":"inet","local":"127.0.0.2","prefixlen":"8"},{"family":"inet","local":"127.0.0.3","prefixlen":8}]}]"#;
        let reading = read(source);
        let errors: Vec<_> =
            reading.errors.iter().map(|error| (error.span.of(source), &*error.expected)).collect();
        assert_eq!(
            errors,
            [
                (&b"\"a\""[..], "a field `ifindex`"),
                (b"127.0.0.x", "an IP address"),
                (b"\"8\"", "a number from 0 to 255")
            ]
        );
        assert_eq!(reading.content.addresses.len(), 1);
    }
}
