"""The container of glTF 2.0: arrays into one buffer, and that with its JSON into one .glb.

A library would bring the names of the JSON's fields and four packages; what has to be got right is this.
"""
from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bridge import __version__
from bridge.export.atomic import replacing

Json = dict[str, Any]
VERTICES, INDICES = 34962, 34963  # what a piece of the buffer is for, as OpenGL numbers it
COMPONENTS = {"uint8": 5121, "uint16": 5123, "uint32": 5125, "float32": 5126}
SHAPES = {(): "SCALAR", (2,): "VEC2", (3,): "VEC3", (4,): "VEC4", (4, 4): "MAT4"}
MAGIC, VERSION, JSON_CHUNK, BINARY_CHUNK = 0x46546C67, 2, 0x4E4F534A, 0x004E4942


class Buffer:
    """Arrays one after another, each at a multiple of four, and the JSON that says where."""

    def __init__(self) -> None:
        self._data = bytearray()
        self.views: list[Json] = []
        self.accessors: list[Json] = []

    def add(self, values: NDArray[Any], target: int | None = None, bounds: bool = False) -> int:
        """An array (N, ...) as it is; its accessor's number. Matrices by columns, as glTF has them."""
        data = np.ascontiguousarray(values).astype(values.dtype.newbyteorder("<")).tobytes()
        view: Json = {"buffer": 0, "byteOffset": len(self._data), "byteLength": len(data)}
        self.views.append(view | ({"target": target} if target else {}))
        self._data += data + bytes(-len(data) % 4)
        accessor: Json = {"bufferView": len(self.views) - 1, "componentType": COMPONENTS[values.dtype.name],
                          "count": len(values), "type": SHAPES[values.shape[1:]]}
        if bounds:
            rows = values.reshape(len(values), -1)
            accessor |= {"min": rows.min(axis=0).tolist(), "max": rows.max(axis=0).tolist()}
        self.accessors.append(accessor)
        return len(self.accessors) - 1

    def __bytes__(self) -> bytes:
        return bytes(self._data)


def write_glb(path: Path, content: Json, buffer: Buffer) -> None:
    """`content`: the JSON but for asset, buffers and what is in them. The file appears whole or not at all."""
    data = bytes(buffer)
    whole = {"asset": {"version": "2.0", "generator": f"posebridge {__version__}"}, **content,
             "accessors": buffer.accessors, "bufferViews": buffer.views, "buffers": [{"byteLength": len(data)}]}
    text = json.dumps(whole, separators=(",", ":"), allow_nan=False).encode()
    text += b" " * (-len(text) % 4)
    with replacing(path) as unfinished, unfinished.open("wb") as file:
        file.write(struct.pack("<3I", MAGIC, VERSION, 12 + 8 + len(text) + 8 + len(data)))
        for kind, chunk in ((JSON_CHUNK, text), (BINARY_CHUNK, data)):
            file.write(struct.pack("<2I", len(chunk), kind) + chunk)
