"""What the IO side and the engine's process say to each other, and as which bytes. No pickle: JSON and safetensors.

One message = its kind and the length of the JSON (u32 each, little-endian), the JSON, and the arrays as one safetensors
file if there are any; what is said in every live tick has kinds of its own (live_bytes.py). The two ends trust each
other's numbers: what came from outside was checked before it got here.
"""
from __future__ import annotations

import json
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load, save

from bridge.engine import live_bytes
from bridge.engine.interface import EngineInfo
from bridge.engine.orders import (
    Beat,
    CancelJob,
    ClipRows,
    CloseSlot,
    Fault,
    JobProgress,
    JobRows,
    Message,
    OpenSlot,
    Poses,
    Ready,
    SolveLive,
    Stop,
)
from bridge.engine.packed import WIDTHS
from bridge.frames import SensorNoise, Setup, Skeleton, Tracker, TrackerClip
from bridge.replies import ClipSolved

Arrays = dict[str, NDArray[Any]]
Meta = dict[str, Any]

_SOLVED_ARRAYS = ("root_position_m", "local_xyzw", "confidence")
_DESCRIBED = 0  # a message as JSON
_LIVE: dict[int, Callable[[bytes], Message]] = {
    live_bytes.ORDER: live_bytes.order_of, live_bytes.POSES: live_bytes.poses_of}


def encode(message: Message) -> bytes:
    if isinstance(message, SolveLive):
        return live_bytes.order_bytes(message)
    if isinstance(message, Poses):
        return live_bytes.poses_bytes(message)
    name = type(message).__name__
    meta, arrays = _PACK[name](message)
    head = json.dumps({"is": name, **meta}).encode()
    # safetensors writes an array as it lies in memory: a transposed one would come back scrambled
    rows = {key: np.ascontiguousarray(array) for key, array in arrays.items()}
    return struct.pack("<II", _DESCRIBED, len(head)) + head + (save(rows) if rows else b"")


def decode(data: bytes) -> Message:
    kind, length = struct.unpack_from("<II", data)
    if kind in _LIVE:
        return _LIVE[kind](data)
    meta = json.loads(data[8 : 8 + length])
    rest = data[8 + length :]
    return _UNPACK[meta.pop("is")](meta, load(rest) if rest else {})


def _setup_to_json(setup: Setup) -> Meta:
    return {
        "offsets_m": setup.skeleton.offsets_m.tolist(),
        "trackers": [[tracker.joint, tracker.mount_position_m.tolist(), tracker.mount_xyzw.tolist()]
                     for tracker in setup.trackers],
        "noise": [setup.noise.position_sd_m, setup.noise.rotation_sd_rad],
        "floor_height_m": setup.floor_height_m,
    }


def _setup_from_json(data: Meta) -> Setup:
    return Setup(
        Skeleton(np.array(data["offsets_m"], dtype=np.float32)),
        tuple(Tracker(joint, np.array(position, dtype=np.float32), np.array(rotation, dtype=np.float32))
              for joint, position, rotation in data["trackers"]),
        SensorNoise(*data["noise"]),
        data["floor_height_m"],
    )


def _plain(*names: str) -> Callable[[Any], tuple[Meta, Arrays]]:
    return lambda message: ({name: getattr(message, name) for name in names}, {})


def _pack_rows(message: ClipRows) -> tuple[Meta, Arrays]:
    meta = {"job": message.job, "setup": _setup_to_json(message.setup), "first_frame": message.first_frame,
            "frames_total": message.frames_total, "rate_hz": message.rows.rate_hz}
    return meta, {name: getattr(message.rows, name) for name in WIDTHS}


def _unpack_rows(meta: Meta, arrays: Arrays) -> ClipRows:
    rows = TrackerClip(meta["rate_hz"], **{name: arrays[name] for name in WIDTHS})
    return ClipRows(meta["job"], _setup_from_json(meta["setup"]), meta["first_frame"], meta["frames_total"], rows)


def _pack_solved(message: JobRows) -> tuple[Meta, Arrays]:
    meta = {"job": message.job, "first_frame": message.rows.first_frame, "frames_total": message.rows.frames_total}
    return meta, {name: getattr(message.rows, name) for name in _SOLVED_ARRAYS}


def _unpack_solved(meta: Meta, arrays: Arrays) -> JobRows:
    rows = ClipSolved(meta["first_frame"], meta["frames_total"], *(arrays[name] for name in _SOLVED_ARRAYS))
    return JobRows(meta["job"], rows)


_PACK: dict[str, Callable[[Any], tuple[Meta, Arrays]]] = {
    "OpenSlot": lambda message: ({"slot": message.slot, "setup": _setup_to_json(message.setup)}, {}),
    "CloseSlot": _plain("slot"),
    "ClipRows": _pack_rows,
    "CancelJob": _plain("job"),
    "Stop": _plain(),
    "Ready": lambda message: (vars(message.info), {}),
    "Fault": _plain("where", "number", "kind", "message"),
    "JobProgress": _plain("job", "frames_done", "frames_total"),
    "JobRows": _pack_solved,
    "Beat": _plain("steps", "cpu_s"),
}

_UNPACK: dict[str, Callable[[Meta, Arrays], Message]] = {
    "OpenSlot": lambda meta, arrays: OpenSlot(meta["slot"], _setup_from_json(meta["setup"])),
    "CloseSlot": lambda meta, arrays: CloseSlot(**meta),
    "ClipRows": _unpack_rows,
    "CancelJob": lambda meta, arrays: CancelJob(**meta),
    "Stop": lambda meta, arrays: Stop(),
    "Ready": lambda meta, arrays: Ready(EngineInfo(**meta)),
    "Fault": lambda meta, arrays: Fault(**meta),
    "JobProgress": lambda meta, arrays: JobProgress(**meta),
    "JobRows": _unpack_solved,
    "Beat": lambda meta, arrays: Beat(**meta),
}
