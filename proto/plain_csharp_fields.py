"""What becomes of one field of a message in C#: its declaration, how it is emptied, read by tag, and written.

Writers go from the last byte to the first, so that a length is known when it is due: fields, and what is repeated, are
written in reverse.
"""
from __future__ import annotations

from plain_schema import Label, MessageField, OneofField, ScalarField

Field = ScalarField | MessageField | OneofField

INDENT = "    "
VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5
TYPES = {"uint32": "uint", "uint64": "ulong", "int64": "long", "bool": "bool", "float": "float", "double": "double",
         "string": "string", "bytes": "byte[]"}
WIRES = {"float": FIXED32, "double": FIXED64, "string": LENGTH, "bytes": LENGTH}
READS = {"uint32": "reader.UInt32()", "uint64": "reader.Varint()", "int64": "(long)reader.Varint()",
         "bool": "reader.Varint() != 0UL", "float": "reader.Single()", "double": "reader.Double()",
         "string": "reader.Text()", "bytes": "reader.Bytes()"}
WRITES = {"uint32": "Unsigned", "uint64": "Unsigned", "int64": "Signed", "enum": "Signed", "bool": "Flag",
          "float": "Single", "double": "Double", "string": "Text", "bytes": "Bytes"}
GIVEN = {"uint32": "{0} != 0u", "uint64": "{0} != 0UL", "int64": "{0} != 0L", "enum": "{0} != 0", "bool": "{0}",
         "float": "WireWriter.IsGiven({0})", "double": "WireWriter.IsGiven({0})",
         "string": "!string.IsNullOrEmpty({0})", "bytes": "{0}.Length > 0"}
DEFAULTS = {"string": '""', "bytes": "Nothing"}
REPEATED = ("string", "uint32", "uint64")  # scalars that the contract repeats, floats aside


def pascal(name: str) -> str:
    """some_name or SOME_NAME -> SomeName."""
    return "".join(part[:1].upper() + part[1:].lower() for part in name.split("_"))


def declared(field: Field) -> str:
    name = pascal(field.name)
    if isinstance(field, OneofField):
        return f"public Message {name};"
    if isinstance(field, MessageField):
        return _list(field.message, name) if field.repeated else f"public {field.message} {name};"
    if field.label is Label.FLOATS:
        return f"public readonly FloatList {name} = new FloatList();"
    if field.label is Label.REPEATED:
        return _list(_repeated(field), name)
    mark = "?" if field.label is Label.OPTIONAL else ""
    default = f" = {DEFAULTS[field.type]}" if field.type in DEFAULTS and not mark else ""
    return f"public {_type(field)}{mark} {name}{default};"


def kept(field: Field) -> list[str]:
    """Fields for what a oneof has been."""
    if not isinstance(field, OneofField):
        return []
    return [f"private {member.message} {_own(member)};" for member in field.members]


def cleared(field: Field) -> list[str]:
    name = pascal(field.name)
    if isinstance(field, ScalarField) and field.label is Label.SINGULAR:
        return [f"{name} = {DEFAULTS.get(field.type, f'default({_type(field)})')};"]
    several = (isinstance(field, MessageField) and field.repeated) or (
        isinstance(field, ScalarField) and field.label in (Label.REPEATED, Label.FLOATS))
    return [f"{name}.Clear();" if several else f"{name} = null;"]


def readers(field: Field) -> list[str]:
    """Cases of a switch over tags."""
    name = pascal(field.name)
    if isinstance(field, OneofField):
        return [line for member in field.members for line in _chosen(name, member)]
    if isinstance(field, MessageField):
        make = [f"var one = new {field.message}();", f"{name}.Add(one);", "reader.Take();", "reader.Message(one);"]
        merge = [f"{name} = {name} ?? new {field.message}();", f"reader.Message({name});"]
        return _case(field.number, LENGTH, make if field.repeated else merge)
    if field.label is Label.FLOATS:
        return [*_case(field.number, LENGTH, [f"reader.Floats({name});"]),
                *_case(field.number, FIXED32, [f"{name}.Add(reader.Single());"])]
    if field.label is Label.REPEATED:
        return _of_repeated(field, name)
    return _case(field.number, _wire(field), [f"{name} = {_read(field)};"])


