"""The kernel as a judge: loads rule sets in a network namespace of its own, sends packets, tells what the kernel did.

Reads a request a line from standard input and answers each with a line of JSON:

    {"load": {"rules": "*filter …", "sets": "create …", "bridge": ""}}  ->  {}  or  {"refused": "why"}
    {"send": [packet, …]}  ->  {"answers": [{"verdict": "drop", "rules": [["ip", "filter", "INPUT", 3]], …}, …]}

A packet is in the words of fwlint-testing's `Packet`. `cargo xtask kernel` asks the questions.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile

from namespace import Namespace
from observe import BRIDGE, Trace

# Ports of the bridge, in an order that tells their hardware addresses.
DEVICES = ("eth0", "eth1", "eth10", "wlan0", "cali12", "cali3")

BASE_CHAINS = {
    "raw": ("PREROUTING", "OUTPUT"),
    "mangle": ("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"),
    "nat": ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"),
    "filter": ("INPUT", "FORWARD", "OUTPUT"),
    "security": ("INPUT", "FORWARD", "OUTPUT"),
}


class Refused(Exception):
    """The kernel or a restore program does not take the rules."""


def run(command, text=None):
    done = subprocess.run(command, input=text, capture_output=True, text=True, close_fds=False)
    if done.returncode:
        raise Refused(f"{command[0]}: {done.stderr.strip()}")
    return done.stdout


class Judge:
    def __init__(self, backend, v6, bridge, cpu):
        # The legacy programs lock the whole machine, which other judges would wait for.
        self.lock = tempfile.NamedTemporaryFile(prefix="fwlint-xtables-")
        os.environ["XTABLES_LOCKFILE"] = self.lock.name
        self.backend, self.bridge = backend, bridge
        self.program = f"{'ip6tables' if v6 else 'iptables'}-{backend}"
        self.namespace = Namespace(v6, bridge, cpu)
        self.trace = Trace(self.namespace, backend)
        for device in DEVICES if bridge else ():
            self.namespace.add_device(device)
        self.loaded = set()

    def load(self, rules, sets="", bridge=""):
        self._unload()
        if sets:
            names = re.findall(r"^create (\S+)", sets, re.M)
            run(["ipset", "-!", "restore"], re.sub(r"^(?=add )", "".join(f"flush {name}\n" for name in names), sets, count=1, flags=re.M))
        self.loaded = set(re.findall(r"^\*(\w+)", rules, re.M))
        if rules:
            run([f"{self.program}-restore"], rules)
        saved = run([f"{self.program}-save"]) if rules else ""
        bridge_saved = ""
        if bridge:
            for table in ("filter", "nat"):
                self.namespace.connections.netlink.delete_table(BRIDGE, table)
            run(["ebtables-nft-restore"], bridge)
            bridge_saved = run(["ebtables-nft-save"])
        self.trace.read_rules(saved, bridge_saved)
        self.trace.answer()

    def _unload(self):
        if self.backend == "nft":
            for table in self.loaded:
                self.namespace.connections.netlink.delete_table(self.namespace.family, table)
        else:
            empty = (f"*{table}\n" + "".join(f":{chain} ACCEPT\n" for chain in BASE_CHAINS[table]) + "COMMIT\n" for table in self.loaded)
            run([f"{self.program}-restore"], "".join(empty))
        self.loaded = set()

    def send(self, packet):
        made = self.namespace.send(packet)
        answer = self.trace.answer()
        self.namespace.forget(made, self.trace.looped)
        return answer


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--backend", choices=["legacy", "nft"], required=True)
    parser.add_argument("--v6", action="store_true")
    parser.add_argument("--bridge", action="store_true")
    parser.add_argument("--cpu", type=int, default=min(os.sched_getaffinity(0)))
    given = parser.parse_args()
    judge = Judge(given.backend, given.v6, given.bridge, given.cpu)
    for line in sys.stdin:
        request = json.loads(line)
        answer = {}
        if "load" in request:
            try:
                judge.load(**request["load"])
            except Refused as refused:
                answer["refused"] = str(refused)
        if "send" in request:
            answer["answers"] = [judge.send(packet) for packet in request["send"]]
        print(json.dumps(answer), flush=True)


main()
