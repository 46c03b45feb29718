"""The contract as the emitters of plain codecs see it, read from protoc's descriptors; in no language yet.

Only what the contract uses is known. Whatever else appears in it is refused here, with its name, until it is taught to
every emitter.
"""
from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
)

SCALARS = {
    FieldDescriptorProto.TYPE_UINT32: "uint32", FieldDescriptorProto.TYPE_UINT64: "uint64",
    FieldDescriptorProto.TYPE_INT64: "int64", FieldDescriptorProto.TYPE_BOOL: "bool",
    FieldDescriptorProto.TYPE_FLOAT: "float", FieldDescriptorProto.TYPE_DOUBLE: "double",
    FieldDescriptorProto.TYPE_STRING: "string", FieldDescriptorProto.TYPE_BYTES: "bytes",
    FieldDescriptorProto.TYPE_ENUM: "enum",
}


class Label(Enum):
    SINGULAR = auto()
    OPTIONAL = auto()
    REPEATED = auto()
    FLOATS = auto()  # repeated float


@dataclass(frozen=True)
class ScalarField:
    number: int
    name: str
    type: str  # a value of SCALARS
    label: Label
    enum: str = ""  # its name, where the type is one


@dataclass(frozen=True)
class MessageField:
    number: int
    name: str
    message: str
    repeated: bool


@dataclass(frozen=True)
class OneofField:
    """One of several messages, all different, or none."""

    name: str
    members: tuple[MessageField, ...]

    @property
    def number(self) -> int:
        return self.members[0].number


@dataclass(frozen=True)
class Message:
    name: str
    fields: tuple[ScalarField | MessageField | OneofField, ...]  # by their numbers

    def uses(self) -> set[str]:
        """The messages within it."""
        direct = {field.message for field in self.fields if isinstance(field, MessageField)}
        return direct.union(*({member.message for member in field.members}
                              for field in self.fields if isinstance(field, OneofField)))


@dataclass(frozen=True)
class Enumeration:
    name: str
    values: tuple[tuple[str, int], ...]  # names without the enum's own before them


@dataclass(frozen=True)
class Schema:
    enums: tuple[Enumeration, ...]
    messages: tuple[Message, ...]  # each after those it holds


def read_schema(file: FileDescriptorProto) -> Schema:
    """ValueError for what no emitter knows."""
    if file.syntax != "proto3":
        raise ValueError(f"{file.name} is {file.syntax or 'proto2'}, not proto3")
    messages = [_message(message) for message in file.message_type]
    return Schema(tuple(_enum(enum) for enum in file.enum_type), tuple(_inner_first(messages)))


def _enum(enum: EnumDescriptorProto) -> Enumeration:
    prefix = "".join(f"_{letter}" if letter.isupper() else letter.upper() for letter in enum.name).strip("_") + "_"
    wrong = [value.name for value in enum.value if not value.name.startswith(prefix)]
    if wrong:
        raise ValueError(f"{', '.join(wrong)} in {enum.name}: names begin with {prefix}")
    return Enumeration(enum.name, tuple((value.name.removeprefix(prefix), value.number) for value in enum.value))


def _message(message: DescriptorProto) -> Message:
    if message.nested_type or message.enum_type:
        raise ValueError(f"{message.name} has types of its own within it; put them beside it")
    fields: list[ScalarField | MessageField | OneofField] = []
    oneofs: dict[int, list[MessageField]] = {}
    for field in message.field:
        known = _field(field)
        if field.HasField("oneof_index") and not field.proto3_optional:
            if not isinstance(known, MessageField):
                raise ValueError(f"{message.name}.{field.name}: only messages may be in a oneof")
            oneofs.setdefault(field.oneof_index, []).append(known)
        else:
            fields.append(known)
    fields += [_oneof(f"{message.name}.{message.oneof_decl[index].name}", members)
               for index, members in oneofs.items()]
    return Message(message.name, tuple(sorted(fields, key=lambda field: field.number)))


def _oneof(name: str, members: list[MessageField]) -> OneofField:
    if len({member.message for member in members}) < len(members):
        raise ValueError(f"{name}: two of its members are of one type")
    return OneofField(name.partition(".")[2], tuple(members))


def _field(field: FieldDescriptorProto) -> ScalarField | MessageField:
    repeated = field.label == FieldDescriptorProto.LABEL_REPEATED
    kind = field.type_name.rpartition(".")[2]
    if field.type == FieldDescriptorProto.TYPE_MESSAGE:
        return MessageField(field.number, field.name, kind, repeated)
    if field.type not in SCALARS:
        raise ValueError(f"{field.name} is a {FieldDescriptorProto.Type.Name(field.type)}, which no emitter knows")
    return ScalarField(field.number, field.name, SCALARS[field.type], _label(field), kind)


def _label(field: FieldDescriptorProto) -> Label:
    if field.label == FieldDescriptorProto.LABEL_REPEATED:
        return Label.FLOATS if field.type == FieldDescriptorProto.TYPE_FLOAT else Label.REPEATED
    return Label.OPTIONAL if field.proto3_optional else Label.SINGULAR


def _inner_first(messages: list[Message]) -> list[Message]:
    """ValueError where one holds itself: then nothing would bound how deep a message lies."""
    waiting, ordered, done = list(messages), [], set[str]()
    while waiting:
        ready = next((message for message in waiting if message.uses() <= done), None)
        if ready is None:
            raise ValueError(f"{', '.join(sorted(message.name for message in waiting))}: one holds itself, or what is "
                             "not in this file")
        waiting.remove(ready)
        ordered.append(ready)
        done.add(ready.name)
    return ordered
