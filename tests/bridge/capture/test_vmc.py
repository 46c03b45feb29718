"""Captured VMC: as tcpdump and oscdump write it, and as bytes made here by the formats' descriptions."""
from __future__ import annotations

import shutil
import socket
import struct
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder

from bridge.capture.load import load_session
from bridge.capture.packets import read_messages
from bridge.capture.vmc import read_vmc
from bridge.demo_motion import demo_motion
from bridge.errors import InputInvalid, InputMissing, TooShort
from bridge.frames import JOINT_INDEX, TrackerClip
from bridge.simulate import as_session
from bridge.vmc.axes import flipped_positions, flipped_rotations

RATE_HZ = 60.0
WORN = ["head", "L_wrist", "R_wrist"]
SENDERS = (("/VMC/Ext/Hmd/Pos", "HMD-1"), ("/VMC/Ext/Con/Pos", "CON-B"), ("/VMC/Ext/Con/Pos", "CON-A"))


@pytest.fixture(scope="module")
def clip() -> TrackerClip:
    """The first 1.5 seconds of the demo's head and hands."""
    whole = as_session(demo_motion(RATE_HZ)).clip
    return replace(whole, **{name: getattr(whole, name)[:90] for name in (
        "positions_m", "rotations_xyzw", "position_valid", "rotation_valid")})


def bundle(clip: TrackerClip, row: int, senders: Sequence[int] = (0, 1, 2)) -> bytes:
    """What a program that has these devices sends."""
    builder = OscBundleBuilder(IMMEDIATELY)
    for sender in senders:
        address, serial = SENDERS[sender]
        message = OscMessageBuilder(address)
        place, turn = flipped_positions(clip.positions_m[row]), flipped_rotations(clip.rotations_xyzw[row])
        for value in (serial, *map(float, place[sender]), *map(float, turn[sender])):
            message.add_arg(value)
        builder.add_content(message.build())
    return bytes(builder.build().dgram)


def udp4(payload: bytes, more: bool = False) -> bytes:
    datagram = struct.pack(">4H", 5000, 39540, 8 + len(payload), 0) + payload
    flags = 0x2000 if more else 0
    return struct.pack(">2B3H2BH8x", 0x45, 0, 20 + len(datagram), 0, flags, 64, 17, 0) + datagram


def udp6(payload: bytes) -> bytes:
    datagram = struct.pack(">4H", 5000, 39540, 8 + len(payload), 0) + payload
    return struct.pack(">IH2B32x", 6 << 28, len(datagram), 17, 64) + datagram


Link = Callable[[bytes], bytes]



def ethernet(payload: bytes) -> bytes:
    return bytes(12) + b"\x08\x00" + udp4(payload)


LINKS: dict[int, Link] = {
    1: lambda payload: bytes(12) + b"\x81\x00\x00\x05\x08\x00" + udp4(payload),
    0: lambda payload: bytes(4) + udp4(payload), 101: udp6,
    113: lambda payload: bytes(16) + udp4(payload), 276: lambda payload: bytes(20) + udp6(payload)}
Packet = tuple[float, bytes]


def pcap(packets: Sequence[Packet], link: int = 1, order: str = "<", nanoseconds: bool = False) -> bytes:
    ticks = 1e9 if nanoseconds else 1e6
    head = struct.pack(f"{order}I2H4I", 0xA1B23C4D if nanoseconds else 0xA1B2C3D4, 2, 4, 0, 0, 65535, link)
    return head + b"".join(
        struct.pack(f"{order}4I", int(at), round((at - int(at)) * ticks), len(data), len(data)) + data
        for at, data in packets)


def block(order: str, kind: int, body: bytes) -> bytes:
    size = 12 + len(body) + -len(body) % 4
    return struct.pack(f"{order}2I", kind, size) + body + bytes(-len(body) % 4) + struct.pack(f"{order}I", size)


def pcapng(packets: Sequence[Packet], order: str = "<") -> bytes:
    """With a comment no reader needs, and a clock of nanoseconds."""
    interface = struct.pack(f"{order}2HI", 1, 0, 0) + struct.pack(f"{order}2HB3x", 9, 1, 9) + bytes(4)
    made = [block(order, 0x0A0D0D0A, struct.pack(f"{order}I2Hq", 0x1A2B3C4D, 1, 0, -1)), block(order, 1, interface),
            block(order, 5, bytes(12))]
    for at, data in packets:
        ticks = round(at * 1e9)
        made.append(block(order, 6, struct.pack(f"{order}5I", 0, ticks >> 32, ticks & 0xFFFFFFFF, len(data), len(data))
                          + data))
    return b"".join(made)


