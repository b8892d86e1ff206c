//! A packet to send, in the words that the kernel's side is told it by.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

/// A packet, and what is known of its way before it is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Packet {
    /// Which way routing sends it.
    pub path: Path,
    /// The device that it comes in by; on a bridge, the port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iif: Option<String>,
    /// The device that it goes out by; on a bridge, the port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oif: Option<String>,
    /// The source address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub src: Option<IpAddr>,
    /// The destination address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dst: Option<IpAddr>,
    /// The IP protocol.
    pub proto: u8,
    /// The source port.
    pub sport: u16,
    /// The destination port.
    pub dport: u16,
    /// The flags of TCP, as in the header's byte.
    pub flags: u8,
    /// The type of ICMP or `ICMPv6`.
    pub icmp_type: u8,
    /// Its code.
    pub icmp_code: u8,
    /// The SPI of AH or ESP, and the CPI of `IPComp`.
    pub spi: u32,
    /// The option MSS of TCP, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mss: Option<u16>,
    /// TTL or hop limit.
    pub ttl: u8,
    /// Type of service or traffic class.
    pub tos: u8,
    /// How many bytes stand behind the last header.
    pub len: u16,
    /// What they are, in hexadecimal; zeros where it is empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub payload: String,
    /// Which part of a packet it is.
    pub fragment: Fragment,
    /// The mark that it has from the start.
    pub mark: u32,
    /// What connection tracking says of it.
    pub ct: State,
    /// Whether it goes in the direction of replies.
    pub reply: bool,
    /// The mark of its connection, where that is [`State::Established`] or [`State::Related`].
    pub connmark: u32,
    /// The user whose socket sends it.
    pub uid: u32,
    /// The group whose socket sends it.
    pub gid: u32,
    /// The last byte of the hardware address that it is from: `02:aa:00:00:00:XX`.
    pub mac: u8,
    /// The Ethernet type of a frame that is none of IP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ethertype: Option<u16>,
    /// The VLAN that the frame is tagged with, with its priority in the upper bits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vlan: Option<u16>,
    /// The operation of an ARP packet; the addresses are its protocol addresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arp_op: Option<u16>,
    /// Extension headers of IPv6: number, and body in hexadecimal without its first byte.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ext: Vec<(u8, String)>,
    /// Options of IPv4 in hexadecimal.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub ip_opts: String,
    /// Options of TCP in hexadecimal.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub tcp_opts: String,
    /// Chunks of SCTP in hexadecimal, where they are not those of an INIT.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub chunks: String,
}

/// Which way routing sends a packet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Path {
    /// From a device to this host.
    #[default]
    Input,
    /// From one device to another.
    Forward,
    /// From this host to a device.
    Output,
    /// From this host to itself.
    Loopback,
    /// From one port of a bridge to another.
    Bridge,
    /// From a port of a bridge to this host.
    BridgeInput,
    /// From this host out by a port of a bridge.
    BridgeOutput,
}

/// Which part of a packet it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fragment {
    /// All of it.
    #[default]
    None,
    /// The first of several.
    First,
    /// One behind the first, from byte 64 on.
    Later,
}

/// What connection tracking says of a packet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum State {
    /// What it says by itself of a packet that belongs to no known connection.
    #[default]
    Alone,
    /// It belongs to a connection that is known.
    Established,
    /// A known connection has announced it.
    Related,
    /// Its checksum is wrong.
    Invalid,
    /// Tracking was told to leave it alone before any rule.
    Untracked,
}

impl Packet {
    /// TCP's SYN to this host with nothing special.
    pub fn new(src: IpAddr, dst: IpAddr) -> Self {
        Self { src: Some(src), dst: Some(dst), proto: 6, flags: 2, ttl: 64, ..Self::default() }
    }

    /// Whether it is of IPv6.
    pub fn is_v6(&self) -> bool {
        self.src.is_some_and(|address| address.is_ipv6())
    }

    /// The length of the IP packet in bytes; of IPv6, with its header.
    pub fn length(&self) -> u32 {
        let bytes = |hex: &str| u32::try_from(hex.len() / 2).unwrap_or(u32::MAX);
        let padded = |length: u32| length.next_multiple_of(4);
        let fixed = if self.is_v6() { 40 } else { 20 };
        let extra: u32 = self.ext.iter().map(|(_, body)| bytes(body) + 1).sum();
        let fragment = if self.is_v6() && self.fragment != Fragment::None { 8 } else { 0 };
        let len = if self.payload.is_empty() { u32::from(self.len) } else { bytes(&self.payload) };
        let mss = if self.mss.is_some() { 4 } else { 0 };
        let rest = match self.proto {
            _ if self.fragment == Fragment::Later && len == 0 => 24,
            _ if self.fragment == Fragment::Later => len,
            6 => 20 + padded(mss + bytes(&self.tcp_opts)) + len,
            17 | 136 | 1 | 58 => 8 + len,
            132 if self.chunks.is_empty() => 12 + 20,
            132 => 12 + bytes(&self.chunks),
            33 => 20,
            50 | 51 => 24 + len,
            47 => 16 + len,
            _ if len == 0 => 20,
            _ => len,
        };
        fixed + padded(bytes(&self.ip_opts)) + extra + fragment + rest
    }
}
