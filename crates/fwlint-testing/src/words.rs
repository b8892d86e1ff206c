//! The few addresses, ports, devices and marks that the rules and packets of one sample are made of, so that they collide.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::random::Random;

/// The devices that packets come in and go out by.
pub const DEVICES: [&str; 6] = ["eth0", "eth1", "eth10", "wlan0", "cali12", "cali3"];

/// What rules say of devices.
pub(crate) const PATTERNS: [&str; 10] =
    ["eth0", "eth1", "eth10", "wlan0", "cali12", "eth+", "cali+", "eth1+", "w+", "tun0"];

/// Values that packets have and rules ask for.
#[derive(Clone, Debug)]
pub(crate) struct Words {
    pub(crate) v6: bool,
    pub(crate) addresses: Vec<IpAddr>,
    pub(crate) ports: Vec<u16>,
    pub(crate) marks: Vec<u32>,
}

impl Words {
    pub(crate) fn new(random: &mut Random, v6: bool) -> Self {
        let address = |random: &mut Random| {
            let (high, low, last) = (random.below(3) as u16, random.below(4) as u16, random.below(256) as u8);
            if v6 {
                IpAddr::V6(Ipv6Addr::new(0xfd00, high, 0, 0, 0, 0, 0, low))
            } else {
                IpAddr::V4(Ipv4Addr::new(10, high as u8, low as u8, last))
            }
        };
        let port = |random: &mut Random| match random.below(9) {
            8 => random.number() as u16,
            known => [22, 53, 80, 443, 1024, 8080, 0, 65535][known as usize],
        };
        let mark = |random: &mut Random| match random.below(6) {
            5 => random.number(),
            known => [0, 1, 0x4000, 0x10000, 0xff][known as usize],
        };
        Self {
            v6,
            addresses: (0..6).map(|_| address(random)).collect(),
            ports: (0..5).map(|_| port(random)).collect(),
            marks: (0..4).map(|_| mark(random)).collect(),
        }
    }

    /// An address with a mask.
    pub(crate) fn network(&self, random: &mut Random) -> String {
        let address = random.pick(&self.addresses);
        let masks: &[&str] = if self.v6 {
            &["128", "64", "32", "127", "48", "ffff:ffff::ffff"]
        } else {
            &["32", "24", "16", "31", "25", "8", "255.0.255.0", "0.0.0.255", "255.255.0.255"]
        };
        format!("{address}/{}", random.pick(masks))
    }

    /// Two addresses, the first not above the second.
    pub(crate) fn range(&self, random: &mut Random) -> String {
        let mut ends = [self.near(random), self.near(random)];
        ends.sort_unstable();
        format!("{}-{}", ends[0], ends[1])
    }

    /// One of the addresses, or one close by.
    pub(crate) fn near(&self, random: &mut Random) -> IpAddr {
        let address = random.pick(&self.addresses);
        if random.chance(70) {
            return address;
        }
        match address {
            IpAddr::V4(v4) => {
                let mut octets = v4.octets();
                octets[random.pick(&[1, 2, 3])] = random.number() as u8;
                octets.into()
            }
            IpAddr::V6(_) => {
                let (high, low) = (random.below(4) as u16, random.below(20) as u16);
                Ipv6Addr::new(0xfd00, high, 0, 0, 0, 0, 0, low).into()
            }
        }
    }

    /// One of the ports, or a few of them; never all ports, which backends take in different ways.
    pub(crate) fn ports(&self, random: &mut Random) -> String {
        let one = random.pick(&self.ports);
        if random.chance(60) {
            return one.to_string();
        }
        let other = random.pick(&self.ports);
        match (one.min(other), one.max(other)) {
            (low, high) if low == high => low.to_string(),
            (0, 65535) => "0:65534".to_owned(),
            (low, high) => format!("{low}:{high}"),
        }
    }

    /// One of the ports, or one beside it.
    pub(crate) fn port(&self, random: &mut Random) -> u16 {
        let port = random.pick(&self.ports);
        match random.below(8) {
            0 => port.wrapping_add(1),
            1 => port.wrapping_sub(1),
            2 => random.number() as u16,
            _ => port,
        }
    }

    /// A mark with a mask, now and then with a bit that the mask does not have.
    pub(crate) fn masked_mark(&self, random: &mut Random) -> String {
        let any = random.number();
        let mask = random.pick(&[u32::MAX, 0xff, 0x4000, 0xffff_0000, 0, any]);
        let value = random.pick(&self.marks) & if random.chance(90) { mask } else { u32::MAX };
        format!("{value:#x}/{mask:#x}")
    }
}
