"""What crosses the link in every live tick, as it lies in memory: to describe arrays takes longer than to copy them.

    an order   u32 its kind, u32 sessions n, u64 tick; n times (f64), slots and numbers of trackers (u32);
               then the readings of all windows, one after the other as in packed.py: f32 and f32, bools and bools
    its end    u32 its kind, u32 sessions n, u64 tick; n slots (u32); n rows of POSE_WIDTH f32
"""
from __future__ import annotations

import struct
from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bridge.engine.interface import WINDOW_FRAMES
from bridge.engine.orders import Poses, SolveLive
from bridge.engine.packed import POSE_WIDTH, WIDTHS, PackedPoses, PackedWindows
from bridge.frames import TrackerClip

ORDER, POSES = 1, 2  # kinds
_HEAD = struct.Struct("<IIQ")  # kind, sessions, tick
_TYPES: dict[str, type[np.generic]] = {
    "positions_m": np.float32, "rotations_xyzw": np.float32, "position_valid": np.bool_, "rotation_valid": np.bool_}


def order_bytes(order: SolveLive) -> bytes:
    count, trackers = len(order.slots), _trackers(order.windows)
    numbers = *order.times_s, *order.slots, *trackers
    head = struct.pack(f"<IIQ{count}d{2 * count}I", ORDER, count, order.tick, *numbers)
    return b"".join([head, *_readings(order.windows)])


def order_of(data: bytes) -> SolveLive:
    _, count, tick = _HEAD.unpack_from(data)
    numbers = struct.unpack_from(f"<{count}d{2 * count}I", data, _HEAD.size)
    times_s, slots, trackers = (numbers[first : first + count] for first in (0, count, 2 * count))
    start, rows, writable, readings = 16 * (count + 1), WINDOW_FRAMES * sum(trackers), bytearray(data), {}
    for name, width in WIDTHS.items():
        flat: NDArray[Any] = np.frombuffer(writable, _TYPES[name], rows * prod(width), start)
        readings[name] = flat.reshape(rows, *width)
        start += flat.nbytes
    return SolveLive(tick, slots, PackedWindows(trackers, readings), times_s)


def poses_bytes(poses: Poses) -> bytes:
    count, rows = len(poses.slots), PackedPoses.of(poses.poses).rows
    return struct.pack(f"<IIQ{count}I", POSES, count, poses.tick, *poses.slots) + rows.tobytes()


def poses_of(data: bytes) -> Poses:
    _, count, tick = _HEAD.unpack_from(data)
    slots = struct.unpack_from(f"<{count}I", data, _HEAD.size)
    rows = np.frombuffer(data, np.float32, count * POSE_WIDTH, _HEAD.size + 4 * count).reshape(count, POSE_WIDTH)
    return Poses(tick, slots, PackedPoses(rows))


def _trackers(windows: Sequence[TrackerClip]) -> Sequence[int]:
    return windows.trackers if isinstance(windows, PackedWindows) else [
        window.positions_m.shape[1] for window in windows]


def _readings(windows: Sequence[TrackerClip]) -> list[bytes]:
    """One array after the other, each of all windows."""
    if isinstance(windows, PackedWindows):
        return [windows.readings[name].tobytes() for name in WIDTHS if windows.readings]
    return [getattr(window, name).tobytes() for name in WIDTHS for window in windows]
