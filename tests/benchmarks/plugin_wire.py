"""Measure the plugin's own ZMTP and codec against pyzmq and protobuf: one live frame out, one pose back.

    python tests/benchmarks/plugin_wire.py --frames 2000 --rounds 9

Both clients start from the same numpy arrays, wait on a socket in this thread, and end with the pose as numpy arrays;
the other end is the same bare ROUTER in a process of its own (io_bare.py), which answers each message at once. Rounds
alternate in one run. Told are medians over rounds of a round's median trip, and the codec's share of it by itself.
"""
from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import zmq

from bridge.generated import posebridge_pb2 as pb
from engine_plugins.blender.posebridge.core.client_live import Live, Reading, read_pose
from engine_plugins.blender.posebridge.core.messages import PoseFrame, ServerMessage
from engine_plugins.blender.posebridge.core.zmtp import Received
from engine_plugins.blender.posebridge.core.zmtp_mechanism import Null
from engine_plugins.blender.posebridge.core.zmtp_socket import Waiter, ZmtpSocket

TOKEN = bytes(range(16))
READING = Reading(1 << 40, np.ones((3, 3), "f4"), np.tile(np.float32([0, 0, 0, 1]), (3, 1)), np.ones(3, np.bool_),
                  np.ones(3, np.bool_))
Trip = Callable[[], object]


class OurCodec:
    """A reading to bytes, bytes to a pose."""

    def __init__(self) -> None:
        self._live = Live()
        self._live.open(TOKEN)

    def write(self) -> bytes:
        self._live.offer(READING)
        payload = self._live.next_payload()
        assert payload is not None
        return payload

    def read(self, payload: bytes) -> object:
        body = ServerMessage.decode(payload).body
        assert isinstance(body, PoseFrame)
        return read_pose(body)


class Protobuf:
    """The same with official protobuf."""

    def write(self) -> bytes:
        return pb.ClientMessage(tracker_frame=pb.TrackerFrame(
            session=TOKEN, sequence=1, time_ns=READING.time_ns, last_result_seen=1,
            positions_m=READING.positions_m.ravel(), rotations_xyzw=READING.rotations_xyzw.ravel(), position_valid=7,
            rotation_valid=7)).SerializeToString()

    def read(self, payload: bytes) -> object:
        frame = pb.ServerMessage.FromString(payload).pose_frame
        return (np.array(frame.root_position_m, "f4"), np.array(frame.local_xyzw, "f4").reshape(22, 4),
                np.array(frame.confidence, "f4"))


@contextmanager
def peer() -> Iterator[int]:
    """The ROUTER that answers every message, and its port."""
    path = Path(__file__).with_name("io_bare.py")
    with subprocess.Popen([sys.executable, str(path), "1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True) as process:
        assert process.stdin and process.stdout
        yield int(process.stdout.readline())
        process.stdin.close()


@contextmanager
def our_trip(port: int) -> Iterator[Trip]:
    codec, waiter = OurCodec(), Waiter()
    ours = ZmtpSocket("127.0.0.1", port, Null(), 1 << 16)

    def received() -> bytes:
        while True:
            for event in ours.step():
                if isinstance(event, Received):
                    return event.parts[0]
            waiter.wait([ours], 1.0)

    def trip() -> object:
        ours.send(codec.write())
        return codec.read(received())

    while not ours.step():
        waiter.wait([ours], 1.0)
    yield trip
    ours.close()
    waiter.close()


@contextmanager
def their_trip(port: int) -> Iterator[Trip]:
    codec, context = Protobuf(), zmq.Context()
    theirs = context.socket(zmq.DEALER)
    theirs.setsockopt(zmq.LINGER, 0)
    theirs.connect(f"tcp://127.0.0.1:{port}")

    def trip() -> object:
        theirs.send(codec.write())
        return codec.read(theirs.recv())

    yield trip
    context.destroy(0)


def median_us(trip: Trip, count: int) -> float:
    times = []
    for _ in range(count):
        began = time.perf_counter()
        trip()
        times.append(1e6 * (time.perf_counter() - began))
    return statistics.median(times)


def answer() -> bytes:
    """What the ROUTER answers, near enough."""
    return pb.ServerMessage(pose_frame=pb.PoseFrame(
        sequence=1 << 20, time_ns=1 << 40, root_position_m=[1] * 3, local_xyzw=[0, 0, 0, 1] * 22, confidence=[1] * 22,
        measured=7, server_received_ns=1 << 40, server_sent_ns=1 << 40)).SerializeToString()


def codec_us(codec: OurCodec | Protobuf, count: int) -> float:
    payload = answer()
    return median_us(lambda: (codec.write(), codec.read(payload)), count)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, default=2000, help="of each client in each round")
    parser.add_argument("--rounds", type=int, default=9)
    chosen = parser.parse_args()
    rows: dict[str, list[float]] = {}
    with peer() as port, our_trip(port) as ours, their_trip(port) as theirs:
        for trip in (ours, theirs):
            median_us(trip, 200)
        for _ in range(chosen.rounds):
            for name, figure in (
                ("plugin trip", median_us(ours, chosen.frames)), ("pyzmq trip", median_us(theirs, chosen.frames)),
                ("plugin codec", codec_us(OurCodec(), chosen.frames)),
                ("protobuf codec", codec_us(Protobuf(), chosen.frames)),
            ):
                rows.setdefault(name, []).append(figure)
    for name, figures in rows.items():
        print(f"{name:15} {statistics.median(figures):7.1f} us")
    ratios = [one / other for one, other in zip(rows["plugin trip"], rows["pyzmq trip"], strict=True)]
    print(f"trip, plugin over pyzmq: {statistics.median(ratios):.2f} (rounds {min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    main()
