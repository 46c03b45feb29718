"""The plugin's codec says what official protobuf says, both ways."""
from __future__ import annotations

import dataclasses
import json
import random
from array import array
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.message import Message

from bridge.generated import posebridge_pb2 as pb
from engine_plugins.blender.posebridge.core import messages
from engine_plugins.blender.posebridge.core.messages import ClientMessage, Error, Hello, ServerMessage, TrackerFrame
from tests.engine_plugins.blender.posebridge.core.official import (
    NAMES,
    plain,
    plain_from_json,
    random_message,
    without_unknown,
)

VECTORS = Path(__file__).resolve().parents[4] / "vectors"
CASES = json.loads((VECTORS / "wire.json").read_text())["cases"]


def values(message: Any) -> Any:
    """A message of either kind as nested plain data; floats as text, so that NaN equals itself and -0 not 0."""
    if isinstance(message, Message):
        return {field.name: values(_attribute(message, field)) for field in message.DESCRIPTOR.fields}
    if isinstance(message, float):
        return repr(message)
    if isinstance(message, str | bytes | int | None):
        return message
    return [values(one) for one in message]


def _attribute(message: Message, field: Any) -> Any:
    if field.has_presence and not message.HasField(field.name):
        return None
    return getattr(message, field.name)


def plain_values(message: Any, name: str) -> Any:
    """The same of one of ours."""
    found = {}
    for field in pb.DESCRIPTOR.message_types_by_name[name].fields:
        if field.containing_oneof and field.message_type:
            one = getattr(message, field.containing_oneof.name)
            one = one if type(one).__name__ == field.message_type.name else None
        else:
            one = getattr(message, field.name)
        inner = field.message_type
        if inner and one is not None:
            name = inner.name
            found[field.name] = [plain_values(part, name) for part in one] if field.is_repeated else plain_values(
                one, name)
        else:
            found[field.name] = values(one)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_random_message_means_the_same_to_both(name: str) -> None:
    source = random.Random(name)
    for _ in range(30):
        official = random_message(pb.DESCRIPTOR.message_types_by_name[name], source)
        data = official.SerializeToString(deterministic=True)
        ours = plain(name).decode(data)
        assert plain_values(ours, name) == values(official)
        assert ours.encode() == data


@pytest.mark.parametrize("name", NAMES)
def test_joined_messages_are_merged_alike(name: str) -> None:
    """Protobuf's own law: two messages one after the other are one; scalars are the last, lists are joined, and of a
    oneof the last wins."""
    source = random.Random(name)
    descriptor = pb.DESCRIPTOR.message_types_by_name[name]
    for _ in range(20):
        data = b"".join(random_message(descriptor, source).SerializeToString() for _ in range(3))
        official = getattr(pb, name).FromString(data)
        assert plain(name).decode(data).encode() == official.SerializeToString(deterministic=True)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_shared_cases_are_read_and_written(case: dict[str, Any]) -> None:
    data = (VECTORS / "wire" / f"{case['name']}.bin").read_bytes()
    wanted = plain_from_json(case["message"], case["fields"])
    assert wanted.encode() == data
    read = plain(case["message"]).decode(data)
    assert read.encode() == data
    assert read == wanted or b"\x00\x00\xc0\x7f" in data  # NaN equals nothing


def test_floats_one_by_one_are_read_as_packed_ones() -> None:
    alone = b"\x2d\x00\x00\x80\x3f\x2d\x00\x00\x00\x40"
    data = alone + TrackerFrame(positions_m=array("f", [3.0, 4.0])).encode() + alone
    assert list(TrackerFrame.decode(data).positions_m) == [1, 2, 3, 4, 1, 2]
    assert list(pb.TrackerFrame.FromString(data).positions_m) == [1, 2, 3, 4, 1, 2]


def test_numbers_one_by_one_are_read_as_packed_ones() -> None:
    data = b"\x08\x05" + messages.Watch([300, 1]).encode() + b"\x08\x80\x01"
    assert messages.Watch.decode(data).known == [5, 300, 1, 128] == list(pb.Watch.FromString(data).known)


def test_presence_is_kept() -> None:
    assert Error.decode(Error(sequence=0).encode()).sequence == 0
    assert Error.decode(b"").sequence is None
    assert ServerMessage.decode(ServerMessage(body=messages.Welcome()).encode()).body == messages.Welcome()
    assert messages.OpenSession.decode(b"").setup is None


UNKNOWN = {"varint": b"\xf8\x7f\x96\x01", "64 bits": b"\xf9\x7f" + bytes(8), "length": b"\xfa\x7f\x03abc",
           "32 bits": b"\xfd\x7f" + bytes(4), "group": b"\xfb\x7f\x08\x01\x13\x0d" + bytes(4) + b"\x14\xfc\x7f",
           "known number, other type": b"\x09" + bytes(8)}


@pytest.mark.parametrize("extra", UNKNOWN.values(), ids=UNKNOWN)
def test_fields_of_a_newer_contract_are_stepped_over(extra: bytes) -> None:
    data = extra + Hello(1, 2, "t", "c").encode() + extra
    assert Hello.decode(data) == Hello(1, 2, "t", "c")
    assert without_unknown(pb.Hello.FromString(data)) == Hello(1, 2, "t", "c").encode()


def test_a_new_message_shares_no_list_with_another() -> None:
    one, other = TrackerFrame(), TrackerFrame()
    one.positions_m.append(1.0)
    assert not other.positions_m and not TrackerFrame.decode(b"").positions_m


@pytest.mark.parametrize("message", [Hello(protocol_min=-1), Hello(protocol_max=1 << 32),
                                     messages.Ping(client_sent_ns=1 << 63), ClientMessage(body=messages.Status()),
                                     messages.Error(retry_after_s=1e300), Hello(token="\ud800")])
def test_what_its_type_does_not_hold_is_not_written(message: Any) -> None:
    with pytest.raises((ValueError, TypeError, OverflowError)):
        message.encode()


def test_every_message_and_enum_of_the_contract_is_there() -> None:
    ours = {name for name, kind in vars(messages).items() if isinstance(kind, type) and dataclasses.is_dataclass(kind)}
    assert ours == set(NAMES)
    for enum in pb.DESCRIPTOR.enum_types_by_name.values():
        assert {one.value for one in getattr(messages, enum.name)} == {value.number for value in enum.values}
