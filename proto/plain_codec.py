"""Codecs of the contract that need no protobuf library, for plugins: one emitter for each language.

plain_schema.py is what the emitters share. Another language is another emitter file and a line in CODECS.
"""
from __future__ import annotations

from google.protobuf.descriptor_pb2 import FileDescriptorProto
from plain_csharp import csharp_file
from plain_python import python_module
from plain_schema import read_schema

CODECS = {
    "engine_plugins/blender/posebridge/core/messages.py": python_module,
    "engine_plugins/unity/com.posebridge.unity/Runtime/Core/Messages/Messages.cs": csharp_file,
}


def plain_codecs(file: FileDescriptorProto) -> dict[str, str]:
    """Path from the repository's root -> text."""
    schema = read_schema(file)
    return {path: emit(schema) for path, emit in CODECS.items()}
