"""A .glb read by the format's description, by lines that share nothing with the writer."""
from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

TYPES = {5121: "<u1", 5125: "<u4", 5126: "<f4"}
WIDTHS = {"SCALAR": 1, "VEC3": 3, "VEC4": 4, "MAT4": 16}
Read = tuple[dict[str, Any], list[NDArray[Any]]]


def parse(path: Path) -> Read:
    """The JSON and every accessor's array."""
    data = path.read_bytes()
    magic, version, length = struct.unpack_from("<4s2I", data)
    assert (magic, version, length) == (b"glTF", 2, len(data))
    size, kind = struct.unpack_from("<I4s", data, 12)
    content, rest = json.loads(data[20 : 20 + size]), data[20 + size :]
    assert kind == b"JSON" and rest[4:8] == b"BIN\0" and struct.unpack_from("<I", rest)[0] == len(rest) - 8
    arrays = []
    for accessor in content["accessors"]:
        view = content["bufferViews"][accessor["bufferView"]]
        found = np.frombuffer(rest, TYPES[accessor["componentType"]], accessor["count"] * WIDTHS[accessor["type"]],
                              8 + view["byteOffset"])
        arrays.append(found.reshape(accessor["count"], -1))
    return content, arrays
