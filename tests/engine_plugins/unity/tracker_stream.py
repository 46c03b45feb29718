"""A tracker stream played by the package's classes through the probe, and by the Python client, to compare the two."""
from __future__ import annotations

import json
import os
import struct
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bridge.client import Client
from bridge.frames import JOINT_COUNT, Setup, TrackerFrame
from bridge.wire import encode_setup, encode_tracker_frame

ROW = np.dtype([("time_ns", "<i8"), ("root", "<f4", 3), ("local", "<f4", (JOINT_COUNT, 4)),
                ("confidence", "<f4", JOINT_COUNT)])


NURSERY = "nursery-size=16k"  # a collection begins once all threads together have allocated so much


@dataclass(frozen=True)
class Played:
    """What came back, as rows of ROW in order, and the probe's own figures."""

    poses: NDArray[np.void]
    figures: dict[str, Any]


def play_in_csharp(
    probe: Path, connection: Path, setup: Setup, frames: Sequence[TrackerFrame], folder: Path, rate_hz: float
) -> Played:
    """At a rate, or (0) each frame after the answer to the one before."""
    (folder / "setup").write_bytes(encode_setup(setup, "Ada"))
    with (folder / "frames").open("wb") as file:
        for frame in frames:
            data = encode_tracker_frame(frame)
            file.write(struct.pack("<i", len(data)) + data)
    done = subprocess.run(
        ["mono", str(probe), "live", str(connection), *(str(folder / name) for name in ("setup", "frames", "poses")),
         f"{rate_hz:g}"], capture_output=True, text=True, timeout=110, env={**os.environ, "MONO_GC_PARAMS": NURSERY})
    assert done.returncode == 0, done.stdout + done.stderr
    return Played(np.fromfile(folder / "poses", ROW), json.loads(done.stdout))  # type: ignore[arg-type]


def play_in_python(connection: Path, setup: Setup, frames: Sequence[TrackerFrame]) -> NDArray[np.void]:
    """Each frame after the answer to the one before."""
    rows = np.zeros(len(frames), ROW)
    with Client.connect(connection) as client, client.open_session(setup) as live:
        for row, frame in zip(rows, frames, strict=True):
            live.send(frame)
            answer = live.poll(timeout_s=5.0)
            assert answer is not None and answer.pose.sequence == frame.sequence
            pose = answer.pose
            row["time_ns"], row["root"], row["local"] = pose.time_ns, pose.root_position_m, pose.local_xyzw
            row["confidence"] = pose.confidence
    return rows


def radians_apart(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float64]:
    """Angles between rotations (..., 4), radians; from the difference, which loses no digits where they are near."""
    first, last = one.astype(np.float64), other.astype(np.float64)
    gap = np.minimum(np.linalg.norm(first - last, axis=-1), np.linalg.norm(first + last, axis=-1))
    return np.asarray(4 * np.arcsin(np.clip(gap / 2, 0, 1)))
