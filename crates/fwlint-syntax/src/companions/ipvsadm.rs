//! `ipvsadm-save -n`: virtual servers of IPVS, and the real servers behind each.
//!
//! Source: ipvsadm(8), and `print_service_entry` of `ipvsadm.c` for what is saved.

use std::net::{IpAddr, SocketAddr};

use super::{
    Misread, Reading,
    line::{Line, bare, lines},
    value::{NUMBER, address, number},
};
use crate::{Span, value};

/// Virtual servers, and the real servers behind them.
#[derive(Clone, Debug, Default)]
pub struct VirtualServers<'s> {
    /// The virtual servers, in order.
    pub virtual_servers: Vec<VirtualServer<'s>>,
    /// The real servers of all of them, in order.
    pub real_servers: Vec<RealServer>,
}

/// A virtual server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VirtualServer<'s> {
    /// The line.
    pub span: Span,
    /// Which packets are for it.
    pub address: ServiceAddress,
    /// How a real server is chosen: `rr`, `wlc`, …
    pub scheduler: &'s [u8],
    /// For how many seconds a client stays with its real server.
    pub persistent: Option<u32>,
}

/// Which packets are for a virtual server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ServiceAddress {
    /// Those to this address and port; port 0 is any.
    Socket {
        /// TCP, UDP or SCTP, as a number.
        protocol: u8,
        /// Where.
        socket: SocketAddr,
    },
    /// Those with this mark.
    Mark {
        /// The mark.
        mark: u32,
        /// IPv6 packets, not IPv4 ones.
        is_ipv6: bool,
    },
}

/// A real server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RealServer {
    /// The line.
    pub span: Span,
    /// Which virtual server it stands behind.
    pub of: ServiceAddress,
    /// Where it is.
    pub socket: SocketAddr,
    /// How packets get there.
    pub forwarding: Forwarding,
    /// How often it is chosen, against the others; 0 is never.
    pub weight: u32,
}

/// How IPVS hands packets to a real server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Forwarding {
    /// `-g`: as they are, to its hardware address.
    #[default]
    Gateway,
    /// `-i`: in a tunnel.
    Tunnel,
    /// `-m`: with the destination translated.
    Masquerade,
}

/// Reads the virtual and real servers, in order.
pub fn ipvsadm_save(source: &[u8]) -> Reading<VirtualServers<'_>> {
    let mut reading = Reading::<VirtualServers<'_>>::default();
    for line in lines(source, b'\n', bare) {
        if let Err(error) = server(line, &mut reading.content) {
            reading.misread(error);
        }
    }
    reading
}

/// What one line may say.
#[derive(Default)]
struct Said<'s> {
    of: Option<ServiceAddress>,
    mark: Option<u32>,
    is_ipv6: bool,
    socket: Option<SocketAddr>,
    scheduler: &'s [u8],
    persistent: Option<u32>,
    forwarding: Forwarding,
    weight: u32,
}

fn server<'s>(mut line: Line<'s>, found: &mut VirtualServers<'s>) -> Result<(), Misread> {
    const COMMAND: &str = "`-A` for a virtual server or `-a` for a real one";
    let span = line.span();
    let command = line.word(COMMAND)?;
    let is_virtual = match command.text {
        b"-A" | b"--add-service" => true,
        b"-a" | b"--add-server" => false,
        _ => return Err(command.misread(COMMAND)),
    };
    // The defaults of ipvsadm(8).
    let mut said = Said { scheduler: b"wlc", weight: 1, ..Said::default() };
    while let Some(word) = line.next() {
        option(word.text, &mut line, &mut said)?.ok_or_else(|| word.misread("an option of ipvsadm-save"))?;
    }
    let marked = said.mark.map(|mark| ServiceAddress::Mark { mark, is_ipv6: said.is_ipv6 });
    let of = said.of.or(marked);
    let of = of.ok_or_else(|| line.lacks("`-t`, `-u` or `-f` with the virtual server's address or mark"))?;
    if is_virtual {
        let (scheduler, persistent) = (said.scheduler, said.persistent);
        found.virtual_servers.push(VirtualServer { span, address: of, scheduler, persistent });
        return Ok(());
    }
    let socket = said.socket.ok_or_else(|| line.lacks("`-r` with the real server's address"))?;
    let (forwarding, weight) = (said.forwarding, said.weight);
    found.real_servers.push(RealServer { span, of, socket, forwarding, weight });
    Ok(())
}