def written(field: Field) -> list[str]:
    name = pascal(field.name)
    if isinstance(field, OneofField):
        cases = [f"if ({name} is {member.message}) writer.Message({_tag(member.number, LENGTH)}, {name});"
                 for member in field.members]
        other = f'if ({name} != null) throw new ArgumentException("{name} cannot be a " + {name}.GetType().Name);'
        return [cases[0], *(f"else {line}" for line in [*cases[1:], other])]
    if isinstance(field, MessageField):
        tag = _tag(field.number, LENGTH)
        if field.repeated:
            return [_backward(name), f"{INDENT}writer.Message({tag}, {name}[i]);"]
        return [f"if ({name} != null) writer.Message({tag}, {name});"]
    if field.label is Label.FLOATS:
        return [f"writer.Floats({_tag(field.number, LENGTH)}, {name});"]
    if field.label is Label.REPEATED:
        return _repeated_written(field, name)
    value, given = name, GIVEN[field.type].format(name)
    if field.label is Label.OPTIONAL:
        value, given = f"{name}.Value", f"{name}.HasValue"
    cast = "(int)" if field.type == "enum" else ""
    return [f"if ({given}) writer.{WRITES[field.type]}({_tag(field.number, _wire(field))}, {cast}{value});"]


def _type(field: ScalarField) -> str:
    return field.enum if field.type == "enum" else TYPES[field.type]


def _read(field: ScalarField) -> str:
    return f"({field.enum})(int)reader.Varint()" if field.type == "enum" else READS[field.type]


def _wire(field: ScalarField) -> int:
    return WIRES.get(field.type, VARINT)


def _tag(number: int, wire: int) -> str:
    return f"{number << 3 | wire}u"


def _list(kind: str, name: str) -> str:
    return f"public readonly List<{kind}> {name} = new List<{kind}>();"


def _own(member: MessageField) -> str:
    return f"_{member.message[0].lower()}{member.message[1:]}"


def _case(number: int, wire: int, lines: list[str]) -> list[str]:
    braces = len(lines) > 1 and lines[0].startswith("var ")
    head = f"case {_tag(number, wire)}:"
    inner = [INDENT + line for line in [*lines, "return true;"]]
    return [head, "{", *inner, "}"] if braces else [head, *inner]


def _chosen(name: str, member: MessageField) -> list[str]:
    """A member of a oneof: merged where it is there already, emptied before it takes another's place."""
    own = _own(member)
    return _case(member.number, LENGTH, [
        f"if (!({name} is {member.message}))", "{", f"{INDENT}{own} = {own} ?? new {member.message}();",
        f"{INDENT}{own}.Clear();", f"{INDENT}{name} = {own};", "}", f"reader.Message({name});"])


def _repeated(field: ScalarField) -> str:
    if field.type not in REPEATED:
        raise ValueError(f"{field.name} repeats a {field.type}, which the C# emitter does not know")
    return TYPES[field.type]


def _of_repeated(field: ScalarField, name: str) -> list[str]:
    one = [f"reader.Take(); {name}.Add({_read(field)});"]
    if field.type == "string":
        return _case(field.number, LENGTH, one)
    packed = ["var outer = reader.Enter();", f"while (reader.HasMore) {{ {one[0]} }}", "reader.Leave(outer);"]
    return [*_case(field.number, VARINT, one), *_case(field.number, LENGTH, packed)]


def _repeated_written(field: ScalarField, name: str) -> list[str]:
    tag = _tag(field.number, LENGTH)
    if field.type == "string":
        return [_backward(name), f"{INDENT}writer.Text({tag}, {name}[i]);"]
    return [f"if ({name}.Count > 0)", "{", f"{INDENT}var after = writer.Count;",
            INDENT + _backward(name), 2 * INDENT + f"writer.Varint({name}[i]);", f"{INDENT}writer.Close({tag}, after);",
            "}"]


def _backward(name: str) -> str:
    return f"for (var i = {name}.Count - 1; i >= 0; i--)"
