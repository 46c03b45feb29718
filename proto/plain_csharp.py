"""The contract as C# 7.2 for Unity: a class a message, which reads and writes itself by straight code, no reflection.

A message keeps the objects of its oneof that it has read once, so a message read again and again allocates nothing.
plain_csharp_fields.py says what becomes of a field.
"""
from __future__ import annotations

from plain_csharp_fields import cleared, declared, kept, pascal, readers, written
from plain_schema import Enumeration, Message, Schema

HEAD = """// Written by proto/generate.py from proto/posebridge.proto, which says what it means: edit that, not this.
// Enums are open: a newer daemon may know more values. A oneof is one field, null where it is absent.
using System;
using System.Collections.Generic;

namespace PoseBridge.Core
{
"""
INDENT = "    "


def csharp_file(schema: Schema) -> str:
    """The text of Messages.cs."""
    blocks = [_enum(enum) for enum in schema.enums] + [_message(message) for message in schema.messages]
    return HEAD + "\n\n".join(_indented(block, 1) for block in blocks) + "\n}\n"


def _enum(enum: Enumeration) -> str:
    return "\n".join([f"public enum {enum.name}", "{",
                      *(f"{INDENT}{pascal(name)} = {number}," for name, number in enum.values), "}"])


def _message(message: Message) -> str:
    _check_names(message)
    fields = message.fields
    parts = [[declared(field) for field in fields], [line for field in fields for line in kept(field)]]
    read = [line for field in fields for line in readers(field)]
    write = [line for field in reversed(fields) for line in written(field)]
    methods = [
        _method("public override void Clear()", [line for field in fields for line in cleared(field)]),
        _method("public override bool ReadField(uint tag, WireReader reader)", _switch(read)),
        _method("public override void WriteFields(WireWriter writer)", write),
    ]
    body = "\n\n".join(["\n".join(part) for part in parts if part] + methods)
    return f"public sealed class {message.name} : Message\n{{\n{_indented(body, 1)}\n}}"


def _switch(cases: list[str]) -> list[str]:
    if not cases:
        return ["return false;"]
    return ["switch (tag)", "{", *(INDENT + line for line in cases), INDENT + "default:", 2 * INDENT + "return false;",
            "}"]


def _method(head: str, lines: list[str]) -> str:
    return "\n".join([head, "{", *(INDENT + line for line in lines), "}"])


def _check_names(message: Message) -> None:
    """C# allows no field with its class's name."""
    if any(pascal(field.name) == message.name for field in message.fields):
        raise ValueError(f"{message.name} has a field of its own name, which C# does not allow")


def _indented(text: str, times: int) -> str:
    return "\n".join(INDENT * times + line if line else line for line in text.split("\n"))
