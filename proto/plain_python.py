"""The contract as Python: dataclasses, and a table of fields for the plugin's own wire_fields.py."""
from __future__ import annotations

from plain_schema import Enumeration, Label, Message, MessageField, OneofField, ScalarField, Schema

TYPES = {"uint32": "int", "uint64": "int", "int64": "int", "enum": "int", "bool": "bool", "float": "float",
         "double": "float", "string": "str", "bytes": "bytes"}
DEFAULTS = {"int": "0", "bool": "False", "float": "0.0", "str": '""', "bytes": 'b""'}
WIDTH = 120
HEAD = '''"""Written by proto/generate.py from proto/posebridge.proto, which says what it means: edit that, not this.

Fields of enums are ints, as a newer daemon may know more values. A oneof is one attribute, None where it is absent.
"""
from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TypeAlias

from .wire_fields import floats, oneof, optional, repeated, singular, submessage, submessages
from .wire_message import Message, describe
from .wire_scalars import {scalars}
'''

Field = ScalarField | MessageField | OneofField


def python_module(schema: Schema) -> str:
    """The text of messages.py."""
    scalars = {field.type.upper() for message in schema.messages for field in message.fields
               if isinstance(field, ScalarField) and field.label is not Label.FLOATS}
    blocks = [HEAD.format(scalars=", ".join(sorted(scalars)))]
    blocks += [_enum(enum) for enum in schema.enums] + [_message(message) for message in schema.messages]
    return "\n\n".join(blocks)


def _enum(enum: Enumeration) -> str:
    return "".join([f"class {enum.name}(IntEnum):\n", *(f"    {name} = {number}\n" for name, number in enum.values)])


def _message(message: Message) -> str:
    lines = [_alias(message, field) for field in message.fields if isinstance(field, OneofField)]
    lines += ["@dataclass(slots=True)", f"class {message.name}(Message):"]
    lines += [f"    {_attribute(message, field)}" for field in message.fields] or ["    pass"]
    if message.fields:
        lines += ["", "", "describe(", f"    {message.name},",
                  *(_wrapped(f"    {_described(field)},") for field in message.fields), ")"]
    return "\n".join(lines) + "\n"


def _alias_name(message: Message, field: OneofField) -> str:
    return message.name + field.name.capitalize()


def _alias(message: Message, field: OneofField) -> str:
    kinds = " | ".join(member.message for member in field.members)
    return _wrapped(f"{_alias_name(message, field)}: TypeAlias = ({kinds})") + "\n\n"


def _attribute(message: Message, field: Field) -> str:
    if isinstance(field, OneofField):
        return f"{field.name}: {_alias_name(message, field)} | None = None"
    if isinstance(field, MessageField):
        return (f"{field.name}: list[{field.message}] = field(default_factory=list)" if field.repeated
                else f"{field.name}: {field.message} | None = None")
    return _scalar_attribute(field)


def _scalar_attribute(field: ScalarField) -> str:
    kind = TYPES[field.type]
    return field.name + {
        Label.SINGULAR: f": {kind} = {DEFAULTS[kind]}",
        Label.OPTIONAL: f": {kind} | None = None",
        Label.REPEATED: f": list[{kind}] = field(default_factory=list)",
        Label.FLOATS: ': array[float] = field(default_factory=lambda: array("f"))',
    }[field.label]


def _described(field: Field) -> str:
    if isinstance(field, OneofField):
        members = ", ".join(f"{member.number}: {member.message}" for member in field.members)
        return f'oneof("{field.name}", {{{members}}})'
    if isinstance(field, MessageField):
        return f'submessage{"s" * field.repeated}({field.number}, "{field.name}", {field.message})'
    if field.label is Label.FLOATS:
        return f'floats({field.number}, "{field.name}")'
    return f'{field.label.name.lower()}({field.number}, "{field.name}", {field.type.upper()})'


def _wrapped(line: str) -> str:
    """Broken at spaces where it is too long, what follows indented once more than its beginning."""
    lines, indent = [line], " " * (len(line) - len(line.lstrip()) + 4)
    while len(lines[-1]) > WIDTH:
        at = lines[-1].rindex(" ", len(indent), WIDTH)
        lines[-1:] = [lines[-1][:at], indent + lines[-1][at + 1:]]
    return "\n".join(lines)
