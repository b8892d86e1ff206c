//! Random packets that are made of the words of the rules.

use crate::{
    feature::Feature,
    packet::{Fragment, Packet, Path, State},
    ruleset::Maker,
    words::DEVICES,
};

const TCP: u8 = 6;
const UDP: u8 = 17;
const SYN: u8 = 2;
const ACK: u8 = 16;

impl Maker<'_> {
    pub(crate) fn packet(&mut self) -> Packet {
        let icmp = if self.words.v6 { 58 } else { 1 };
        let (src, mut dst) = (self.words.near(&mut self.random), self.words.near(&mut self.random));
        if src == dst {
            dst = self.words.addresses.iter().copied().find(|&other| other != src).unwrap_or(dst);
        }
        let mut packet = Packet {
            path: self.random.pick(&[Path::Input, Path::Forward, Path::Output]),
            proto: self.random.pick(&[TCP, TCP, TCP, TCP, UDP, UDP, icmp, icmp, 132, 47, 136, 50, 33]),
            ..Packet::new(src, dst)
        };
        if self.loops && self.draws(Feature::Loopback, 16) {
            packet.path = Path::Loopback;
        }
        self.devices(&mut packet);
        if matches!(packet.proto, TCP | UDP | 132 | 136 | 33) {
            packet.sport = self.words.port(&mut self.random);
            packet.dport = self.words.port(&mut self.random);
        }
        self.of_protocol_kind(&mut packet, icmp);
        if self.random.chance(50) {
            let any = self.random.number();
            packet.mark = if self.random.chance(80) { self.random.pick(&self.words.marks) } else { any };
        }
        if self.tracked {
            self.state(&mut packet);
        } else if self.draws(Feature::Fragments, 25) && matches!(packet.path, Path::Forward | Path::Output) {
            // A host waits for the other fragments of what is for itself.
            packet.fragment = self.random.pick(&[Fragment::First, Fragment::Later, Fragment::Later]);
        }
        self.header(&mut packet);
        packet
    }

    fn devices(&mut self, packet: &mut Packet) {
        let input = self.random.pick(&DEVICES);
        let output = self.random.pick(&DEVICES);
        let output = if input == output {
            DEVICES.iter().copied().find(|&other| other != input)
        } else {
            Some(output)
        };
        match packet.path {
            Path::Input => packet.iif = Some(input.to_owned()),
            Path::Forward => (packet.iif, packet.oif) = (Some(input.to_owned()), output.map(str::to_owned)),
            Path::Output => packet.oif = output.map(str::to_owned),
            _ => {}
        }
        if matches!(packet.path, Path::Output | Path::Loopback) && self.draws(Feature::Owner, 40) {
            (packet.uid, packet.gid) = (1000, 100);
        }
        packet.mac = 1;
        if matches!(packet.path, Path::Input | Path::Forward) && self.draws(Feature::Mac, 20) {
            packet.mac = self.random.pick(&[2, 3]);
        }
    }

    fn of_protocol_kind(&mut self, packet: &mut Packet, icmp: u8) {
        match packet.proto {
            TCP => {
                let other = self.random.pick(&[
                    ACK,
                    SYN | ACK,
                    4,
                    1 | ACK,
                    0,
                    1 | 8 | 32,
                    SYN | 1,
                    SYN | 0xc0,
                    8 | ACK,
                ]);
                packet.flags = if self.random.chance(50) { SYN } else { other };
                packet.mss = (packet.flags & SYN != 0 && self.random.chance(50)).then_some(1460);
            }
            1 | 58 if packet.proto == icmp => {
                let v4 = [(8, 0), (8, 0), (8, 0), (0, 0), (3, 1), (3, 4), (11, 0), (8, 1), (5, 0), (13, 0)];
                let v6 = [
                    (128, 0),
                    (128, 0),
                    (128, 0),
                    (129, 0),
                    (1, 3),
                    (1, 0),
                    (2, 0),
                    (3, 0),
                    (135, 0),
                    (143, 0),
                ];
                (packet.icmp_type, packet.icmp_code) =
                    self.random.pick(if self.words.v6 { &v6 } else { &v4 });
            }
            50 => packet.spi = self.random.pick(&[1, 5, 500, 501]),
            _ => {}
        }
    }

    /// Conntrack's word, where it can be brought about from outside.
    fn state(&mut self, packet: &mut Packet) {
        let query = matches!(packet.proto, 1 | 58) && matches!(packet.icmp_type, 8 | 128);
        let tuple = matches!(packet.proto, TCP | UDP) || query;
        packet.ct = match self.random.below(100) {
            0..12 if tuple => State::Established,
            12..20 => State::Untracked,
            // On the way out the kernel makes the checksum itself.
            20..26
                if matches!(packet.proto, TCP | UDP)
                    && matches!(packet.path, Path::Input | Path::Forward) =>
            {
                State::Invalid
            }
            // Translation drops what was announced of ICMP and is no error.
            26..30 if matches!(packet.proto, TCP | UDP) => State::Related,
            _ => State::Alone,
        };
        if packet.proto == TCP && packet.ct == State::Established {
            packet.flags = ACK;
            packet.mss = None;
            packet.reply = self.random.chance(40);
        }
        if packet.proto == UDP && packet.ct == State::Established {
            packet.reply = self.random.chance(40);
        }
        if packet.proto == TCP && packet.ct == State::Related {
            packet.flags = SYN;
        }
        if matches!(packet.ct, State::Established | State::Related) && self.draws(Feature::Connmark, 50) {
            packet.connmark = self.random.pick(&self.words.marks);
        }
    }

    fn header(&mut self, packet: &mut Packet) {
        if self.random.chance(10) {
            packet.len = self.random.pick(&[0, 10, 20, 60]);
        }
        if self.random.chance(15) {
            packet.ttl = self.random.pick(&[2, 5, 6, 8, 63, 65, 255]);
        }
        if self.random.chance(15) {
            packet.tos = self.random.pick(&[0x28, 0xb8, 0x10, 0x01, 0x03]);
        }
    }
}
