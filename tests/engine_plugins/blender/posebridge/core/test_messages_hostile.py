"""No bytes make the plugin's codec do anything but decode or raise its one error, and it judges as protobuf does."""
from __future__ import annotations

import random
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.protobuf.message import DecodeError as Refused

from bridge.generated import posebridge_pb2 as pb
from engine_plugins.blender.posebridge.core.messages import ServerMessage, TrackerFrame, Watch
from engine_plugins.blender.posebridge.core.wire_format import MOST_DEPTH, DecodeError
from engine_plugins.blender.posebridge.core.wire_message import MOST_ITEMS
from tests.engine_plugins.blender.posebridge.core.official import NAMES, plain, random_message, without_unknown

VECTORS = Path(__file__).resolve().parents[4] / "vectors" / "wire"
SEEDS = [path.read_bytes() for path in sorted(VECTORS.glob("*.bin"))]
SPECIAL = [b"\xff" * 10, b"\x80" * 10 + b"\x01", b"\x00" * 8, b"\x0b", b"\x0c", b"\xff\xff\xff\xff\x0f", b"\x0e\x0f"]


def judged_alike(name: str, data: bytes) -> bool:
    """Whether both accept; fails where they disagree, or read something else."""
    try:
        wanted = without_unknown(getattr(pb, name).FromString(data))
    except Refused:
        with pytest.raises(DecodeError):
            plain(name).decode(data)
        return False
    try:
        ours = plain(name).decode(data)
    except DecodeError as error:
        assert "no tag of a field" in str(error)  # official protobuf lets field 0 pass in a message that has no fields
        return False
    assert ours.encode() == wanted
    return True


def mutated(seeds: list[bytes], source: random.Random) -> Iterator[bytes]:
    while True:
        data = bytearray(source.choice(seeds))
        for _ in range(source.randint(1, 3)):
            at = source.randint(0, len(data))
            match source.randrange(5):
                case 0 if data:
                    data[at % len(data)] ^= 1 << source.randrange(8)
                case 1:
                    del data[at:]
                case 2:
                    data[at:at] = source.choice(SPECIAL)
                case 3:
                    data[at:at] = source.choice(seeds)[:50]
                case 4:
                    del data[at : at + source.randint(1, 8)]
        yield bytes(data)


@pytest.mark.parametrize("count", [6000, pytest.param(1_000_000, marks=[pytest.mark.slow, pytest.mark.timeout(3600)])])
def test_good_messages_made_bad(count: int) -> None:
    source = random.Random(0)
    made = [random_message(pb.DESCRIPTOR.message_types_by_name[name], source).SerializeToString() for name in NAMES]
    accepted, stream = 0, mutated(SEEDS + made, source)
    for _ in range(count):
        accepted += judged_alike(source.choice(("ClientMessage", "ServerMessage", "SessionSetup")), next(stream))
    assert 0.1 * count < accepted < 0.9 * count


def test_noise() -> None:
    source = random.Random(1)
    for _ in range(3000):
        judged_alike(source.choice(NAMES), source.randbytes(source.randint(0, 60)))


@pytest.mark.parametrize("path", sorted(VECTORS.glob("*.bin")), ids=lambda path: path.stem)
def test_cut_off_after_every_byte(path: Path) -> None:
    data = path.read_bytes()
    for kind in ("ClientMessage", "ServerMessage"):
        for end in range(len(data)):
            judged_alike(kind, data[:end])


def test_groups_as_deep_as_protobuf_allows() -> None:
    for depth in (1, MOST_DEPTH - 1):
        assert judged_alike("Hello", b"\x0b" * depth + b"\x0c" * depth)
    for depth in (MOST_DEPTH + 1, 100_000):
        with pytest.raises(DecodeError):
            plain("Hello").decode(b"\x0b" * depth + b"\x0c" * depth)


def peak_bytes(kind: str, data: bytes) -> int:
    """The most that a refused message held on the way."""
    tracemalloc.start()
    try:
        with pytest.raises(DecodeError):
            plain(kind).decode(data)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("kind", "data"), [
    ("SolveClip", b"\x22\xff\xff\xff\xff\x07"), ("TrackerFrame", b"\x2a\xfc\xff\xff\xff\x07"),
    ("Hello", b"\x1a\xff\xff\xff\xff\x07"), ("Watch", b"\x0a\xff\xff\xff\xff\x07"),
])
def test_an_announced_size_is_checked_before_memory_is_taken(kind: str, data: bytes) -> None:
    assert peak_bytes(kind, data) < 100_000


def test_few_bytes_do_not_become_many_objects() -> None:
    assert peak_bytes("Watched", b"\x0a\x00" * 500_000) < 20_000_000
    assert peak_bytes("RecordingStarted", b"\x0a\x00" * 500_000) < 20_000_000
    nested = b"\x12\xe8\x07" + b"\x32\x00" * 500
    assert peak_bytes("JobResult", nested * 500) < 20_000_000
    assert len(Watch.decode(Watch([1] * MOST_ITEMS).encode()).known) == MOST_ITEMS


def test_whole_clips_are_not_limited_by_it() -> None:
    frame = TrackerFrame.decode(b"\x2a\x80\x80\x80\x02" + bytes(4 << 20))
    assert len(frame.positions_m) == 1 << 20
    assert ServerMessage.decode(b"") == ServerMessage()
