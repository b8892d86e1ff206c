"""A network namespace that holds a rule set, and devices to send packets by. It ends with the process that made it.

Each device X is one end of a veth pair whose other end, o.N, is in the same namespace, so that SO_MARK on the sender's socket
survives as the packet's mark; what leaves by X is dropped where it comes in at o.N. A send returns when the packet has gone
all its way: everything runs in the softirq of the sending system call, on one CPU.

Routing is told for each packet: either all addresses are in the table of local ones, or a rule of ip-rule(8) leads to a table whose
one route leads out by a device.
"""

import ctypes
import errno
import os
import re
import socket
import struct
import subprocess

from netlink import NETFILTER, ACK, REQUEST, Connections, Socket, attribute, message
from packets import frame, ip

OWN = "__oracle"
# SO_PRIORITY of packets that are sent from this host: the harness's own rules know them by it.
OURS, OURS_UNTRACKED = 0x7A11, 0x7A12
MASTER = {False: ("192.0.2.1", "192.0.2.2"), True: ("fd00:ffff::1", "fd00:ffff::2")}
BRIDGE_MAC = bytes.fromhex("02bb00000001")

SETTINGS = {
    "ipv4/ip_forward": 1,
    "ipv4/conf/{all,default,lo}/rp_filter": 0,
    "ipv4/conf/{all,default,lo}/accept_local": 1,
    "ipv4/conf/{all,default}/route_localnet": 1,
    "ipv4/conf/{all,default}/send_redirects": 0,
    "ipv6/conf/{all,default}/forwarding": 1,
    "ipv6/conf/default/accept_dad": 0,
    "ipv6/conf/default/accept_ra": 0,
    # Nothing may be sent that no packet of the test has caused.
    "ipv6/conf/default/router_solicitations": 0,
    "ipv6/conf/{all,default}/addr_gen_mode": 1,
    "ipv6/conf/{all,default}/mldv1_unsolicited_report_interval": 10**9,
    "ipv6/conf/{all,default}/mldv2_unsolicited_report_interval": 10**9,
    # The traces of the legacy backend go to netlink, not to the kernel's log.
    "netfilter/nf_log/{2,10}": "nfnetlink_log",
    "netfilter/nf_conntrack_checksum": 1,
}

# Every packet of the test is traced; its end is reported, and it is dropped before conntrack remembers it.
HOOKS = """
table {family} {own} {{
    chain pre {{
        type filter hook prerouting priority -1000
        iifname "lo" accept
        ether saddr & 04:00:00:00:00:00 == 04:00:00:00:00:00 notrack
        meta nftrace set 1
    }}
    chain out {{
        type filter hook output priority -1000
        meta priority {untracked} notrack
        meta priority {{ {ours}, {untracked} }} meta nftrace set 1
    }}
    chain inp_end {{
        type filter hook input priority 2000000
        drop
    }}
    chain post_end {{
        type filter hook postrouting priority 2000000
        oifname {{ "lo", "br0" }} accept
        drop
    }}
}}
"""

BRIDGE_HOOKS = f"""
table bridge {OWN} {{
    chain pre {{
        type filter hook prerouting priority -2000
        meta nftrace set 1
    }}
    chain inp_end {{ type filter hook input priority 2000000; accept; }}
    chain post_end {{ type filter hook postrouting priority 2000000; accept; }}
}}
"""


def shell(script, text=None, check=True):
    done = subprocess.run(["sh", "-c", script], input=text, capture_output=True, text=True)
    if check and done.returncode:
        raise RuntimeError(f"{script}: {done.stderr.strip()}")
    return done.stdout


