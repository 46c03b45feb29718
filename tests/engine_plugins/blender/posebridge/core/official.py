"""Messages of the contract by official protobuf: random ones, and the same as the plugin's own."""
from __future__ import annotations

import base64
import random
import struct
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from bridge.generated import posebridge_pb2 as pb
from engine_plugins.blender.posebridge.core import messages
from engine_plugins.blender.posebridge.core.wire_message import Message as Plain

NAMES = sorted(pb.DESCRIPTOR.message_types_by_name)
NUMBERS = {
    FieldDescriptor.TYPE_UINT32: (0, 1, 127, 128, 300, 2**31, 2**32 - 1),
    FieldDescriptor.TYPE_UINT64: (0, 1, 127, 128, 2**63, 2**64 - 1),
    FieldDescriptor.TYPE_INT64: (0, 1, -1, 2**62, -(2**63), 2**63 - 1),
    FieldDescriptor.TYPE_ENUM: (0, 1, 3, 44, 1_000_000, -1),
    FieldDescriptor.TYPE_BOOL: (False, True),
    FieldDescriptor.TYPE_DOUBLE: (0.0, -0.0, 59.94, 1e300, float("inf")),
    FieldDescriptor.TYPE_FLOAT: (0.0, -0.0, 0.25, -1e9, float("inf"), float("nan")),
    FieldDescriptor.TYPE_STRING: ("", "Ada", "héllo 🦴", "x" * 200, "\0"),
    FieldDescriptor.TYPE_BYTES: (b"", b"\0", bytes(range(256))),
}


def plain(name: str) -> type[Plain]:
    """The plugin's own class."""
    kind: type[Plain] = getattr(messages, name)
    return kind


def random_message(descriptor: Descriptor, source: random.Random) -> Message:
    """Some of its fields, with values from the edges of their types."""
    message = getattr(pb, descriptor.name)()
    for field in descriptor.fields:
        if source.random() < 0.3:
            continue
        if field.is_repeated:
            values = [_value(field, source) for _ in range(source.choice((0, 1, 2, 30)))]
            getattr(message, field.name).extend(values)
        elif field.message_type:
            getattr(message, field.name).CopyFrom(_value(field, source))
        else:
            setattr(message, field.name, _value(field, source))
    return message


def _value(field: FieldDescriptor, source: random.Random) -> Any:
    if field.message_type:
        return random_message(field.message_type, source)
    return source.choice(NUMBERS[field.type])


def plain_from_json(name: str, fields: dict[str, Any]) -> Plain:
    """A case of tests/vectors/wire.json, without official protobuf: that is how C# will read it too."""
    descriptor = pb.DESCRIPTOR.message_types_by_name[name]
    message = plain(name)()
    for key, value in fields.items():
        field = descriptor.fields_by_name[key]
        name = key if field.containing_oneof is None or not field.message_type else field.containing_oneof.name
        if field.is_repeated:
            getattr(message, name).extend(_from_json(field, one) for one in value)
        else:
            setattr(message, name, _from_json(field, value))
    return message


def _from_json(field: FieldDescriptor, value: Any) -> Any:
    if field.message_type:
        return plain_from_json(field.message_type.name, value)
    if field.enum_type:
        return field.enum_type.values_by_name[value].number
    if field.type == FieldDescriptor.TYPE_BYTES:
        return base64.b64decode(value)
    if field.type == FieldDescriptor.TYPE_FLOAT:
        return struct.unpack("<f", struct.pack("<f", float(value)))[0]
    kinds = {FieldDescriptor.TYPE_UINT64: int, FieldDescriptor.TYPE_INT64: int, FieldDescriptor.TYPE_DOUBLE: float}
    return kinds.get(field.type, lambda same: same)(value)


def without_unknown(message: Message) -> bytes:
    """Its bytes, with only the fields of the contract."""
    message.DiscardUnknownFields()  # type: ignore[attr-defined]
    return message.SerializeToString(deterministic=True)
