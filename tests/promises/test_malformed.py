"""Test 23: whatever bytes arrive, the daemon answers with an error that has a name, and no number that is none reaches
the engine."""
from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from bridge.config import Limits, ServeConfig
from bridge.daemon import Daemon
from bridge.engine.interface import EngineInfo
from bridge.engine.orders import ClipRows, OpenSlot, Order, Ready, SolveLive
from bridge.frames import Setup, TrackerClip
from bridge.messages import Hello, OpenSession
from bridge.outbox import Line
from bridge.recordings import Recordings
from bridge.replies import ErrorMessage, SessionOpened
from bridge.wire_client import encode_client

VECTORS = Path(__file__).resolve().parents[1] / "vectors" / "wire"
SPECIAL = [b"\xff" * 8, b"\x00" * 8, b"\x80\x80\x80\x80\x08",
           *(np.float32(value).tobytes() for value in (np.nan, np.inf))]


def mutated(seeds: list[bytes], random: np.random.Generator) -> Iterator[bytes]:
    """Good messages, made bad: bits turned, cut, repeated, joined, written over, or nothing but noise."""
    while True:
        data = bytearray(seeds[random.integers(len(seeds))])
        for _ in range(int(random.integers(1, 4))):
            at = int(random.integers(len(data) + 1))
            match int(random.integers(7)):
                case 0 if data:
                    data[at % len(data)] ^= 1 << int(random.integers(8))
                case 1:
                    del data[at:]
                case 2:
                    data[at:at] = data[: int(random.integers(1 + min(len(data), 64)))]
                case 3:
                    data += seeds[random.integers(len(seeds))]
                case 4:
                    special = SPECIAL[random.integers(len(SPECIAL))]
                    data[at : at + len(special)] = special
                case 5:
                    data = bytearray(random.bytes(int(random.integers(0, 200))))
                case 6:
                    del data[at : at + int(random.integers(1, 8))]
        yield bytes(data)


def finite(order: Order) -> bool:
    clips: tuple[TrackerClip, ...] = ()
    if isinstance(order, SolveLive):
        clips = order.windows
    elif isinstance(order, ClipRows):
        clips = (order.rows,)
    elif isinstance(order, OpenSlot):
        return bool(np.isfinite(order.setup.skeleton.offsets_m).all())
    return all(np.isfinite(clip.positions_m[clip.position_valid]).all()
               and np.isfinite(clip.rotations_xyzw[clip.rotation_valid]).all() for clip in clips)


def greeted(tmp_path: Path) -> tuple[Daemon, bytes]:
    """A ready daemon that knows the peer, and a session's token."""
    config = ServeConfig(recordings=tmp_path, limits=Limits(sessions=4, clips_waiting=2))
    daemon = Daemon(config, "secret", 4002, Recordings(tmp_path, lambda: "now"))
    daemon.on_report(Ready(EngineInfo("model", "cpu")), 0)
    daemon.on_control(b"a", encode_client(1, Hello(1, 1, "secret")), 0)
    daemon.on_control(b"a", encode_client(2, OpenSession(Setup(), "Ada")), 0)
    opened = daemon.outbox.letters()[-1].body
    assert isinstance(opened, SessionOpened)
    return daemon, opened.session


@pytest.fixture
def frozen() -> Iterator[None]:
    """What is loaded is no garbage to look through, as in a daemon's process."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("frozen")
@pytest.mark.parametrize("count", [4000, pytest.param(1_000_000, marks=[pytest.mark.slow, pytest.mark.timeout(3600)])])
def test_no_bytes_bring_it_down(tmp_path: Path, figures: Callable[..., None], count: int) -> None:
    daemon, token = greeted(tmp_path)
    seeds = [path.read_bytes().replace(bytes(range(16)), token) for path in sorted(VECTORS.glob("*.bin"))]
    messages, refused, orders = mutated(seeds, np.random.default_rng(23)), 0, 0
    took_ms = np.empty((2, count), np.float32)  # by the clock, and of the processor: machines stand still at times
    for number in range(count):
        payload = next(messages)
        began = time.perf_counter(), time.thread_time()
        if number % 2:
            daemon.on_control(b"a", payload, number)
        else:
            daemon.on_live(b"l", payload, number)
        daemon.run(number)
        took_ms[:, number] = [1000 * (time.perf_counter() - began[0]), 1000 * (time.thread_time() - began[1])]
        for letter in daemon.outbox.letters():
            if isinstance(letter.body, ErrorMessage):
                assert letter.body.message and letter.line in Line
                refused += 1
        for order in daemon.outbox.orders():
            assert finite(order), payload
            orders += 1
        daemon.on_engine_lost("between messages")  # whatever was taken is given back, so that more is
        daemon.outbox.letters()
        daemon.on_report(Ready(EngineInfo("model", "cpu")), number)
    longest_ms, longest_cpu_ms = map(float, took_ms.max(1))
    figures(messages=count, refused=refused, orders=orders, longest_ms=longest_ms, longest_cpu_ms=longest_cpu_ms,
            longer_than_10_ms=int((took_ms[0] > 10).sum()))
    assert refused > 0.5 * count and orders > 0
    daemon.close()