class Namespace:
    """Enters a new network namespace with the whole process."""

    def __init__(self, v6, bridge, cpu):
        self.v6, self.bridge = v6, bridge
        self.family = socket.AF_INET6 if v6 else socket.AF_INET
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(0x40000000):  # CLONE_NEWNET
            raise OSError(ctypes.get_errno(), "unshare(CLONE_NEWNET)")
        self._libc = libc
        os.sched_setaffinity(0, {cpu})
        self._settings()
        self.macs, self.indexes, self._senders, self._raw = {}, {}, {}, {}
        self._routes = Socket(0)
        self._route, self._last_route = False, None
        self.connections = Connections(self.family)
        shell("ip link set lo up")
        self.indexes["lo"] = 1
        shell(f"ip {'-6' if v6 else ''} rule add pref 10 lookup 100")
        if bridge:
            shell(
                f"ip link add br0 address {BRIDGE_MAC.hex(':')} type bridge stp_state 0 forward_delay 0 mcast_snooping 0 && "
                "ip addr add 198.18.254.254/24 dev br0 && ip link set br0 up"
            )
            self.indexes["br0"] = socket.if_nametoindex("br0")
            for name in ("iptables", "ip6tables", "arptables"):
                shell(f"echo 1 > /proc/sys/net/bridge/bridge-nf-call-{name}", check=False)
            shell("nft -f -", BRIDGE_HOOKS)
        for family in ("ip", "ip6"):
            shell("nft -f -", HOOKS.format(family=family, own=OWN, ours=OURS, untracked=OURS_UNTRACKED))

    def _settings(self):
        for pattern, value in SETTINGS.items():
            for path in shell(f"bash -c 'echo /proc/sys/net/{pattern}'").split():
                # Older and newer kernels lack some of them.
                if os.path.exists(path):
                    with open(path, "w") as file:
                        file.write(str(value))

    def add_device(self, name):
        if name in self.indexes:
            return
        number = len(self._senders)
        peer = f"o.{number}"
        port = f"ip link set {name} master br0 &&" if self.bridge else ""
        shell(
            f"ip link add name {name} arp off type veth peer name {peer} && ip link set {peer} arp off && "
            f"ip link set {peer} up && {port} ip link set {name} up"
        )
        drop = f'chain d{number} {{ type filter hook ingress device "{peer}" priority 0; policy drop; }}'
        shell("nft -f -", f"table netdev {OWN} {{\n{drop}\n}}\n")
        if self.bridge:
            mac = self.port_mac(number).hex(":")
            shell(f"bridge fdb add {mac} dev {name} master static && ip neigh add 198.18.254.{number + 1} lladdr {mac} dev br0 nud permanent")
        else:
            # MASQUERADE and REDIRECT drop where the device has no address.
            shell(
                f"ip addr add 198.18.255.{number + 1}/32 dev {name} && "
                f"ip -6 addr add 2001:db8:ffff::{number + 1:x}/128 dev {name} nodad"
            )
        link = shell(f"ip -o link show dev {name}")
        self.macs[name] = bytes.fromhex(re.search(r"link/ether ([0-9a-f:]{17})", link)[1].replace(":", ""))
        self.indexes[name] = socket.if_nametoindex(name)
        sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        sender.bind((peer, 0))
        sender.setsockopt(263, 20, 1)  # SOL_PACKET, PACKET_QDISC_BYPASS
        self._senders[name] = [sender, 0, number]

    @staticmethod
    def port_mac(number):
        return bytes([2, 0xBB, 0, 0, 1, number])

    def send(self, packet):
        """Sends a packet; returns when it has gone all its way."""
        for name in (packet.get("iif"), packet.get("oif")):
            if name:
                self.add_device(name)
        path = packet["path"]
        made = self._expect(packet)
        if path in ("output", "loopback", "bridgeoutput"):
            self.route(packet.get("oif") if path != "loopback" else None)
            self._send_from_here(packet)
        else:
            self.route(packet.get("oif"))
            self._send_from_wire(packet)
        return made

    def _send_from_here(self, packet):
        raw = self._raw_socket(packet["uid"], packet["gid"])
        priority = OURS_UNTRACKED if packet["ct"] == "UNTRACKED" else OURS
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, struct.pack("I", packet["mark"]))
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_PRIORITY, priority)
        try:
            raw.sendto(ip(packet), (packet["dst"], 0))
        except OSError as error:
            # What a rule drops on the way out fails with EPERM; the trace tells which.
            if error.errno not in (errno.EPERM, errno.EACCES, errno.ENOBUFS, errno.EINVAL, errno.EHOSTUNREACH, errno.ENETUNREACH):
                raise

    def _send_from_wire(self, packet):
        sender = self._senders[packet["iif"]]
        if sender[1] != packet["mark"]:
            sender[0].setsockopt(socket.SOL_SOCKET, socket.SO_MARK, struct.pack("I", packet["mark"]))
            sender[1] = packet["mark"]
        if packet["path"] == "bridge":
            destination = self.port_mac(self._senders[packet["oif"]][2])
        elif packet["path"] == "bridgeinput":
            destination = BRIDGE_MAC
        else:
            destination = self.macs[packet["iif"]]
        sender[0].send(frame(packet, destination))

    def _raw_socket(self, uid, gid):
        if (uid, gid) not in self._raw:
            # The match asks for the identity that the socket's file was opened with.
            self._libc.setfsgid(gid)
            self._libc.setfsuid(uid)
            raw = socket.socket(self.family, socket.SOCK_RAW, 255)
            self._libc.setfsuid(0)
            self._libc.setfsgid(0)
            if self.v6:
                raw.setsockopt(41, 36, 1)  # IPV6_HDRINCL
            else:
                raw.setsockopt(0, 3, 1)  # IP_HDRINCL
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            self._raw[uid, gid] = raw
        return self._raw[uid, gid]

    def route(self, device):
        """Sends everything out by this device; without one, to this host, so that every address is the host's own."""
        if self._route == device:
            return
        if self._route is not False:
            self._routes.ask(message(25, REQUEST | ACK, self._last_route), (errno.ESRCH,))
        self._last_route = self._route_to(device)
        self._routes.ask(message(24, 0x505, self._last_route))
        self._route = device

    def _route_to(self, device):
        local, gateway = device is None, b""
        out = self.indexes["lo" if local else device]
        scope = 254 if local else 253
        if self.bridge and not local:
            out, scope = self.indexes["br0"], 0
            gateway = attribute(5, bytes([198, 18, 254, self._senders[device][2] + 1]))
        metric = attribute(6, struct.pack("I", 1)) if self.v6 else b""
        head = (self.family, 0, 0, 0, 255 if local else 100, 3, 0 if self.v6 else scope, 2 if local else 1)
        return struct.pack("BBBBBBBBI", *head, 4 if gateway else 0) + attribute(4, struct.pack("I", out)) + gateway + metric

    def _expect(self, packet):
        """Puts the connection that the packet belongs to where conntrack finds it."""
        if packet["ct"] == "ESTABLISHED":
            self.connections.add(packet)
            return [packet]
        if packet["ct"] == "RELATED":
            src, dst = MASTER[self.v6]
            master = {"src": src, "dst": dst, "proto": 17, "sport": 21, "dport": 69, "connmark": packet["connmark"]}
            self.connections.add(master, helper=b"tftp")
            self.connections.expect(packet, master)
            return [master]
        return []

    def forget(self, made, looped):
        for flow in made:
            self.connections.remove(flow)
        # What goes round by lo, or out by a bridge, has been remembered on its way.
        if looped:
            self.connections.flush()
