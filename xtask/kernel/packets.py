"""Packets in bytes, from the words that fwlint-testing says them in (its packet.rs). Layouts: RFC 791, 8200, 9293, 768, …"""

import socket
import struct

LATER_OFFSET = 64


def internet_sum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def _crc32c_table():
    for byte in range(256):
        for _ in range(8):
            byte = (byte >> 1) ^ 0x82F63B78 if byte & 1 else byte >> 1
        yield byte


CRC32C = list(_crc32c_table())


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = CRC32C[(crc ^ byte) & 255] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def padded(data):
    return data + b"\0" * (-len(data) % 4)


def transport(packet, src, dst):
    """What stands behind the IP header."""
    proto = packet["proto"]
    payload = bytes.fromhex(packet.get("payload", "")) or b"\0" * packet["len"]
    if packet["fragment"] == "later":
        # Some targets drop what is too short for a header, even where there is none.
        return payload or b"\0" * 24
    wrong = 0x5555 if packet["ct"] == "INVALID" else 0
    ports = struct.pack("!HH", packet["sport"], packet["dport"])

    def pseudo(length):
        if len(src) == 16:
            return src + dst + struct.pack("!IHBB", length, 0, 0, proto)
        return src + dst + struct.pack("!BBH", 0, proto, length)

    if proto == 6:
        options = bytes.fromhex(packet.get("tcp_opts", ""))
        if "mss" in packet:
            options += struct.pack("!BBH", 2, 4, packet["mss"])
        options = padded(options)
        offset = (5 + len(options) // 4) << 4
        head = ports + struct.pack("!IIBBH", 1, 0, offset, packet["flags"], 64240)
        rest = struct.pack("!H", 0) + options + payload
        checksum = internet_sum(pseudo(len(head) + 2 + len(rest)) + head + b"\0\0" + rest)
        return head + struct.pack("!H", checksum ^ wrong) + rest
    if proto in (17, 136):
        head = ports + struct.pack("!H", 8 + len(payload))
        checksum = internet_sum(pseudo(8 + len(payload)) + head + b"\0\0" + payload)
        return head + struct.pack("!H", (checksum ^ wrong) or 0xFFFF) + payload
    if proto in (1, 58):
        head = struct.pack("!BB", packet["icmp_type"], packet["icmp_code"])
        rest = struct.pack("!HH", 1, 1) + payload
        before = pseudo(8 + len(payload)) if proto == 58 else b""
        return head + struct.pack("!H", internet_sum(before + head + b"\0\0" + rest)) + rest
    if proto == 132:
        init = struct.pack("!BBHIIHHI", 1, 0, 20, 7, 1500, 1, 1, 1)
        chunks = bytes.fromhex(packet.get("chunks", "")) or init
        # Only an INIT has no verification tag.
        head = ports + struct.pack("!I", 0 if chunks[0] == 1 else 1)
        return head + struct.pack("<I", crc32c(head + b"\0" * 4 + chunks)) + chunks
    if proto == 33:
        head = ports + struct.pack("!BB", 5, 0)
        rest = struct.pack("!BBHII", 1, 0, 0, 1, 0)
        return head + struct.pack("!H", internet_sum(pseudo(20) + head + b"\0\0" + rest)) + rest
    if proto == 50:
        return struct.pack("!II", packet["spi"], 1) + b"\0" * 16 + payload
    if proto == 51:
        return struct.pack("!BBHII", 59, 4, 0, packet["spi"], 1) + b"\0" * 12 + payload
    if proto == 108:
        return struct.pack("!BBH", 59, 0, packet["spi"]) + b"\0" * 16 + payload
    if proto == 47:
        # Translation of addresses drops what is shorter than PPTP's header.
        return struct.pack("!HH", 0, 0x0800) + b"\0" * 12 + payload
    return payload or b"\0" * 20


def ip(packet):
    """The IP packet, or the body of an ARP frame."""
    v6 = ":" in packet["src"]
    family = socket.AF_INET6 if v6 else socket.AF_INET
    src, dst = socket.inet_pton(family, packet["src"]), socket.inet_pton(family, packet["dst"])
    if "arp_op" in packet:
        return struct.pack("!HHBBH", 1, 0x0800, 6, 4, packet["arp_op"]) + source_mac(packet) + src + b"\0" * 6 + dst + b"\0" * 18
    body = transport(packet, src, dst)
    offset = LATER_OFFSET if packet["fragment"] == "later" else 0
    more = packet["fragment"] == "first"
    if v6:
        following, extensions = packet["proto"], b""
        if offset or more:
            extensions, following = struct.pack("!BBHI", following, 0, offset | more, 1), 44
        for number, rest in reversed(packet.get("ext", [])):
            extensions, following = bytes([following]) + bytes.fromhex(rest) + extensions, number
        length = len(extensions) + len(body)
        head = struct.pack("!IHBB", 6 << 28 | packet["tos"] << 20, length, following, packet["ttl"])
        return head + src + dst + extensions + body
    options = padded(bytes.fromhex(packet.get("ip_opts", "")))
    length = 20 + len(options) + len(body)
    where = offset >> 3 | (0x2000 if more else 0)
    head = struct.pack("!BBHHHBB", 0x45 + len(options) // 4, packet["tos"], length, 1, where, packet["ttl"], packet["proto"])
    checksum = internet_sum(head + b"\0\0" + src + dst + options)
    return head + struct.pack("!H", checksum) + src + dst + options + body


def source_mac(packet):
    # The bit of 04 tells the harness's own rules to leave the packet untracked.
    first = 0x06 if packet["ct"] == "UNTRACKED" else 0x02
    return bytes([first, 0xAA, 0, 0, 0, packet["mac"]])


def frame(packet, destination):
    """The frame that the packet comes in."""
    if "ethertype" in packet:
        kind, body = packet["ethertype"], b"\0" * 46
    else:
        kind = 0x0806 if "arp_op" in packet else 0x86DD if ":" in packet["src"] else 0x0800
        body = ip(packet)
    tag = struct.pack("!HH", 0x8100, packet["vlan"]) if "vlan" in packet else b""
    return destination + source_mac(packet) + tag + struct.pack("!H", kind) + body
