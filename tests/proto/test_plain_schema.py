"""What the emitters of plain codecs do not know is refused by name, not left out."""
from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.text_format import Parse

from bridge.generated import posebridge_pb2 as pb

PROTO = Path(__file__).resolve().parents[2] / "proto"


@pytest.fixture
def generator(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The generator as its script sees it."""
    monkeypatch.syspath_prepend(str(PROTO))
    return importlib.import_module("plain_codec")


def schema(text: str, syntax: str = "proto3") -> FileDescriptorProto:
    return Parse(f'syntax: "{syntax}" name: "x.proto" {text}', FileDescriptorProto())


def message(name: str, *fields: str) -> str:
    return f'message_type {{ name: "{name}" {" ".join(fields)} }}'


def field(name: str, kind: str, number: int = 1, more: str = "") -> str:
    return f'field {{ name: "{name}" number: {number} label: LABEL_OPTIONAL type: TYPE_{kind} {more} }}'


def oneof(*fields: str) -> str:
    return " ".join(fields) + ' oneof_decl { name: "body" }'


ONE = "oneof_index: 0"


@pytest.mark.parametrize(("text", "said"), [
    (message("A", field("a", "SFIXED32")), "a is a TYPE_SFIXED32"),
    (message("A", field("a", "MESSAGE", more='type_name: ".A"')), "A: one holds itself"),
    (message("A", 'nested_type { name: "B" }'), "A has types of its own"),
    (message("A", oneof(field("a", "BOOL", more=ONE))), "only messages may be in a oneof"),
    (message("B") + message("A", oneof(field("a", "MESSAGE", 1, 'type_name: ".B" ' + ONE),
                                       field("b", "MESSAGE", 2, 'type_name: ".B" ' + ONE))), "A.body: two of its"),
    ('enum_type { name: "AbleState" value { name: "STATE_A" number: 0 } }', "names begin with ABLE_STATE_"),
])
def test_what_no_emitter_knows_is_refused(generator: Any, text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        generator.plain_codecs(schema(text))


def test_another_syntax_is_refused(generator: Any) -> None:
    with pytest.raises(ValueError, match="is proto2, not proto3"):
        generator.plain_codecs(schema("", "proto2"))


def test_the_committed_codec_is_what_the_contract_makes(generator: Any) -> None:
    file = FileDescriptorProto()
    pb.DESCRIPTOR.CopyToProto(file)  # type: ignore[attr-defined]
    made = generator.plain_codecs(file)
    assert made and made == {path: (PROTO.parent / path).read_text() for path in made}
