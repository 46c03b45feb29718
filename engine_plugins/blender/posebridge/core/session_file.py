"""A captured session from its file, as the clip that the daemon is asked to solve: readings at a steady rate."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .client_clip import clip_request
from .client_live import Flags
from .mcap_file import McapError, Unopenable, messages
from .messages import SessionSetup, SolveClip, TrackerFrame
from .motion_file import MotionFileError
from .rotations import Floats
from .steady import NotSteady, Readings, steady
from .wire_format import DecodeError

SAY_EVERY = 1000  # frames


class SessionFileError(MotionFileError):
    """A file that is no session; one clear line."""


@dataclass
class _Frames:
    setup: SessionSetup | None = None
    frames: dict[int, TrackerFrame] = field(default_factory=dict)  # by time; of two at one time the later in the file


def read_session(path: Path, on_frames: Callable[[int], None] = lambda count: None) -> SolveClip:
    """Raises SessionFileError; Unopenable where its compression is not to be had here; OSError."""
    try:
        found = _frames(path, on_frames)
        if found.setup is None or not found.frames:
            raise SessionFileError(f"{path} is no session: it holds no /setup and /trackers")
        rate_hz, readings = steady(_readings(found.setup, found.frames))
    except Unopenable:
        raise
    except (McapError, DecodeError, NotSteady) as error:
        raise SessionFileError(f"{path}: {error}") from None
    return clip_request(found.setup, rate_hz, readings.positions_m, readings.rotations_xyzw, readings.position_valid,
                        readings.rotation_valid)


def _frames(path: Path, on_frames: Callable[[int], None]) -> _Frames:
    found = _Frames()
    for topic, data in messages(path):
        if topic == "/setup" and found.setup is None:
            found.setup = SessionSetup.decode(data)
        elif topic == "/trackers" and found.setup is not None:
            frame = TrackerFrame.decode(data)
            found.frames[frame.time_ns] = frame
            if len(found.frames) % SAY_EVERY == 0:
                on_frames(len(found.frames))
    return found


def _readings(setup: SessionSetup, frames: dict[int, TrackerFrame]) -> Readings:
    """In order of time."""
    times = sorted(frames)
    count = len(setup.trackers)
    ordered = [frames[time] for time in times]
    wrong = next((one for one in ordered if len(one.positions_m) != 3 * count or len(one.rotations_xyzw) != 4 * count),
                 None)
    if wrong is not None:
        raise NotSteady(f"frame {wrong.sequence} is not one of {count} trackers")
    places = np.frombuffer(b"".join(one.positions_m for one in ordered), dtype=np.float32)
    turns = np.frombuffer(b"".join(one.rotations_xyzw for one in ordered), dtype=np.float32)
    return Readings(
        np.array(times, dtype=np.int64), places.reshape(-1, count, 3).astype(np.float64),
        turns.reshape(-1, count, 4).astype(np.float64),
        _valid([one.position_valid for one in ordered], count), _valid([one.rotation_valid for one in ordered], count))


def _valid(masks: list[int], count: int) -> Flags:
    return np.asarray(np.array(masks, dtype=np.int64)[:, None] >> np.arange(count) & 1, dtype=np.bool_)


def trackers_of(clip: SolveClip) -> Floats:
    """(T, M, 3) where the clip's trackers are."""
    count = len(clip.setup.trackers) if clip.setup else 0
    return np.frombuffer(clip.positions_m, dtype="<f4").reshape(-1, count, 3).astype(np.float64)