def sent(clip: TrackerClip, link: Link = ethernet, start_s: float = 1000.0) -> list[Packet]:
    return [(start_s + row / RATE_HZ, link(bundle(clip, row))) for row in range(len(clip))]


def same(path: Path, clip: TrackerClip, tolerance_m: float = 1e-5) -> None:
    session = load_session(path)
    assert [tracker.joint for tracker in session.setup.trackers] == [JOINT_INDEX[name] for name in worn_order(session)]
    assert session.clip.rate_hz == RATE_HZ and len(session.clip) == len(clip) and session.clip.position_valid.all()
    order = [WORN.index(name) for name in worn_order(session)]
    np.testing.assert_allclose(session.clip.positions_m, clip.positions_m[:, order], atol=tolerance_m)
    dots = np.abs((session.clip.rotations_xyzw * clip.rotations_xyzw[:, order]).sum(-1))
    assert dots.min() > 1 - 1e-4


def worn_order(session: object) -> list[str]:
    names = {JOINT_INDEX[name]: name for name in WORN}
    return [names[tracker.joint] for tracker in session.setup.trackers]  # type: ignore[attr-defined]


@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize(("order", "nanoseconds"), [("<", False), (">", True)])
def test_pcap_of_every_link(tmp_path: Path, clip: TrackerClip, link: int, order: str, nanoseconds: bool) -> None:
    (tmp_path / "a.pcap").write_bytes(pcap(sent(clip, LINKS[link]), link, order, nanoseconds))
    same(tmp_path / "a.pcap", clip)


@pytest.mark.parametrize("order", ["<", ">"])
def test_pcapng(tmp_path: Path, clip: TrackerClip, order: str) -> None:
    (tmp_path / "a.pcapng").write_bytes(pcapng(sent(clip), order))
    same(tmp_path / "a.pcapng", clip)


def test_other_packets_are_passed_over_and_one_seen_twice_is_one(tmp_path: Path, clip: TrackerClip) -> None:
    other = [bytes(12) + b"\x08\x06" + bytes(28), bytes(5), b"", bytes(12) + b"\x08\x00" + udp4(b"/no osc"),
             bytes(12) + b"\x08\x00" + udp4(bundle(clip, 3), more=True), ethernet(bundle(clip, 3))[:-9]]
    packets = []
    for at, data in sent(clip):
        packets += [(at, data), (at + 1e-4, data), *((at + 2e-4, one) for one in other)]
    (tmp_path / "a.pcap").write_bytes(pcap(packets))
    same(tmp_path / "a.pcap", clip)
    assert len(read_messages(tmp_path / "a.pcap")) == 3 * len(clip)


def test_devices_that_send_apart_are_put_on_one_beat(tmp_path: Path, clip: TrackerClip) -> None:
    packets = [(1000 + row / RATE_HZ + late, ethernet(bundle(clip, row, [sender])))
               for row in range(len(clip)) for sender, late in ((0, 0.0), (1, 0.004), (2, 0.008))]
    (tmp_path / "a.pcap").write_bytes(pcap(packets))
    session = read_vmc(tmp_path / "a.pcap")
    assert (session.clip.rate_hz, len(session.clip)) == (RATE_HZ, len(clip))
    late = np.array([0, 0.004, 0.008])[[WORN.index(name) for name in worn_order(session)]] * RATE_HZ
    for column, (name, share) in enumerate(zip(worn_order(session), late, strict=True)):
        true = clip.positions_m[:, WORN.index(name)]
        shifted = (1 - share) * true[1:] + share * true[:-1]
        np.testing.assert_allclose(session.clip.positions_m[1:, column], shifted, atol=1e-4)


