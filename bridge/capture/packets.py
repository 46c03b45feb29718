"""Captured OSC: what Wireshark, tcpdump and dumpcap write (.pcap, .pcapng) and what liblo's oscdump prints (.oscdump).

Of network captures, UDP over IPv4 and IPv6 is read; fragments and packets cut short by the capture are left out.
"""
from __future__ import annotations

import shlex
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pythonosc.osc_packet import OscPacket, ParseError

from bridge.errors import InputInvalid, InputMissing

PCAP = {b"\xd4\xc3\xb2\xa1": ("<", 1e6), b"\xa1\xb2\xc3\xd4": (">", 1e6),
        b"\x4d\x3c\xb2\xa1": ("<", 1e9), b"\xa1\xb2\x3c\x4d": (">", 1e9)}  # byte order, ticks a second
PCAPNG, ORDERS = b"\x0a\x0d\x0d\x0a", {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}
SECTION, INTERFACE, PACKET, TICKS, END = 0x0A0D0D0A, 1, 6, 9, 0
LARGEST = 1 << 20
LINKS = {0: 4, 108: 4, 113: 16, 276: 20, 12: 0, 14: 0, 101: 0, 228: 0, 229: 0}  # loopback, Linux "any", bare IP
ETHERNET, VLANS = 1, (b"\x81\x00", b"\x88\xa8")
UDP = 17
LATEST_S = 2.0**33  # also since 1900, as NTP has it; nanoseconds of it fit 64 bits
SAME_S = 0.002  # the very same packet again so soon was seen on two interfaces
OSC_BROKEN = (ParseError, ValueError, IndexError, struct.error, RecursionError)


@dataclass(frozen=True)
class Message:
    """One OSC message, and when it was captured."""

    time_s: float
    address: str
    values: tuple[object, ...]


def read_messages(path: Path) -> list[Message]:
    """All OSC messages in order of time. Raises InputMissing, InputInvalid."""
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise InputMissing(f"{path}: no such file") from error
    try:
        found = list(_dumped(data.decode()) if path.suffix.lower() == ".oscdump" else _captured(data))
    except (struct.error, UnicodeDecodeError, ValueError) as error:
        raise InputInvalid(f"{path}: a damaged capture ({error})") from error
    except InputInvalid as error:
        raise type(error)(f"{path}: {error}") from error
    if not found:
        raise InputInvalid(f"{path}: no OSC in it")
    if max(message.time_s for message in found) > LATEST_S:
        raise InputInvalid(f"{path}: a packet is captured later than the year 2250; is the file damaged?")
    return sorted(found, key=lambda message: message.time_s)


def _captured(data: bytes) -> Iterator[Message]:
    last, last_s = b"", 0.0
    for time_s, link, frame in _frames(data):
        payload = _udp(link, frame)
        if payload[:1] not in (b"/", b"#") or (payload == last and time_s - last_s < SAME_S):
            continue
        last, last_s = payload, time_s
        try:
            messages = [timed.message for timed in OscPacket(payload).messages]
        except OSC_BROKEN:  # something else that begins so
            continue
        yield from (Message(time_s, message.address, tuple(message.params)) for message in messages)


def _frames(data: bytes) -> Iterator[tuple[float, int, bytes]]:
    """Seconds, kind of link, bytes. A file that ends within a packet is read up to there."""
    if data[:4] in PCAP:
        return _pcap(data, *PCAP[data[:4]])
    if data[:4] == PCAPNG:
        return _pcapng(data)
    raise InputInvalid("neither pcap nor pcapng")


def _pcap(data: bytes, order: str, ticks: float) -> Iterator[tuple[float, int, bytes]]:
    (link,) = struct.unpack_from(f"{order}I", data, 20)
    at = 24
    while at + 16 <= len(data):
        seconds, part, size, _ = struct.unpack_from(f"{order}4I", data, at)
        if size > LARGEST:
            raise InputInvalid(f"a packet of {size} bytes; {LARGEST} are allowed")
        yield seconds + part / ticks, link & 0xFFFF, data[at + 16 : at + 16 + size]
        at += 16 + size


def _pcapng(data: bytes) -> Iterator[tuple[float, int, bytes]]:
    order, at = "<", 0
    interfaces: list[tuple[int, float]] = []  # kind of link, ticks a second
    while at + 12 <= len(data):
        if data[at : at + 4] == PCAPNG:
            order, interfaces = ORDERS.get(data[at + 8 : at + 12], "?"), []
            if order == "?":
                raise InputInvalid("a pcapng section without its byte order")
        kind, size = struct.unpack_from(f"{order}2I", data, at)
        if size < 12 or size > LARGEST:
            raise InputInvalid(f"a pcapng block of {size} bytes; 12 to {LARGEST} are allowed")
        body = data[at + 8 : at + size - 4]
        if kind == INTERFACE:
            interfaces.append((struct.unpack_from(f"{order}H", body)[0], _ticks(body[8:], order)))
        elif kind == PACKET and len(body) >= 20:
            number, high, low, length = struct.unpack_from(f"{order}4I", body)
            if number < len(interfaces):
                link, ticks = interfaces[number]
                yield ((high << 32) + low) / ticks, link, body[20 : 20 + length]
        at += size


def _ticks(options: bytes, order: str) -> float:
    """Of an interface's clock, a second."""
    at = 0
    while at + 4 <= len(options):
        code, size = struct.unpack_from(f"{order}2H", options, at)
        if code == END:
            break
        if code == TICKS and size == 1 and at + 4 < len(options):
            value = options[at + 4]
            return float(2 ** (value & 0x7F) if value & 0x80 else 10**value)
        at += 4 + size + -size % 4
    return 1e6


def _udp(link: int, frame: bytes) -> bytes:
    """What a UDP packet carries; nothing of any other."""
    if link == ETHERNET:
        start = 14
        while frame[start - 2 : start] in VLANS:
            start += 4
    elif link in LINKS:
        start = LINKS[link]
    else:
        raise InputInvalid(f"captured on a link of kind {link}; allowed are {ETHERNET} (Ethernet), "
                           f"{', '.join(map(str, LINKS))}")
    packet = frame[start:]
    version = packet[0] >> 4 if packet else 0
    if version == 4 and len(packet) >= 20 and packet[9] == UDP and not struct.unpack_from(">H", packet, 6)[0] & 0x3FFF:
        return _payload(packet[4 * (packet[0] & 15) :])
    if version == 6 and len(packet) >= 40 and packet[6] == UDP:
        return _payload(packet[40:])
    return b""


def _payload(datagram: bytes) -> bytes:
    if len(datagram) < 8:
        return b""
    (size,) = struct.unpack_from(">H", datagram, 4)
    return datagram[8:size] if 8 <= size <= len(datagram) else b""


def _dumped(text: str) -> Iterator[Message]:
    """Lines of `time address types values`, the time as NTP has it: seconds and their 2^32nds, in hexadecimal."""
    for number, line in enumerate(text.splitlines(), start=1):
        words = shlex.split(line)
        if len(words) < 3 or not words[1].startswith("/"):
            continue
        seconds, _, part = words[0].partition(".")
        try:
            time_s = int(seconds, 16) + int(part, 16) / 2**32
            values = [_value(kind, word) for kind, word in zip(words[2], words[3:], strict=True)]
        except ValueError as error:
            raise InputInvalid(f"line {number} is not what oscdump prints ({error})") from error
        yield Message(time_s, words[1], tuple(values))


def _value(kind: str, word: str) -> object:
    return float(word) if kind in "fd" else int(word) if kind in "ih" else word
