"""The C# codec says what official protobuf says, both ways: it reads what protobuf wrote and writes the same bytes, and
what protobuf refuses it refuses, with its one error."""
from __future__ import annotations

import random
import subprocess
from collections.abc import Sequence
from pathlib import Path

from google.protobuf.message import DecodeError as Refused

from bridge.generated import posebridge_pb2 as pb
from tests.engine_plugins.blender.posebridge.core.official import NAMES, random_message, without_unknown
from tests.engine_plugins.blender.posebridge.core.test_messages_hostile import SEEDS, mutated

Case = tuple[str, bytes]  # a message's name and bytes


def answers(probe: Path, cases: Sequence[Case]) -> list[bytes | str]:
    """What our codec writes of what it read; or why it refused."""
    lines = "".join(f"{name} {data.hex()}\n" for name, data in cases)
    done = subprocess.run(["mono", str(probe), "codec"], input=lines, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    found = [line.partition(" ") for line in done.stdout.splitlines()]
    return [bytes.fromhex(rest) if word == "ok" else rest for word, _, rest in found]


def official(name: str, data: bytes) -> bytes | None:
    """What protobuf writes of what it read; None where it refuses."""
    try:
        return without_unknown(getattr(pb, name).FromString(data))
    except Refused:
        return None


def check(probe: Path, cases: Sequence[Case]) -> float:
    """Fails where the two disagree; the share that both accept."""
    found, accepted = answers(probe, cases), 0
    assert len(found) == len(cases)
    for (name, data), ours in zip(cases, found, strict=True):
        theirs = official(name, data)
        if isinstance(ours, str) and "no tag of a field" in ours:
            continue  # official protobuf lets field 0 pass in a message that has no fields
        assert (ours if isinstance(ours, bytes) else None) == theirs, f"{name} {data.hex()}: {ours!r}"
        accepted += theirs is not None
    return accepted / len(cases)


def test_random_messages_come_back_as_protobuf_writes_them(probe_exe: Path) -> None:
    source = random.Random(0)
    descriptors = pb.DESCRIPTOR.message_types_by_name
    cases = [(name, random_message(descriptors[name], source).SerializeToString(deterministic=True))
             for name in NAMES for _ in range(30)]
    assert [data for _, data in cases] == answers(probe_exe, cases)


def test_joined_messages_are_merged_alike(probe_exe: Path) -> None:
    """Protobuf's own law: two messages one after the other are one; of a oneof the last wins."""
    source = random.Random(1)
    descriptors = pb.DESCRIPTOR.message_types_by_name
    cases = [(name, b"".join(random_message(descriptors[name], source).SerializeToString() for _ in range(3)))
             for name in NAMES for _ in range(20)]
    assert check(probe_exe, cases) == 1


def test_good_messages_made_bad_are_judged_alike(probe_exe: Path) -> None:
    source = random.Random(2)
    made = [random_message(pb.DESCRIPTOR.message_types_by_name[name], source).SerializeToString() for name in NAMES]
    stream = mutated(SEEDS + made, source)
    cases = [(source.choice(("ClientMessage", "ServerMessage", "SessionSetup")), next(stream)) for _ in range(6000)]
    assert 0.1 < check(probe_exe, cases) < 0.9


def test_noise_is_judged_alike(probe_exe: Path) -> None:
    source = random.Random(3)
    check(probe_exe, [(source.choice(NAMES), source.randbytes(source.randint(0, 60))) for _ in range(3000)])


def test_vectors_cut_off_after_every_byte_are_judged_alike(probe_exe: Path) -> None:
    check(probe_exe, [(name, data[:end]) for data in SEEDS for name in ("ClientMessage", "ServerMessage")
                      for end in range(0, len(data) + 1, 3)])


def test_few_bytes_do_not_become_many_objects(probe_exe: Path) -> None:
    nested = b"\x12\xe8\x07" + b"\x32\x00" * 500
    found = answers(probe_exe, [("Watched", b"\x0a\x00" * 500_000), ("JobResult", nested * 500),
                                ("Watch", b"\x0a\x84\x80\x80\x80\x00" * 5 + b"\x08\x01" * 20_001)])
    assert all(isinstance(one, str) for one in found)
    assert found[0] == "more than 20000 repeated items"


def test_groups_lie_as_deep_as_protobuf_allows(probe_exe: Path) -> None:
    assert answers(probe_exe, [("Hello", b"\x0b" * depth + b"\x0c" * depth) for depth in (1, 99)]) == [b"", b""]
    (deeper,) = answers(probe_exe, [("Hello", b"\x0b" * 1000 + b"\x0c" * 1000)])
    assert isinstance(deeper, str) and "deep" in deeper
