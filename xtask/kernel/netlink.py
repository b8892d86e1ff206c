"""Netlink, as far as the harness speaks it: messages, attributes, routes, conntrack entries, handles of nft rules."""

import errno
import socket
import struct

NETFILTER = 12
REQUEST, ACK, DUMP = 1, 4, 0x300
CTNETLINK, EXPECTATIONS, ULOG, NFTABLES = 1 << 8, 2 << 8, 4 << 8, 10 << 8
OTHER_ICMP = {8: 0, 0: 8, 13: 14, 14: 13, 15: 16, 16: 15, 17: 18, 18: 17, 128: 129, 129: 128}


def attribute(kind, data):
    length = 4 + len(data)
    return struct.pack("HH", length, kind) + data + b"\0" * (-length % 4)


def nested(kind, *inner):
    return attribute(kind | 0x8000, b"".join(inner))


def message(kind, flags, body, sequence=0):
    return struct.pack("IHHII", 16 + len(body), kind, flags, sequence, 0) + body


def attributes(data, start, end):
    found = {}
    while start + 4 <= end:
        length, kind = struct.unpack_from("HH", data, start)
        if length < 4:
            break
        found[kind & 0x3FFF] = data[start + 4 : start + length]
        start += (length + 3) & ~3
    return found


def messages(data):
    """(kind, start, end) of each message."""
    start = 0
    while start + 16 <= len(data):
        length, kind = struct.unpack_from("IH", data, start)
        yield kind, start, start + length
        start += (length + 3) & ~3


def of_family(family, resource=0):
    return struct.pack("!BBH", family, 0, resource)


class Socket:
    """A netlink socket that waits for the kernel's word on each request."""

    def __init__(self, protocol):
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, protocol)
        self.socket.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)  # SO_RCVBUFFORCE
        self.socket.bind((0, 0))

    def ask(self, request, forgiven=()):
        self.socket.send(request)
        error = -struct.unpack_from("i", self.socket.recv(65536), 16)[0]
        if error and error not in forgiven:
            raise OSError(error, errno.errorcode.get(error, "netlink"))

    def waiting(self):
        """The messages that have arrived."""
        self.socket.setblocking(False)
        while True:
            try:
                data = self.socket.recv(1 << 18)
            except BlockingIOError:
                return
            for kind, start, end in messages(data):
                yield data, kind, start, end

    def handles(self, family):
        """(table, handle) of each nft rule, with its chain and its number in it."""
        self.socket.send(message(NFTABLES | 7, REQUEST | DUMP, of_family(family)))
        found, counts = {}, {}
        while True:
            data = self.socket.recv(1 << 20)
            for kind, start, end in messages(data):
                if kind == 3:  # NLMSG_DONE
                    return found
                rule = attributes(data, start + 20, end)
                table, chain = rule[1][:-1].decode(), rule[2][:-1].decode()
                counts[table, chain] = counts.get((table, chain), 0) + 1
                found[table, struct.unpack("!Q", rule[3])[0]] = chain, counts[table, chain]

    def delete_table(self, family, table):
        delete = message(NFTABLES | 2, REQUEST | ACK, of_family(family) + attribute(1, table.encode() + b"\0"), 1)
        begin, end = (message(kind, REQUEST, of_family(0, 10)) for kind in (16, 17))
        self.ask(begin + delete + end, (errno.ENOENT,))


class Connections:
    """Entries of conntrack that packets are to belong to."""

    def __init__(self, family):
        self.family, self.netlink = family, Socket(NETFILTER)

    def add(self, flow, helper=None):
        """A flow that has seen packets in both directions; with a helper, others may be expected of it."""
        backwards = flow.get("reply", False)
        body = of_family(self.family) + self._tuple(flow, 1, backwards) + self._tuple(flow, 2, not backwards)
        # CONFIRMED | ASSURED | SEEN_REPLY
        body += attribute(3, struct.pack("!I", 0xE)) + attribute(7, struct.pack("!I", 600))
        if flow.get("connmark"):
            body += attribute(8, struct.pack("!I", flow["connmark"]))
        if flow["proto"] == 6:  # established, and liberal about sequence numbers
            body += nested(4, nested(1, attribute(1, b"\3"), attribute(4, b"\x0a\x0a"), attribute(5, b"\x0a\x0a")))
        if helper:
            body += nested(5, attribute(1, helper + b"\0"))
        self.netlink.ask(message(CTNETLINK, 0x405, body), (errno.EEXIST,))

    def expect(self, flow, master):
        """Announces a flow, as the helper of the master would."""
        ones = "255.255.255.255" if self.family == socket.AF_INET else ":".join(["ffff"] * 8)
        every = {**flow, "src": ones, "dst": ones, "sport": 0xFFFF, "dport": 0xFFFF}
        body = of_family(self.family) + self._tuple(master, 1) + self._tuple(flow, 2) + self._tuple(every, 3)
        body += attribute(4, struct.pack("!I", 600))
        self.netlink.ask(message(EXPECTATIONS, 0x405, body), (errno.EEXIST,))

    def remove(self, flow):
        body = of_family(self.family) + self._tuple(flow, 1, flow.get("reply", False))
        self.netlink.ask(message(CTNETLINK | 2, REQUEST | ACK, body), (errno.ENOENT,))

    def flush(self):
        self.netlink.ask(message(CTNETLINK | 2, REQUEST | ACK, of_family(self.family)), (errno.ENOENT,))

    def _tuple(self, flow, kind, backwards=False):
        family = self.family
        src, dst = socket.inet_pton(family, flow["src"]), socket.inet_pton(family, flow["dst"])
        sport, dport, proto = flow["sport"], flow["dport"], flow["proto"]
        icmp_type = flow.get("icmp_type", 0)
        if backwards:
            src, dst, sport, dport = dst, src, dport, sport
            icmp_type = OTHER_ICMP.get(icmp_type, icmp_type)
        protocol = attribute(1, bytes([proto]))
        if proto in (1, 58):
            base = 7 if proto == 58 else 4
            code = flow.get("icmp_code", 0)
            protocol += attribute(base, struct.pack("!H", 1)) + attribute(base + 1, bytes([icmp_type])) + attribute(base + 2, bytes([code]))
        elif proto in (6, 17, 33, 132, 136):
            protocol += attribute(2, struct.pack("!H", sport)) + attribute(3, struct.pack("!H", dport))
        first = 3 if family == socket.AF_INET6 else 1
        return nested(kind, nested(1, attribute(first, src), attribute(first + 1, dst)), nested(2, protocol))
