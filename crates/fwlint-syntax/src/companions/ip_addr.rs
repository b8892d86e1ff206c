//! `ip addr`, also with `-o`, `-4` or `-6`: interfaces and their addresses.
//!
//! Source: `print_linkinfo` and `print_addrinfo` of iproute2's `ip/ipaddress.c`.

use std::net::IpAddr;

use super::{
    Misread, Prefix, Reading,
    line::{Line, Word, bare, lines},
    value::{ADDRESS, PREFIX, address, number, prefix},
};
use crate::{Span, value};

/// Interfaces and their addresses.
#[derive(Clone, Debug, Default)]
pub struct Interfaces<'s> {
    /// The interfaces, in order.
    pub interfaces: Vec<Interface<'s>>,
    /// The addresses of all of them, in order.
    pub addresses: Vec<InterfaceAddress<'s>>,
}

/// An interface. What `ip -o addr` does not print of it is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interface<'s> {
    /// The line.
    pub span: Span,
    /// Its number.
    pub index: u32,
    /// Its name.
    pub name: &'s [u8],
    /// Whether it is up.
    pub is_up: Option<bool>,
    /// The bridge, bond or VRF that it belongs to.
    pub master: Option<&'s [u8]>,
    /// Its hardware address.
    pub mac: Option<[u8; 6]>,
}

/// An address of an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InterfaceAddress<'s> {
    /// The line.
    pub span: Span,
    /// The interface's name.
    pub interface: &'s [u8],
    /// The address, with the length of its network's prefix.
    pub address: Prefix,
    /// The address at the other end.
    pub peer: Option<Prefix>,
    /// The broadcast address.
    pub broadcast: Option<IpAddr>,
    /// `global`, `link`, `host` or a number.
    pub scope: &'s [u8],
    /// Another address of the same network stands before it.
    pub is_secondary: bool,
}

/// Reads the interfaces and addresses, in order.
pub fn ip_addr(source: &[u8]) -> Reading<Interfaces<'_>> {
    let mut reading = Reading::<Interfaces<'_>>::default();
    for line in lines(source, b'\\', bare) {
        let start = line.span().start as usize;
        let before = start.checked_sub(1).and_then(|before| source.get(before));
        let is_detail = before.is_some_and(|byte| matches!(byte, b' ' | b'\t'));
        let read =
            if is_detail { detail(line, &mut reading.content) } else { head(line, &mut reading.content) };
        if let Err(error) = read {
            reading.misread(error);
        }
    }
    reading
}

/// `2: eth0@if3: <UP> mtu 1500 … master br0 …`, or with `-o` `2: eth0    inet 10.0.0.1/8 …`.
fn head<'s>(mut line: Line<'s>, found: &mut Interfaces<'s>) -> Result<(), Misread> {
    let span = line.span();
    let index = line
        .value("an interface's number with `:` behind it", |text| text.strip_suffix(b":").and_then(number))?;
    let name = line.word("the name of an interface")?.text;
    let name = name.strip_suffix(b":").unwrap_or(name);
    let name = name.split(|&byte| byte == b'@').next().unwrap_or(name);
    let mut interface = Interface { span, index, name, is_up: None, master: None, mac: None };
    let next = line.peek();
    if let Some(flags) = next.and_then(|word| word.text.strip_prefix(b"<")?.strip_suffix(b">")) {
        interface.is_up = Some(flags.split(|&byte| byte == b',').any(|flag| flag == b"UP"));
        while let Some(word) = line.next() {
            if word.text == b"master" {
                interface.master = Some(line.word("the name of an interface")?.text);
            }
        }
    } else if next.is_some_and(|word| !is_family(word.text)) {
        let word = line.word(FAMILY)?;
        return Err(word.misread("`<FLAGS>`, `inet` or `inet6`"));
    }
    // With `-o` the interface stands in front of each of its addresses.
    if found.interfaces.last().is_none_or(|last| last.index != index) {
        found.interfaces.push(interface);
    }
    if line.peek().is_some() { detail(line, found) } else { Ok(()) }
}

/// A line below the interface's own. There are many kinds, and more with each version.
fn detail<'s>(mut line: Line<'s>, found: &mut Interfaces<'s>) -> Result<(), Misread> {
    let Some(word) = line.next() else { return Ok(()) };
    let Some(interface) = found.interfaces.last_mut() else {
        return Err(word.misread("an interface before its addresses"));
    };
    match word.text {
        b"inet" | b"inet6" => found.addresses.push(addresses(word, line, interface.name)?),
        // In a copy that is shown around the address may be blotted out.
        b"link/ether" => interface.mac = line.next().and_then(|word| value::mac(word.text)),
        _ => {}
    }
    Ok(())
}

