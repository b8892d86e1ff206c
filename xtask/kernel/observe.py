"""What the kernel reports of a packet: the rules that it matched, in order, and how it ended.

The nft backend tells it in trace messages of nftables, the legacy one in the lines of TRACE, which come by nfnetlink_log. One bit
of a packet turns both on, and a rule of the harness sets it, so the rules under test stay as they are.
"""

import re
import socket
import struct

from namespace import OWN
from netlink import ACK, NETFILTER, NFTABLES, REQUEST, ULOG, Socket, attribute, attributes, message, of_family

BRIDGE = 7
VERDICTS = {0: "DROP", 1: "ACCEPT", 2: "STOLEN", 3: "QUEUE"}
RETURN, POLICY, RULE = 2, 1, 3
TAKEN = {"NFQUEUE": "queue", "QUEUE": "queue", "SYNPROXY": "stolen", "TPROXY": "stolen"}


class Trace:
    """Hears what is told in this namespace."""

    def __init__(self, namespace, backend):
        self.namespace, self.backend = namespace, backend
        self.rules, self.policies, self.handles = {}, {}, {}
        # Whether the last packet was sent to this host itself.
        self.looped = False
        self._nft = Socket(NETFILTER)
        self._nft.socket.setsockopt(270, 1, 9)  # NETLINK_ADD_MEMBERSHIP, NFNLGRP_NFTRACE
        self._log = None
        if backend == "legacy":
            self._log = Socket(NETFILTER)
            bind, mode = attribute(1, b"\1"), attribute(2, struct.pack("!IBB", 0, 1, 0)) + attribute(5, struct.pack("!I", 1))
            for command in (bind, mode):
                self._log.ask(message(ULOG | 1, REQUEST | ACK, of_family(0) + command))

    def read_rules(self, saved, bridge_saved):
        """Takes the rules as the save programs print them: what a number in a chain stands for."""
        self.rules, self.policies, self.handles = {}, {}, {}
        for kind, text in (("ip", saved), ("bridge", bridge_saved)):
            table = None
            for line in text.splitlines():
                if line.startswith("*"):
                    table = line[1:].strip()
                elif line.startswith(":"):
                    chain, policy = line[1:].split()[:2]
                    self.policies[kind, table, chain] = policy
                elif line.startswith("-A "):
                    self.rules.setdefault((kind, table, line.split(None, 2)[1]), []).append(line)
        if self.backend == "nft" and saved:
            self._take_handles("ip", self.namespace.family)
        if bridge_saved:
            self._take_handles("bridge", BRIDGE)

    def _take_handles(self, kind, family):
        found = self.namespace.connections.netlink.handles(family)
        self.handles.update({(kind, *key): value for key, value in found.items()})

    def answer(self):
        """The verdict on the packet that has just been sent, and the rules that it matched."""
        steps, end, self.looped = self._legacy_steps(), {}, False
        for data, kind, start, stop in self._nft.waiting():
            if kind == NFTABLES | 17:
                self._nft_step(data[start + 16], attributes(data, start + 20, stop), steps, end)
        matched = [step[:4] for step in steps if step[3]]
        return {"verdict": self._verdict(steps, end), "rules": matched, **end}

    def _legacy_steps(self):
        steps = []
        for data, kind, start, stop in self._log.waiting() if self._log else ():
            if kind != ULOG:
                continue
            prefix = attributes(data, start + 20, stop).get(10, b"").rstrip(b"\0").decode()
            if not prefix.startswith("TRACE: "):
                continue
            table, rest = prefix[7:].rstrip().split(":", 1)
            chain, _, number = rest.rsplit(":", 2)
            # "return" and "policy" also stand for a rule without tests; only its number tells the end of the chain.
            key, number = ("ip", table, chain), int(number)
            is_rule = number <= len(self.rules.get(key, ()))
            steps.append([*key, number if is_rule else None, None])
        return steps

    def _nft_step(self, family, event, steps, end):
        table, chain = event[1][:-1].decode(), event[2][:-1].decode()
        kind = "bridge" if family == BRIDGE else "ip"
        if table == OWN:
            if chain.endswith("_end") and self._leaves_by(event, kind, chain, "lo", "br0"):
                self.looped = True
            # What goes round by lo comes in again; a bridge may have asked the hooks of IP last.
            if chain.endswith("_end") and not self._leaves_by(event, kind, chain, "lo"):
                end.clear()
                end.update(self._left(event))
            return
        what = struct.unpack("!I", event[4])[0]
        number, verdict = None, None
        if what == RULE and 3 in event:  # from Linux 6.12 on, the end of a chain is a rule without a handle
            number = self.handles.get((kind, table, struct.unpack("!Q", event[3])[0]), (None, None))[1]
            verdict = VERDICTS.get(struct.unpack("!I", attributes(event[5], 0, len(event[5]))[1])[0])
            if number and number > len(self.rules.get((kind, table, chain), ())):
                # The policy of a user chain of ebtables-nft is a last rule that is not saved.
                number = None
        elif what == POLICY:
            verdict = VERDICTS.get(struct.unpack("!I", event[16])[0])
        elif what != RETURN and what != RULE:
            return
        steps.append([kind, table, chain, number, verdict])

    def _leaves_by(self, event, kind, chain, *devices):
        out = struct.unpack("!I", event[12])[0] if 12 in event else 0
        return kind == "ip" and chain == "post_end" and out in [self.namespace.indexes.get(device) for device in devices]

    def _left(self, event):
        left = {"mark": struct.unpack("!I", event[14])[0] if 14 in event else 0}
        header, transport = event.get(8, b""), event.get(9, b"")
        if len(header) >= 40 and header[0] >> 4 == 6:
            left["src"], left["dst"] = (socket.inet_ntop(socket.AF_INET6, header[at : at + 16]) for at in (8, 24))
            left["tos"], left["ttl"] = struct.unpack("!I", header[:4])[0] >> 20 & 0xFF, header[7]
        elif len(header) >= 20 and header[0] >> 4 == 4:
            left["src"], left["dst"] = (socket.inet_ntop(socket.AF_INET, header[at : at + 4]) for at in (12, 16))
            left["tos"], left["ttl"] = header[1], header[8]
        if len(transport) >= 4:
            left["sport"], left["dport"] = struct.unpack("!HH", transport[:4])
        return left

    def _verdict(self, steps, end):
        taken = "lost"
        for kind, table, chain, number, verdict in steps:
            if not number:
                if self.policies.get((kind, table, chain)) == "DROP":
                    return "drop"
                continue
            named = re.search(r" -j (\S+)", self.rules[kind, table, chain][number - 1])
            target = named[1] if named else ""
            if target == "REJECT":
                return "reject"
            if target == "DROP" or verdict == "DROP" and target not in TAKEN:
                return "drop"
            taken = TAKEN.get(target, "lost")
        # Without a rule: routing, a TTL that ran out, or defragmentation that waits.
        return "accept" if end else taken