/// Reads an option and its value; `None` if there is no such option.
fn option<'s>(name: &[u8], line: &mut Line<'s>, said: &mut Said<'s>) -> Result<Option<()>, Misread> {
    const TCP: u8 = 6;
    const UDP: u8 = 17;
    const SCTP: u8 = 132;
    let mut service = |protocol| {
        let socket = line.value(SOCKET, socket)?;
        Ok(Some(ServiceAddress::Socket { protocol, socket }))
    };
    match name {
        b"-t" | b"--tcp-service" => said.of = service(TCP)?,
        b"-u" | b"--udp-service" => said.of = service(UDP)?,
        b"--sctp-service" => said.of = service(SCTP)?,
        b"-f" | b"--fwmark-service" => said.mark = Some(line.value("a mark", number)?),
        b"-6" | b"--ipv6" => said.is_ipv6 = true,
        b"-r" | b"--real-server" => said.socket = Some(line.value(SOCKET, socket)?),
        b"-s" | b"--scheduler" => said.scheduler = line.word("the name of a scheduler")?.text,
        b"-p" | b"--persistent" => {
            // Without a number it is 300 seconds.
            let given = line.peek().and_then(|next| number(next.text));
            if given.is_some() {
                line.next();
            }
            said.persistent = Some(given.unwrap_or(300));
        }
        b"-w" | b"--weight" => said.weight = line.value(NUMBER, number)?,
        b"-g" | b"--gatewaying" => said.forwarding = Forwarding::Gateway,
        b"-i" | b"--ipip" => said.forwarding = Forwarding::Tunnel,
        b"-m" | b"--masquerading" => said.forwarding = Forwarding::Masquerade,
        b"-o" | b"--ops" | b"--tun-nocsum" | b"--tun-csum" | b"--tun-remcsum" => {}
        b"-M" | b"--netmask" | b"--pe" | b"-b" | b"--sched-flags" | b"-x" | b"--u-threshold" | b"-y"
        | b"--l-threshold" | b"--tun-type" | b"--tun-port" => drop(line.word("a value")?),
        _ => return Ok(None),
    }
    Ok(Some(()))
}

const SOCKET: &str = "an IP address and a port, as `ipvsadm-save -n` prints them";

/// `10.0.0.1:80`, `[fd00::1]:80`; without a port it is any, 0.
fn socket(text: &[u8]) -> Option<SocketAddr> {
    let (host, port) = if let Some(inside) = text.strip_prefix(b"[") {
        let (host, rest) = inside.split_at_checked(memchr::memchr(b']', inside)?)?;
        (address(host).filter(IpAddr::is_ipv6)?, rest.strip_prefix(b"]")?)
    } else {
        let (host, rest) = text.split_at_checked(memchr::memchr(b':', text).unwrap_or(text.len()))?;
        (address(host).filter(IpAddr::is_ipv4)?, rest)
    };
    let port = match port.strip_prefix(b":") {
        Some(port) => value::number(port).and_then(|port| u16::try_from(port).ok())?,
        None if port.is_empty() => 0,
        None => return None,
    };
    Some(SocketAddr::new(host, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_as_they_are_saved() {
        let reading = ipvsadm_save(
            b"-A -t 10.96.0.1:443 -s rr -p 10800\n-a -t 10.96.0.1:443 -r 192.168.10.12:6443 -m -w 1\n\
            -A -u [fd00::1]:53 -s wrr -p -M 64 -o\n-a -u [fd00::1]:53 -r [fd00::2]:53 -i -w 0 --tun-type ipip\n-A -f 7 -s lc -6\n-a -f 7 -6 -r [fd00::3]:0 -g -w 3 -x 5 -y 2\n",
        );
        assert_eq!(reading.errors, []);
        let VirtualServers { virtual_servers, real_servers } = reading.content;
        assert_eq!(
            virtual_servers.iter().map(|server| server.persistent).collect::<Vec<_>>(),
            [Some(10800), Some(300), None]
        );
        assert_eq!(virtual_servers[2].address, ServiceAddress::Mark { mark: 7, is_ipv6: true });
        for (real, of) in real_servers.iter().zip(&virtual_servers) {
            assert_eq!(real.of, of.address);
        }
        let read: Vec<_> = real_servers
            .iter()
            .map(|server| (server.socket.to_string(), server.forwarding, server.weight))
            .collect();
        let expected = [
            ("192.168.10.12:6443".to_owned(), Forwarding::Masquerade, 1),
            ("[fd00::2]:53".to_owned(), Forwarding::Tunnel, 0),
            ("[fd00::3]:0".to_owned(), Forwarding::Gateway, 3),
        ];
        assert_eq!(read, expected);
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_place() {
        let source = b"-C\n-A -t www.example.org:http -s rr\n-A -s rr\n-a -t 10.0.0.1:80\n-A -t 10.0.0.1:80 --colour\n-A -t [10.0.0.1]:80\n";
        let reading = ipvsadm_save(source);
        let words: Vec<_> = reading.errors.iter().map(|error| error.span.of(source)).collect();
        assert_eq!(words, [&b"-C"[..], b"www.example.org:http", b"", b"", b"--colour", b"[10.0.0.1]:80"]);
    }
}