def test_a_device_that_falls_silent_is_lost(tmp_path: Path, clip: TrackerClip) -> None:
    packets = [(1000 + row / RATE_HZ, ethernet(bundle(clip, row, [0, 1] if 20 <= row < 70 else [0, 1, 2])))
               for row in range(len(clip))]
    (tmp_path / "a.pcap").write_bytes(pcap(packets))
    session = read_vmc(tmp_path / "a.pcap")
    seen = dict(zip(worn_order(session), session.clip.position_valid.T, strict=True))
    assert seen["R_wrist"][:20].all() and not seen["R_wrist"][40:50].any() and seen["R_wrist"][70:].all()
    assert seen["head"].all() and seen["L_wrist"].all()


@pytest.mark.parametrize(("data", "said"), [
    (b"", "neither pcap"), (b"text and no capture", "neither pcap"), (pcap([]), "no OSC"),
    (pcap([(1.0, bytes(60))], link=147), "kind 147"), (pcap([(1.0, ethernet(b"/hello\0\0,\0\0\0"))]), "no headset"),
    (pcap([])[:24] + struct.pack("<4I", 1, 1, 1 << 30, 1), "bytes"), (b"\x0a\x0d\x0d\x0a" + bytes(30), "byte order")])
def test_what_it_says_of_files_that_are_none(tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / "a.pcap").write_bytes(data)
    with pytest.raises(InputInvalid, match=said) as told:
        load_session(tmp_path / "a.pcap")
    assert "a.pcap" in str(told.value)


def test_one_cut_anywhere_is_read_as_far_as_it_goes_or_refused(tmp_path: Path, clip: TrackerClip) -> None:
    for whole in (pcap(sent(clip)[:6]), pcapng(sent(clip)[:6])):
        for length in range(0, len(whole), 61):
            (tmp_path / "a.pcap").write_bytes(whole[:length])
            with suppress(InputInvalid, TooShort):
                assert 3 <= len(read_vmc(tmp_path / "a.pcap").clip) <= 6
    with pytest.raises(InputMissing):
        read_messages(tmp_path / "none.pcap")


def test_a_line_that_oscdump_would_not_print(tmp_path: Path) -> None:
    (tmp_path / "a.oscdump").write_text('e1.80 /a f "x"\n')
    with pytest.raises(InputInvalid, match="line 1"):
        read_messages(tmp_path / "a.oscdump")


def played(clip: TrackerClip, port: int) -> None:
    line, began_s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), time.monotonic()
    with line:
        for row in range(len(clip)):
            line.sendto(bundle(clip, row), ("127.0.0.1", port))
            time.sleep(max(0.0, began_s + (row + 1) / RATE_HZ - time.monotonic()))


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


def compared(path: Path, clip: TrackerClip) -> None:
    """Times of arrival are those of a busy machine: the middle of what was captured, within a few frames of it."""
    session = read_vmc(path)
    assert len(session.clip) > 0.8 * len(clip) and session.clip.position_valid.mean() > 0.95
    head = session.clip.positions_m[:, worn_order(session).index("head")]
    assert np.abs(np.median(head, axis=0) - np.median(clip.positions_m[:, 0], axis=0)).max() < 0.02


def test_what_oscdump_prints(tmp_path: Path, clip: TrackerClip) -> None:
    if shutil.which("oscdump") is None:
        pytest.skip("oscdump (liblo-tools) is not there")
    port = free_port()
    with (tmp_path / "a.oscdump").open("w") as out:
        process = subprocess.Popen(["oscdump", "-L", str(port)], stdout=out)
        time.sleep(0.5)
        played(clip, port)
        process.terminate()
        process.wait(10)
    compared(tmp_path / "a.oscdump", clip)


def test_what_tcpdump_writes(tmp_path: Path, clip: TrackerClip) -> None:
    if shutil.which("tcpdump") is None:
        pytest.skip("tcpdump is not there")
    port, path = free_port(), tmp_path / "a.pcap"
    process = subprocess.Popen(["tcpdump", "-i", "lo", "-U", "-Z", "root", "-w", str(path), "udp", "port", str(port)],
                               stderr=subprocess.PIPE)
    deadline = time.monotonic() + 10
    while not path.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    if process.poll() is not None:
        pytest.skip(f"tcpdump may not capture here: {process.communicate()[1].decode().strip()}")
    time.sleep(0.3)
    played(clip, port)
    time.sleep(0.5)
    process.terminate()
    process.communicate(timeout=10)
    compared(path, clip)