fn addresses<'s>(
    family: Word<'s>,
    mut line: Line<'s>,
    interface: &'s [u8],
) -> Result<InterfaceAddress<'s>, Misread> {
    let address_word = line.word(PREFIX)?;
    let own = prefix(address_word.text).filter(|own| own.address.is_ipv4() == (family.text == b"inet"));
    let mut found = InterfaceAddress {
        span: family.span.to(line.span()),
        interface,
        address: own.ok_or_else(|| address_word.misread(PREFIX))?,
        peer: None,
        broadcast: None,
        scope: b"global",
        is_secondary: false,
    };
    while let Some(word) = line.next() {
        match word.text {
            b"peer" => {
                let peer = line.value(PREFIX, prefix)?;
                found.peer = Some(peer);
            }
            b"brd" => found.broadcast = Some(line.value(ADDRESS, address)?),
            b"scope" => found.scope = line.word("a scope")?.text,
            b"secondary" => found.is_secondary = true,
            // Flags, the label, and what newer versions may print.
            _ => {}
        }
    }
    Ok(found)
}

const FAMILY: &str = "`inet` or `inet6`";

fn is_family(text: &[u8]) -> bool {
    matches!(text, b"inet" | b"inet6")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As iproute2 6.1 printed them.
    const PRINTED: &str = "\
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
       valid_lft forever preferred_lft forever
3: d0@d1: <BROADCAST,MULTICAST> mtu 1500 qdisc noqueue master br0 state DOWN group default qlen 1000
    link/ether de:e3:f3:51:f2:95 brd ff:ff:ff:ff:ff:ff promiscuity 0  allmulti 0
    bridge_slave state forwarding priority 32 cost 2
    altname alt0
    inet 10.9.0.1 peer 10.9.0.2/32 scope global d0
       valid_lft forever preferred_lft forever
    inet 10.0.0.7/24 brd 10.0.0.255 scope global secondary dynamic d0:x
       valid_lft 99sec preferred_lft 49sec
    inet6 fd00::1/64 scope global nodad home 
";

    #[test]
    fn addresses_as_they_are_printed() {
        let reading = ip_addr(PRINTED.as_bytes());
        assert_eq!(reading.errors, []);
        let Interfaces { interfaces, addresses } = &reading.content;
        let names: Vec<_> =
            interfaces.iter().map(|interface| (interface.name, interface.is_up, interface.master)).collect();
        assert_eq!(names, [(&b"lo"[..], Some(true), None), (b"d0", Some(false), Some(&b"br0"[..]))]);
        assert_eq!(interfaces[1].mac, Some([0xde, 0xe3, 0xf3, 0x51, 0xf2, 0x95]));
        let read: Vec<_> = addresses.iter().map(|address| address.address.to_string()).collect();
        assert_eq!(read, ["127.0.0.1/8", "10.9.0.1/32", "10.0.0.7/24", "fd00::1/64"]);
        assert_eq!(addresses[1].peer.map(|peer| peer.to_string()).as_deref(), Some("10.9.0.2/32"));
        assert_eq!((addresses[2].is_secondary, addresses[2].broadcast.is_some()), (true, true));
        assert_eq!(addresses[0].scope, b"host");
    }

    #[test]
    fn one_line_for_each_address_is_the_same() {
        let reading = ip_addr(
            b"1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever\n\
            1: lo    inet6 ::1/128 scope host \\       valid_lft forever\n3: eth0    inet 10.0.0.1/24 scope global eth0\n",
        );
        assert_eq!(reading.errors, []);
        assert_eq!((reading.content.interfaces.len(), reading.content.addresses.len()), (2, 3));
        assert_eq!(reading.content.addresses[2].interface, b"eth0");
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_place() {
        let source = b"    inet 10.0.0.1/8\n1: lo: <UP>\n    inet [PUBLIC IP HERE] scope global lo\n    inet fd00::1/64\n    inet 10.0.0.1/24 brd x\neth0: up\n2: x nonsense\n";
        let reading = ip_addr(source);
        let words: Vec<_> = reading.errors.iter().map(|error| error.span.of(source)).collect();
        assert_eq!(words, [&b"inet"[..], b"[PUBLIC", b"fd00::1/64", b"x", b"eth0:", b"nonsense"]);
    }
}
